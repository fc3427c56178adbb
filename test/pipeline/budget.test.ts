import { afterEach, describe, expect, it } from "vitest";
import { batchCreator } from "../../lib/pipeline/batchCreator.ts";
import { calibrate } from "../../lib/throttle/tokenBudget.ts";
import { setFaults } from "../support/emulatorControl.ts";
import { expectInvariants } from "../support/invariants.ts";
import {
  addSessions,
  pollUntilOver,
  runUntilIdle,
  startPipelineInOwnTime,
  type TestPipeline,
} from "../support/pipeline.ts";
import { passTime } from "../support/testClock.ts";

const MODEL = "gpt-6-luna";
/** What a line of these tests weighs, roughly, in input tokens of the emulator and in bytes by four. */
const LINE_TOKENS = 700;

let pipeline: TestPipeline;
afterEach(async () => pipeline.close());

async function inFlight() {
  const { rows } = await pipeline.ctx.db.query(
    `SELECT COALESCE(sum("estimatedTokens"), 0)::int AS "tokens", COALESCE(sum("requestCount"), 0)::int AS "lines"
       FROM "AIBatchRequest" WHERE "status" NOT IN ('PROCESSED', 'FAILED', 'CANCELLED')`,
  );
  return rows[0];
}

async function learned() {
  const { rows } = await pipeline.ctx.db.query(
    `SELECT "enqueuedLimit"::float8 AS "limit", "safety", "refusals",
            round(EXTRACT(epoch FROM "notBefore" - "learnedAt") / 60)::int AS "restsMinutes" FROM "ModelBudget"`,
  );
  return rows[0];
}

