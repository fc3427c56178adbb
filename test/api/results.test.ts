import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { listResultVersions } from "../../lib/admin/results/listResultVersions.ts";
import { reanalyse } from "../../lib/admin/results/reanalyse.ts";
import { switchResults } from "../../lib/admin/results/switchResults.ts";
import { sessionAnalysis } from "../../lib/analysis/sessionAnalysis.ts";
import { callOperation } from "../../lib/api/operation.ts";
import type { PipelineContext } from "../../lib/context.ts";
import { callerOf } from "../support/caller.ts";
import { withHeld } from "../support/held.ts";
import { expectInvariants } from "../support/invariants.ts";
import { runJobs } from "../support/jobs.ts";
import { addSessions, runUntilIdle, startPipelineInOwnTime, type TestPipeline } from "../support/pipeline.ts";

const MODEL = "gpt-6-luna";
const OTHER = "gpt-6-sol";
const NOW = sessionAnalysis.version;
const reason = "The prompt is better now";

let pipeline: TestPipeline;
let ctx: PipelineContext;
beforeEach(async () => {
  pipeline = await startPipelineInOwnTime();
  ({ ctx } = pipeline);
});
afterEach(() => pipeline.close());

const as = (role: "ADMIN" | "SUPPORT") => callerOf(ctx, role);
const rowsOf = async (sql: string, ...values: unknown[]) => (await ctx.db.query(sql, values)).rows;
const shown = () =>
  rowsOf(
    `SELECT s."id", s."summary", s."sentiment", s."language",
            ARRAY(SELECT q."content" FROM "SessionQuestion" sq JOIN "Question" q ON q."id" = sq."questionId"
                   WHERE sq."sessionId" = s."id" ORDER BY sq."order") AS "questions" FROM "Session" s ORDER BY 1`,
  );
/** What comes of it once its job is done. */
async function done<T extends { jobId: string | null }>(asked: Promise<T>) {
  const { jobId, ...answer } = await asked;
  if (jobId === null) return answer;
  await runJobs(ctx);
  const [job] = await rowsOf(`SELECT "state", "total", "outcome" FROM "Job" WHERE "id" = $1`, jobId);
  expect(job?.state).toBe("DONE");
  return { ...answer, total: job?.total, ...job?.outcome };
}
const again = (input: object) => done(callOperation(as("ADMIN"), reanalyse, { filter: {}, reason, ...input }));
const switchTo = (filter: object, more: object = {}) =>
  done(callOperation(as("ADMIN"), switchResults, { filter, reason, ...more }));
const versions = async () => (await callOperation(as("SUPPORT"), listResultVersions, {})).results;

/** Sessions of two companies that show what version 2 said. */
async function analyseBefore(): Promise<{ acme: string; bolt: string }> {
  const { companyId: acme } = await addSessions(ctx, 4, { company: "Acme" });
  const { companyId: bolt } = await addSessions(ctx, 3, { company: "Bolt" });
  await runUntilIdle(ctx);
  await ctx.db.query(`UPDATE "AnalysisResult" SET "version" = $1`, [NOW - 1]);
  return { acme, bolt };
}

