import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { listResultVersions } from "../../lib/admin/results/listResultVersions.ts";
import { reanalyse } from "../../lib/admin/results/reanalyse.ts";
import { switchResults } from "../../lib/admin/results/switchResults.ts";
import { sessionAnalysis } from "../../lib/analysis/sessionAnalysis.ts";
import { callOperation } from "../../lib/api/operation.ts";
import type { PipelineContext } from "../../lib/context.ts";
import { callerOf } from "../support/caller.ts";
import { withFirstEnded } from "../support/firstEnded.ts";
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

const admin = () => callerOf(ctx, "ADMIN");
const rowsOf = async (sql: string, ...values: unknown[]) => (await ctx.db.query(sql, values)).rows;
const again = (input: object) => callOperation(admin(), reanalyse, { filter: {}, reason, ...input });
const switchTo = (filter: object, more: object = {}) =>
  callOperation(admin(), switchResults, { filter, reason, ...more });
const jobNow = async (id: string | null) =>
  (await rowsOf(`SELECT "state", "done", "total", "outcome" FROM "Job" WHERE "id" = $1`, id))[0];
const versionsOf = async (requestId: string) =>
  rowsOf(
    `SELECT k."version", k."replacedAt" IS NULL AS "isShown" FROM "AnalysisResult" k
       JOIN "AIProcessingRequest" r ON r."id" = k."requestId"
      WHERE r."sessionId" = (SELECT "sessionId" FROM "AIProcessingRequest" WHERE "id" = $1) ORDER BY 1`,
    requestId,
  );
/** What each model costs now, for each million tokens that go in, and that come out. */
async function setPrices(prices: Record<string, [input: string, output: string]>): Promise<void> {
  const { rows } = pipeline.database;
  await rowsOf(`DELETE FROM "AIModelPricing"`);
  await rowsOf(`DELETE FROM "ExchangeRate"`);
  await rows.exchangeRates([{ currency: "USD", eurPerUnit: "1" }]);
  for (const [name, [inputPerMillion, outputPerMillion]] of Object.entries(prices)) {
    const [model] = await rowsOf(`SELECT "id" FROM "AIModel" WHERE "name" = $1`, name);
    const price = { inputPerMillion, cachedInputPerMillion: inputPerMillion, outputPerMillion };
    await rows.prices([{ aiModelId: model?.id, ...price }]);
  }
}

/** The count that jobs begin with comes to no end. */
const runJobsUncounted = (how: "cancel" | "terminate") =>
  withFirstEnded(pipeline.database.owner, "AnalysisResult", how, () => runJobs(ctx));

/** Sessions that show what the version before said, and then, if that is wanted, what the present one says. */
async function analyse(count: number, times: 1 | 2 = 1) {
  const added = await addSessions(ctx, count);
  await runUntilIdle(ctx);
  await rowsOf(`UPDATE "AnalysisResult" SET "version" = $1`, NOW - 1);
  if (times === 2) {
    await again({});
    await runJobs(ctx);
    await runUntilIdle(ctx);
  }
  return added;
}

