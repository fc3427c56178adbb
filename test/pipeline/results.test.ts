import { afterEach, beforeEach, expect, it } from "vitest";
import { sessionAnalysis } from "../../lib/analysis/sessionAnalysis.ts";
import type { PipelineContext } from "../../lib/context.ts";
import { NO_PRICE } from "../../lib/costs/price.ts";
import { batchCreator } from "../../lib/pipeline/batchCreator.ts";
import { applyLines } from "../../lib/pipeline/collect/applyLines.ts";
import { claimBatch } from "../../lib/pipeline/create/claimBatch.ts";
import { expectInvariants } from "../support/invariants.ts";
import { answerLine } from "../support/lines.ts";
import { addSessions, runUntilIdle, startPipelineInOwnTime, type TestPipeline } from "../support/pipeline.ts";

const MODEL = "gpt-6-luna";

let pipeline: TestPipeline;
let ctx: PipelineContext;
beforeEach(async () => {
  pipeline = await startPipelineInOwnTime();
  ({ ctx } = pipeline);
});
afterEach(() => pipeline.close());

const rowsOf = async (sql: string, ...values: unknown[]) => (await ctx.db.query(sql, values)).rows;

it("keeps each answer as it was applied, with what was asked and of which model", async () => {
  await addSessions(ctx, 12);
  await runUntilIdle(ctx);
  await expectInvariants(pipeline);
  const results = await rowsOf(
    `SELECT k."analysis", k."version", k."model", k."replacedAt", k."appliedAt" = s."analysedAt" AS "isShown",
            k."companyId" = s."companyId" AS "isTheirs", k."answer", r."analysisVersion", s."summary",
            ARRAY(SELECT q."content" FROM "SessionQuestion" sq JOIN "Question" q ON q."id" = sq."questionId"
                   WHERE sq."sessionId" = s."id" ORDER BY sq."order") AS "questions"
       FROM "AnalysisResult" k JOIN "AIProcessingRequest" r ON r."id" = k."requestId" JOIN "Session" s ON s."id" = k."sessionId"`,
  );
  expect(results).toHaveLength(12);
  for (const { answer, summary, questions, ...result } of results) {
    expect(sessionAnalysis.check(JSON.stringify(answer))).toEqual({ ok: true, answer });
    expect(answer).toMatchObject({ summary, questions });
    const { name: analysis, version } = sessionAnalysis;
    const shown = { isShown: true, isTheirs: true, replacedAt: null };
    expect(result).toEqual({ analysis, version, model: MODEL, analysisVersion: version, ...shown });
  }
});

interface Asked {
  batch: string;
  ids: string[];
}

/** Has sessions asked about, each with a request of its own. */
async function ask(companyId: string, sessionIds: string[], requestedAt: Date): Promise<Asked> {
  const made = await pipeline.database.rows.requests(sessionIds.map((sessionId) => ({ sessionId, requestedAt })));
  const { batch } = await claimBatch(ctx, { companyId, model: MODEL });
  await batch?.spool.remove();
  return { batch: batch?.id ?? "", ids: made.map(({ id }) => id) };
}

const answer = ({ batch, ids }: Asked, summary: string) =>
  applyLines(
    ctx,
    { batchId: batch, epoch: 1, signal: ctx.stopping },
    ids.map((id) => answerLine(id, { summary })),
    NO_PRICE,
  );

const summaries = () =>
  rowsOf(
    `SELECT "answer"->>'summary' AS "summary", "appliedAt" IS NOT NULL AS "applied", "replacedAt" IS NOT NULL AS "replaced",
            count(*)::int AS "results" FROM "AnalysisResult" GROUP BY 1, 2, 3 ORDER BY 1`,
  );

it("keeps what was shown before, and an answer that comes after a newer one", async () => {
  const { companyId, sessionIds } = await addSessions(ctx, 5);
  await runUntilIdle(ctx);
  await ctx.db.query(
    `DELETE FROM "AnalysisResult"; UPDATE "Session" SET "analysedAt" = NULL; DELETE FROM "AIProcessingRequest"`,
  );
  const at = (minute: number) => new Date(Date.now() + minute * 60_000 - 3_600_000);
  const first = await ask(companyId, sessionIds, at(1));
  await answer(first, "what the first text said");
  const late = await ask(companyId, sessionIds, at(2));
  const last = await ask(companyId, sessionIds, at(3));
  await answer(last, "what the last text says");
  await answer(late, "what was said in between");
  expect(await summaries()).toEqual([
    { summary: "what the first text said", applied: true, replaced: true, results: 5 },
    { summary: "what the last text says", applied: true, replaced: false, results: 5 },
    { summary: "what was said in between", applied: false, replaced: false, results: 5 },
  ]);
});

it.each([
  ["another one", `'{"session-analysis": 2}'::jsonb`, 2],
  ["nobody knows which, as it was claimed by a worker of the version before", "NULL", null],
])("notes the version that was asked, whoever collects: %s", async (_name, versions, expected) => {
  await addSessions(ctx, 3);
  await batchCreator(ctx);
  expect(await rowsOf(`SELECT "analysisVersions" AS "asked" FROM "AIBatchRequest"`)).toEqual([
    { asked: { [sessionAnalysis.name]: sessionAnalysis.version } },
  ]);
  await ctx.db.query(`UPDATE "AIBatchRequest" SET "analysisVersions" = ${versions}`);
  await runUntilIdle(ctx);
  const noted = await rowsOf(
    `SELECT DISTINCT k."version", r."analysisVersion" FROM "AnalysisResult" k JOIN "AIProcessingRequest" r ON r."id" = k."requestId"`,
  );
  expect(noted).toEqual([{ version: expected, analysisVersion: expected }]);
});

it("notes the version that was written anew, where the first file never got away", async () => {
  const { companyId } = await addSessions(ctx, 3);
  const { batch } = await claimBatch(ctx, { companyId, model: MODEL });
  await batch?.spool.remove();
  await ctx.db.query(
    `UPDATE "AIBatchRequest" SET "analysisVersions" = '{"session-analysis": 2}', "leaseExpiresAt" = "createdAt"`,
  );
  await runUntilIdle(ctx);
  expect(await rowsOf(`SELECT DISTINCT "version" FROM "AnalysisResult"`)).toEqual([
    { version: sessionAnalysis.version },
  ]);
});

it("loses the answers with their session, and shows them to no company", async () => {
  const { sessionIds } = await addSessions(ctx, 2);
  await runUntilIdle(ctx);
  const client = await ctx.db.connect();
  try {
    await client.query("BEGIN; SET LOCAL ROLE livedash_tenant");
    await expect(client.query(`SELECT * FROM "AnalysisResult"`)).rejects.toMatchObject({ code: "42501" });
    await client.query("ROLLBACK");
  } finally {
    client.release();
  }
  await ctx.db.query(`DELETE FROM "Session" WHERE "id" = $1`, [sessionIds[0]]);
  expect(await rowsOf(`SELECT "sessionId" FROM "AnalysisResult"`)).toEqual([{ sessionId: sessionIds[1] }]);
});