describe("what a new version means", () => {
  it("is counted: which sessions have which version, of which model", async () => {
    const { acme } = await analyseBefore();
    expect(await versions()).toEqual([
      { analysis: "session-analysis", version: NOW - 1, model: MODEL, shown: 7, kept: 0 },
    ]);
    const { analyses, results } = await callOperation(as("SUPPORT"), listResultVersions, { companyId: acme });
    expect(analyses).toContainEqual({ name: "session-analysis", version: NOW });
    expect(results).toMatchObject([{ shown: 4 }]);
  });

  it("is forecast from what was used before and the price of now, and nothing is requested", async () => {
    const { acme } = await analyseBefore();
    const paid = await rowsOf(
      `SELECT sum("promptTokens" * 0.5 + "completionTokens" * 2)::float8 / 1000000 AS "usd" FROM "AIRequestAttempt"`,
    );
    await ctx.db.query(`DELETE FROM "AIModelPricing"; DELETE FROM "ExchangeRate"`);
    expect((await again({ preview: true })).estimatedCostEur).toBeNull();
    const [model] = await rowsOf(`SELECT "id" FROM "AIModel" WHERE "name" = $1`, MODEL);
    await pipeline.database.rows.exchangeRates([{ currency: "USD", eurPerUnit: "0.9" }]);
    const price = { inputPerMillion: "0.5", cachedInputPerMillion: "0.5", outputPerMillion: "2" };
    await pipeline.database.rows.prices([{ aiModelId: model?.id, ...price }]);
    const all = await again({ preview: true, filter: { belowVersion: NOW } });
    expect(all).toMatchObject({ matched: 7 });
    expect(Number(all.estimatedCostEur)).toBeCloseTo(paid[0]?.usd * 0.9, 5);
    expect(await again({ preview: true, filter: { companyId: acme } })).toMatchObject({ matched: 4 });
    expect(await again({ preview: true, filter: { version: NOW } })).toMatchObject({
      matched: 0,
      estimatedCostEur: "0.000000",
    });
    expect(await again({ preview: true, filter: { model: OTHER } })).toMatchObject({ matched: 0 });
    expect(await again({ preview: true, filter: { to: "2020-01-01T00:00:00Z" } })).toMatchObject({ matched: 0 });
    expect(await rowsOf(`SELECT 1 FROM "AIProcessingRequest" WHERE "processingStatus" = 'PENDING_BATCHING'`)).toEqual(
      [],
    );
  });

  it("is asked for once, shows what was until the new answer comes, and can be switched back exactly", async () => {
    const { acme } = await analyseBefore();
    const before = await shown();
    expect(await again({ filter: { companyId: acme }, askModel: OTHER })).toMatchObject({ total: 4, requested: 4 });
    expect(await again({ filter: { companyId: acme } })).toMatchObject({ total: 0, requested: 0 });
    expect(await shown()).toEqual(before);
    await runUntilIdle(ctx);
    await expectInvariants(pipeline);
    expect(await versions()).toEqual([
      { analysis: "session-analysis", version: NOW, model: OTHER, shown: 4, kept: 0 },
      { analysis: "session-analysis", version: NOW - 1, model: MODEL, shown: 3, kept: 4 },
    ]);

    // Made different, to be seen: the same words get the same answer of the emulator.
    await ctx.db.query(`UPDATE "Session" SET "summary" = 'what the new version says' WHERE "companyId" = $1`, [acme]);
    await ctx.db.query(`DELETE FROM "SessionQuestion" WHERE "companyId" = $1`, [acme]);
    expect(await switchTo({ version: NOW - 1 }, { preview: true })).toMatchObject({ matched: 4 });
    expect(await switchTo({ version: NOW - 1 })).toEqual({ matched: null, total: 4, switched: 4, unfit: 0 });
    expect(await shown()).toEqual(before);
    await expectInvariants(pipeline);
    expect(await versions()).toMatchObject([
      { version: NOW, shown: 0, kept: 4 },
      { version: NOW - 1, shown: 7, kept: 0 },
    ]);
    expect(await switchTo({ version: NOW - 1 })).toMatchObject({ total: 0, switched: 0 });
    expect(await switchTo({ model: OTHER })).toMatchObject({ switched: 4 });
    await expectInvariants(pipeline);
    expect(
      await rowsOf(
        `SELECT "action", count(*)::int FROM "SecurityAuditLog" WHERE "action" LIKE 'results.%' GROUP BY 1 ORDER BY 1`,
      ),
    ).toEqual([
      { action: "results.reanalyse", count: 2 },
      { action: "results.switch", count: 3 },
    ]);
  });

  it("is a job at once, however long it takes to find out what there is to do", async () => {
    await analyseBefore();
    const slow = await withHeld(pipeline.database.owner, async (held) => {
      await held.query(`LOCK TABLE "AnalysisResult" IN ACCESS EXCLUSIVE MODE`);
      const asked = await callOperation(as("ADMIN"), reanalyse, { filter: {}, reason });
      const switched = await callOperation(as("ADMIN"), switchResults, { filter: { version: 1 }, reason });
      return [asked.jobId, switched.jobId];
    });
    expect(slow).toEqual([expect.any(String), expect.any(String)]);
  });

  it("is forecast with the labels of new questions, of companies that want them", async () => {
    await addSessions(ctx, 3, { text: (n) => `When will my salary of month ${n} be paid?` });
    await ctx.db.query(`UPDATE "Company" SET "questionTopics" = true`);
    await runUntilIdle(ctx);
    await ctx.db.query(`DELETE FROM "AIModelPricing"; DELETE FROM "ExchangeRate"`);
    await pipeline.database.rows.exchangeRates([{ currency: "USD", eurPerUnit: "1" }]);
    const [model] = await rowsOf(`SELECT "id" FROM "AIModel" WHERE "name" = $1`, MODEL);
    const price = { inputPerMillion: "1", cachedInputPerMillion: "1", outputPerMillion: "2" };
    await pipeline.database.rows.prices([{ aiModelId: model?.id, ...price }]);
    const [topics] = await rowsOf(
      `SELECT sum("promptTokens" + 2 * "completionTokens")::float8 / 1000000 AS "eur" FROM "AIProcessingRequest"
        WHERE "processingType" = 'question-topics'`,
    );
    const cost = async () => Number((await again({ preview: true })).estimatedCostEur);
    const withLabels = await cost();
    await ctx.db.query(`UPDATE "Company" SET "questionTopics" = false`);
    expect(topics?.eur).toBeGreaterThan(0);
    expect(withLabels - (await cost())).toBeCloseTo(topics?.eur, 5);
  });

  it("reaches every result, a page of them at a time", async () => {
    const { companyId } = await addSessions(ctx, 1);
    await runUntilIdle(ctx);
    const many = 1_100;
    await ctx.db.query(
      `WITH one AS (SELECT k.*, s."startTime" FROM "AnalysisResult" k JOIN "Session" s ON s."id" = k."sessionId"),
            sessions AS (INSERT INTO "Session" ("id", "companyId", "startTime", "endTime", "analysedAt")
              SELECT 's' || n, $2, "startTime", "startTime", now() FROM one, generate_series(1, $1::int) n RETURNING "id"),
            requests AS (INSERT INTO "AIProcessingRequest" ("id", "companyId", "sessionId", "model", "processingType", "processingStatus", "requestedAt")
              SELECT "id" || '/' || v, $2, "id", $3, 'session-analysis', 'PROCESSING_COMPLETE', '2020-01-01' FROM sessions, generate_series(1, 2) v
              RETURNING "id", "sessionId")
       INSERT INTO "AnalysisResult" ("requestId", "attempt", "companyId", "sessionId", "analysis", "version", "model", "answer", "createdAt", "appliedAt", "replacedAt")
       SELECT r."id", 1, $2, r."sessionId", 'session-analysis', right(r."id", 1)::int, $3, one."answer", now(), now(),
              CASE WHEN r."id" LIKE '%/1' THEN now() END FROM requests r, one`,
      [many, companyId, MODEL],
    );
    expect(await switchTo({ version: 1 })).toMatchObject({ total: many, switched: many });
    expect((await versions()).filter(({ version }) => version !== NOW)).toMatchObject([
      { version: 2, shown: 0, kept: many },
      { version: 1, shown: many, kept: 0 },
    ]);
    expect(await again({ filter: { version: 1 } })).toMatchObject({ total: many, requested: many });
  });

  it("leaves alone a kept answer that the present version would refuse", async () => {
    await analyseBefore();
    await again({});
    await runUntilIdle(ctx);
    await ctx.db.query(
      `UPDATE "AnalysisResult" SET "answer" = "answer" || '{"category": "PIZZA"}' WHERE "version" = $1 AND "requestId" = (
         SELECT min("requestId") FROM "AnalysisResult" WHERE "version" = $1)`,
      [NOW - 1],
    );
    expect(await switchTo({ version: NOW - 1 })).toEqual({ matched: null, total: 7, switched: 6, unfit: 1 });
  });

  it("is for who may spend: others may count", async () => {
    await expect(callOperation(as("SUPPORT"), reanalyse, { filter: {}, reason })).rejects.toMatchObject({
      code: "forbidden",
    });
    await expect(callOperation(as("SUPPORT"), switchResults, { filter: { version: 1 }, reason })).rejects.toMatchObject(
      {
        code: "forbidden",
      },
    );
    await expect(switchTo({})).rejects.toThrow(/a version, a model or a request/);
    await expect(again({ askModel: "gpt-none" })).rejects.toThrow(/no active model is named/);
    await expect(again({ filter: { analysis: "pizza" } })).rejects.toMatchObject({ code: "invalid_input" });
  });
});

it("labels are asked for again with the questions that they are for, and those of others stay shown", async () => {
  await addSessions(ctx, 1, { text: () => "When will my salary be paid?" });
  await ctx.db.query(`UPDATE "Company" SET "questionTopics" = true`);
  await runUntilIdle(ctx);
  const filter = { analysis: "question-topics" };
  expect(await again({ filter })).toMatchObject({ requested: 1 });
  await runUntilIdle(ctx);
  await expectInvariants(pipeline);
  expect((await versions()).filter(({ analysis }) => analysis === "question-topics")).toMatchObject([
    { shown: 1, kept: 1 },
  ]);
  expect(
    await rowsOf(`SELECT DISTINCT "questionIds" FROM "AIProcessingRequest" WHERE "processingType" = 'question-topics'`),
  ).toHaveLength(1);
});