describe("analysing again", () => {
  it("is forecast for the model that would be asked, at its own price", async () => {
    await analyse(3);
    await setPrices({ [MODEL]: ["1", "2"], [OTHER]: ["10", "20"] });
    const usual = await again({ preview: true });
    const dearer = await again({ preview: true, askModel: OTHER });
    expect([usual.matched, dearer.matched]).toEqual([3, 3]);
    expect(Number(usual.estimatedCostEur)).toBeGreaterThan(0);
    expect(Number(dearer.estimatedCostEur)).toBeCloseTo(10 * Number(usual.estimatedCostEur), 4);
    await rowsOf(`UPDATE "AIModel" SET "isActive" = false WHERE "name" = $1`, OTHER);
    await expect(again({ preview: true, askModel: OTHER })).rejects.toMatchObject({
      code: "invalid_input",
      message: `The input is not valid. askModel: no active model is named "${OTHER}"`,
    });
  });

  it("of labels is forecast by what the labels cost alone, and is refused where they are switched off", async () => {
    await addSessions(ctx, 2, { text: (n) => `When will my salary of month ${n} be paid?` });
    await rowsOf(`UPDATE "Company" SET "questionTopics" = true`);
    await runUntilIdle(ctx);
    await setPrices({ [MODEL]: ["1", "2"] });
    const [labels] = await rowsOf(
      `SELECT count(*)::int AS "count", sum("promptTokens" + 2 * "completionTokens")::float8 / 1000000 AS "eur"
         FROM "AIProcessingRequest" WHERE "processingType" = 'question-topics'`,
    );
    const input = { filter: { analysis: "question-topics" }, preview: true };
    const found = await again(input);
    expect(labels?.count).toBeGreaterThan(0);
    expect(found.matched).toBe(labels?.count);
    expect(Number(found.estimatedCostEur)).toBeCloseTo(labels?.eur, 5);

    const off = { ...admin(), config: { ...ctx.config, QUESTION_TOPICS: false } };
    for (const preview of [true, false]) {
      await expect(callOperation(off, reanalyse, { ...input, preview, reason })).rejects.toMatchObject({
        code: "conflict",
        message: "The analysis question-topics is switched off. Set QUESTION_TOPICS to true.",
      });
    }
    expect(await rowsOf(`SELECT 1 FROM "Job"`)).toEqual([]);
  });

  it("reaches sessions from a time on, and the first moment is among them", async () => {
    const { sessionIds } = await analyse(3);
    for (const [n, id] of sessionIds.entries()) {
      await rowsOf(`UPDATE "Session" SET "startTime" = $2 WHERE "id" = $1`, id, `2026-0${n + 1}-01T00:00:00Z`);
    }
    const from = "2026-02-01T00:00:00Z";
    expect(await again({ preview: true, filter: { from } })).toMatchObject({ matched: 2 });
    const between = { from, to: "2026-03-01T00:00:00Z" };
    const { jobId } = await again({ filter: between });
    await runJobs(ctx);
    expect(await jobNow(jobId)).toMatchObject({ state: "DONE", total: 1, outcome: { requested: 1 } });
    expect(
      await rowsOf(`SELECT "sessionId" FROM "AIProcessingRequest" WHERE "processingStatus" = 'PENDING_BATCHING'`),
    ).toEqual([{ sessionId: sessionIds[1] }]);
  });

  it("is done all the same where it takes too long to count what there is to do: the total is not known then", async () => {
    await analyse(2);
    const { jobId } = await again({});
    await runJobsUncounted("cancel");
    expect(await jobNow(jobId)).toEqual({ state: "DONE", done: 2, total: null, outcome: { requested: 2 } });
  });

  it("requests nothing when the connection is lost while it counts, and all of it with the next try", async () => {
    await analyse(2);
    const { jobId } = await again({});
    await expect(runJobsUncounted("terminate")).rejects.toMatchObject({ code: "57P01" });
    expect(await jobNow(jobId)).toMatchObject({ state: "RUNNING", done: 0 });
    await runJobs(ctx);
    expect(await jobNow(jobId)).toEqual({ state: "DONE", done: 2, total: 2, outcome: { requested: 2 } });
  });
});

describe("switching back", () => {
  it("to the result of one request alone leaves those of all others", async () => {
    const { requestIds, companyId } = await analyse(3, 2);
    const [first = "", second = ""] = requestIds;
    const filter = { requestId: first };
    expect(await switchTo(filter, { preview: true })).toEqual({ matched: 1, jobId: null });
    expect(await switchTo({ ...filter, version: NOW }, { preview: true })).toMatchObject({ matched: 0 });
    const { jobId } = await switchTo({ ...filter, companyId });
    await runJobs(ctx);
    expect(await jobNow(jobId)).toEqual({ state: "DONE", done: 1, total: 1, outcome: { switched: 1, unfit: 0 } });
    expect(await versionsOf(first)).toEqual([
      { version: NOW - 1, isShown: true },
      { version: NOW, isShown: false },
    ]);
    expect(await versionsOf(second)).toEqual([
      { version: NOW - 1, isShown: false },
      { version: NOW, isShown: true },
    ]);
    await expectInvariants(pipeline);
    // It is shown now.
    expect(await switchTo(filter, { preview: true })).toMatchObject({ matched: 0 });
  });

  it("is done all the same where it takes too long to count what there is to do", async () => {
    await analyse(2, 2);
    const { jobId } = await switchTo({ version: NOW - 1 });
    await runJobsUncounted("cancel");
    const outcome = { switched: 2, unfit: 0 };
    expect(await jobNow(jobId)).toEqual({ state: "DONE", done: 2, total: null, outcome });
    expect((await callOperation(callerOf(ctx, "SUPPORT"), listResultVersions, {})).results).toMatchObject([
      { version: NOW, shown: 0, kept: 2 },
      { version: NOW - 1, shown: 2, kept: 0 },
    ]);
    await expectInvariants(pipeline);
  });
});