describe("the budget of enqueued tokens", () => {
  it("holds batches back within what is configured, and goes on when there is room", async () => {
    const limit = 10 * LINE_TOKENS;
    pipeline = await startPipelineInOwnTime({ env: { BATCH_TOKEN_BUDGETS: `${MODEL}=${limit}` } });
    await addSessions(pipeline.ctx, 60);
    await batchCreator(pipeline.ctx);
    const first = await inFlight();
    expect(first.tokens).toBeLessThanOrEqual(limit);
    expect(first.lines).toBeGreaterThan(5);
    expect(await batchCreator(pipeline.ctx)).toEqual({ batches: 0, requests: 0 });
    await runUntilIdle(pipeline.ctx);
    expect(await expectInvariants(pipeline)).toMatchObject({ linesExecuted: 60 });
  });

  it("is shared by the companies that wait in the same round", async () => {
    pipeline = await startPipelineInOwnTime({ env: { BATCH_TOKEN_BUDGETS: `${MODEL}=${10 * LINE_TOKENS}` } });
    await addSessions(pipeline.ctx, 60, { company: "A" });
    await addSessions(pipeline.ctx, 3, { company: "B" });
    await batchCreator(pipeline.ctx);
    const { rows } = await pipeline.ctx.db.query(
      `SELECT c."name", sum(b."requestCount")::int AS "lines" FROM "AIBatchRequest" b
         JOIN "Company" c ON c."id" = b."companyId" GROUP BY 1 ORDER BY 1`,
    );
    expect(rows.map((row) => row.name)).toEqual(["A", "B"]);
    expect(rows[1]?.lines).toBe(3);
  });

  it("lets one request go that is larger than the whole budget, when nothing else waits", async () => {
    pipeline = await startPipelineInOwnTime({ env: { BATCH_TOKEN_BUDGETS: `${MODEL}=10` } });
    await addSessions(pipeline.ctx, 3);
    await runUntilIdle(pipeline.ctx);
    expect(await expectInvariants(pipeline)).toMatchObject({ linesExecuted: 3, batches: { created: 3 } });
  });

  it("is learned from the provider's refusal, and then obeyed", async () => {
    const limit = 20 * LINE_TOKENS;
    pipeline = await startPipelineInOwnTime({ emulator: { limits: { enqueuedTokens: { [MODEL]: limit } } } });
    await addSessions(pipeline.ctx, 100);
    await runUntilIdle(pipeline.ctx);
    const { rows } = await pipeline.ctx.db.query(`SELECT "model", "enqueuedLimit"::int AS "limit" FROM "ModelBudget"`);
    expect(rows).toEqual([{ model: MODEL, limit }]);
    const refused = await pipeline.ctx.db.query(`SELECT 1 FROM "AIBatchRequest" WHERE "status" = 'FAILED'`);
    expect(refused.rowCount).toBeLessThanOrEqual(4);
    const { rows: spent } = await pipeline.ctx.db.query(
      `SELECT max("failedAttempts") AS "most" FROM "AIProcessingRequest"`,
    );
    expect(spent[0].most).toBe(0);
    expect(await expectInvariants(pipeline)).toMatchObject({ linesExecuted: 100 });
  });

  it("is estimated by what past batches were billed", async () => {
    pipeline = await startPipelineInOwnTime({ env: { BATCH_MAX_LINES: "20" } });
    expect(await calibrate(pipeline.ctx.db, MODEL)).toEqual({ tokensPerByte: 0.25, batches: 0, meanError: null });
    await addSessions(pipeline.ctx, 20);
    await runUntilIdle(pipeline.ctx);
    const learned = await calibrate(pipeline.ctx.db, MODEL);
    expect(learned.batches).toBe(1);
    await addSessions(pipeline.ctx, 20, { text: (index) => `What about week ${index}, can I work on Sunday?` });
    await runUntilIdle(pipeline.ctx);
    const { rows } = await pipeline.ctx.db.query(
      `SELECT abs("estimatedTokens" - "promptTokens")::float / "promptTokens" AS "error" FROM "AIBatchRequest"
        ORDER BY "createdAt" DESC, "id" DESC LIMIT 1`,
    );
    expect(rows[0].error).toBeLessThan(0.05);
  });

  it("rests once for a whole round that was sent before the limit was known, and longer only for what came later", async () => {
    const env = { BATCH_MAX_LINES: "10", BATCH_CREATION_INTERVAL: "10m" };
    pipeline = await startPipelineInOwnTime({
      env,
      emulator: { limits: { enqueuedTokens: { [MODEL]: 5 * LINE_TOKENS } } },
    });
    await addSessions(pipeline.ctx, 60);
    expect(await batchCreator(pipeline.ctx)).toMatchObject({ batches: 6 });
    await pollUntilOver(pipeline.ctx);
    expect(await learned()).toMatchObject({ limit: 5 * LINE_TOKENS, safety: 1, refusals: 1, restsMinutes: 10 });

    await passTime(pipeline.ctx, 1_000);
    await pipeline.ctx.db.query(`UPDATE "ModelBudget" SET "notBefore" = NULL, "enqueuedLimit" = 100000000`);
    await pipeline.ctx.db.query(`UPDATE "AIProcessingRequest" SET "notBefore" = NULL`);
    expect(await batchCreator(pipeline.ctx)).toMatchObject({ batches: 6 });
    await pollUntilOver(pipeline.ctx);
    expect(await learned()).toMatchObject({ limit: 5 * LINE_TOKENS, refusals: 2, restsMinutes: 20 });
  });

  it.each([
    ["stays as it was named for a day", 1, 100_000, 100_000],
    ["then grows with each batch that goes through, as the account may have grown", 25, 100_000, 110_001],
    ["has an end where nobody refuses anything", 25, 1e15, 1e15],
  ])("%s", async (_, hours, enqueuedLimit, later) => {
    pipeline = await startPipelineInOwnTime();
    const learnedAt = new Date(Date.now() - hours * 3_600_000);
    await pipeline.database.rows.budget({ model: MODEL, enqueuedLimit, learnedAt });
    await addSessions(pipeline.ctx, 5);
    await runUntilIdle(pipeline.ctx);
    expect(await learned()).toMatchObject({ limit: later });
  });

  it.each([
    ["30K", "Enqueued token limit reached. Limit: 30K enqueued tokens.", 30_000],
    ["2 million", "Enqueued token limit reached. Limit: 2 million.", 2_000_000],
    ["behind another error", "Enqueued token limit reached. Limit: 40,000 enqueued tokens.", 40_000],
  ])("is read from the sentence about the tokens, with its unit: %s", async (_name, message, limit) => {
    const refuse = (code: string, message: string) => ({
      kind: "failed_validation",
      count: 1,
      params: { code, message },
    });
    const other = refuse("too_many_batches", "Too many batches run. Limit: 3 batches.");
    pipeline = await startPipelineInOwnTime();
    await setFaults(pipeline.emulator, [other, refuse("token_limit_exceeded", message)]);
    await addSessions(pipeline.ctx, 5);
    await batchCreator(pipeline.ctx);
    await pollUntilOver(pipeline.ctx);
    expect(await learned()).toMatchObject({ limit });
  });

  it("is never below one request: such a number speaks of something else", async () => {
    const message = "Enqueued token limit reached. Limit: 3";
    pipeline = await startPipelineInOwnTime();
    await setFaults(pipeline.emulator, [
      { kind: "failed_validation", count: 1, params: { code: "token_limit_exceeded", message } },
    ]);
    await addSessions(pipeline.ctx, 5);
    await batchCreator(pipeline.ctx);
    const { tokens } = await inFlight();
    await pollUntilOver(pipeline.ctx);
    expect((await learned()).limit).toBe(Math.floor(tokens * 0.8));
  });

  it("learns nothing from a batch with lines that did not state their usage", async () => {
    pipeline = await startPipelineInOwnTime();
    await addSessions(pipeline.ctx, 5);
    await runUntilIdle(pipeline.ctx);
    await pipeline.ctx.db.query(`UPDATE "AIBatchRequest" SET "linesWithoutUsage" = 1`);
    expect(await calibrate(pipeline.ctx.db, MODEL)).toMatchObject({ batches: 0 });
  });

  it("is not lost to a batch that was reported with more tokens than there can be", async () => {
    pipeline = await startPipelineInOwnTime();
    await addSessions(pipeline.ctx, 5);
    await runUntilIdle(pipeline.ctx);
    await pipeline.ctx.db.query(`UPDATE "AIBatchRequest" SET "promptTokens" = 2147483647`);
    await pipeline.ctx.db.query(`UPDATE "SpendHour" SET "completionTokens" = 1000000000000000`);
    expect(await calibrate(pipeline.ctx.db, MODEL)).toMatchObject({ tokensPerByte: 2 });
    await addSessions(pipeline.ctx, 5);
    await runUntilIdle(pipeline.ctx);
    expect(await expectInvariants(pipeline)).toMatchObject({ linesExecuted: 10 });
  });
});
