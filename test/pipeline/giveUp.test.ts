import { afterEach, describe, expect, it } from "vitest";
import { giveUpBatch } from "../../lib/admin/batches/giveUpBatch.ts";
import { readBatch } from "../../lib/admin/batches/readBatch.ts";
import { readStuck } from "../../lib/admin/batches/stuckBatches.ts";
import { callOperation } from "../../lib/api/operation.ts";
import type { PipelineContext } from "../../lib/context.ts";
import { batchCreator } from "../../lib/pipeline/batchCreator.ts";
import { batchPoller } from "../../lib/pipeline/batchPoller.ts";
import { ProviderError } from "../../lib/providers/contract/errors.ts";
import { openProvider } from "../../lib/providers/openProvider.ts";
import type { Step } from "../../lib/step.ts";
import { callerOf } from "../support/caller.ts";
import { advance, setFaults } from "../support/emulatorControl.ts";
import { expectInvariants, readLedger } from "../support/invariants.ts";
import { uploadAs } from "../support/othersAtProvider.ts";
import { addSessions, startPipeline, type TestPipeline } from "../support/pipeline.ts";

const LINES = 8;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const TIMES = { validating: 1_000, inProgress: 1_000, finalizing: 1_000, cancelling: 1_000 };

let pipeline: TestPipeline;
let ctx: PipelineContext;
/** How far the pipeline's clock is ahead. */
let ahead = 0;
afterEach(async () => pipeline.close());

async function start(faults: string[]): Promise<void> {
  pipeline = await startPipeline({ emulator: { faults, manualClock: true, times: TIMES } });
  ahead = 0;
  const { clock } = pipeline.ctx;
  const now = () => new Date(clock.now().getTime() + ahead);
  // The SDK's own retries would take seconds.
  const provider = openProvider("openai", { apiKey: "test-key", baseURL: pipeline.emulator.url, maxRetries: 0 });
  ctx = { ...pipeline.ctx, provider, clock: { ...clock, now } };
  await addSessions(ctx, LINES);
}

/** Lets time go by, at the provider too, and polls. */
async function pass(ms: number): Promise<void> {
  ahead += ms;
  await advance(pipeline.emulator, ms);
  await batchPoller(ctx);
}

/** A batch that was sent under these faults, and polled until its lines should be done. */
async function startBatch(...faults: string[]): Promise<string> {
  await start(faults);
  await batchCreator(ctx);
  await pass(3_000);
  return (await onlyBatch()).id;
}

const sql = async (text: string) => (await ctx.db.query(text)).rows;
const onlyBatch = async () => (await sql(`SELECT * FROM "AIBatchRequest" ORDER BY "createdAt", "id" LIMIT 1`))[0];
const giveUp = (id: string, more: object = {}, role: "ADMIN" | "SUPPORT" = "ADMIN") =>
  callOperation(callerOf(ctx, role), giveUpBatch, { id, reason: "it hangs", ...more });
const states = () =>
  sql(`SELECT "processingStatus" AS "status", "failedAttempts" AS "counted", count(*)::int
         FROM "AIProcessingRequest" GROUP BY 1, 2 ORDER BY 1`);
const PENDING = [{ status: "PENDING_BATCHING", counted: 0, count: LINES }];
const IN_BATCH = [{ status: "BATCHING_IN_PROGRESS", counted: 0, count: LINES }];
const COMPLETE = [{ status: "PROCESSING_COMPLETE", counted: 0, count: LINES }];
const LET_GO = { status: "CANCELLED", errorCode: "batch_given_up", errorMessage: "Given up: it hangs" };
/** It hangs in finalizing for a week, and cannot be cancelled. */
const HANGS = ["stuck_in:batch=1", "cancel_refused"];

/** What is left is done in time, and no line more than these was bought again. */
async function finish(boughtAgain = 0): Promise<void> {
  await setFaults(pipeline.emulator, []);
  for (let round = 0; round < 8; round++) {
    await batchCreator(ctx);
    await pass(2_000);
  }
  expect(await states()).toEqual(COMPLETE);
  expect(await readLedger(pipeline)).toMatchObject({ linesBoughtAgain: boughtAgain });
}

describe("a batch that is given up while it hangs", () => {
  it("is cancelled if it can be: what had finished is applied, the rest goes back, and nothing is bought twice", async () => {
    const id = await startBatch("stuck_in_progress:batch=1,share=0.5");
    expect(await giveUp(id)).toMatchObject({
      changed: true,
      plan: { waiting: LINES, boughtTwice: { lines: LINES, costEur: expect.stringMatching(/^0\.0*[1-9]/) } },
      batch: { providerStatus: "cancelling", givenUp: { by: "key of ADMIN", reason: "it hangs" } },
    });
    await pass(2_000);
    expect(await onlyBatch()).toMatchObject({ status: "CANCELLED", appliedCount: 4, requeuedCount: 4 });
    expect(await sql(`SELECT DISTINCT "code" FROM "AIRequestAttempt" WHERE "outcome" = 'REQUEUED'`)).toEqual([
      { code: "batch_cancelled" },
    ]);
    await finish();
    await expectInvariants(pipeline);
  });

  it("waits until 24 hours after its expiry, says so, and an answer that comes meanwhile is applied", async () => {
    const id = await startBatch("stuck_in:batch=1,ms=40h", "cancel_refused");
    const { expiresAt } = await onlyBatch();
    const requeueAt = new Date(expiresAt.getTime() + DAY).toISOString();
    const answer = await giveUp(id);
    expect(answer).toMatchObject({ changed: true, plan: { requeueAt }, batch: { givenUp: { requeueAt } } });
    await pass(30 * HOUR);
    expect(await states()).toEqual(IN_BATCH);
    expect(await readStuck(ctx), "somebody has decided").toMatchObject({ count: 0 });
    const read = await callOperation(callerOf(ctx, "SUPPORT"), readBatch, { id });
    expect(read.timeline.map(({ event }) => event)).toEqual(["claimed", "submitted", "given_up"]);
    expect(read.batch.givenUp).toMatchObject({ requeueAt, requeueConfirmed: false });

    await pass(11 * HOUR);
    expect(await states()).toEqual(COMPLETE);
    expect(await onlyBatch()).toMatchObject({ status: "PROCESSED", appliedCount: LINES });
    expect(await expectInvariants(pipeline)).toMatchObject({ linesExecuted: LINES });
  });

  it.each([
    ["said that it runs", false],
    ["failed", true],
  ])(
    "is asked for once more when the call before its time %s, and the machine stood still meanwhile",
    async (_, fails) => {
      const id = await startBatch("stuck_in:batch=1,ms=40h", "cancel_refused");
      await giveUp(id);
      await pass(30 * HOUR);
      // So many that it would be let go for them.
      await sql(`UPDATE "AIBatchRequest" SET "failedCalls" = 100, "failingSince" = now() - interval '1 day'`);
      const real = ctx.provider;
      const provider = {
        ...real,
        retrieveBatch: async (batchId: string) => {
          const theirs = await real.retrieveBatch(batchId);
          ahead += 30 * HOUR;
          await advance(pipeline.emulator, 30 * HOUR);
          if (fails) throw new ProviderError("provider_unreachable", "No answer came.");
          return theirs;
        },
      };
      await batchPoller({ ...ctx, provider });
      expect(await states()).toEqual(IN_BATCH);
      await pass(HOUR);
      expect(await states()).toEqual(COMPLETE);
      expect(await expectInvariants(pipeline)).toMatchObject({ linesExecuted: LINES });
    },
  );

  it("is let go when that time has come, at no cost of an attempt", async () => {
    const id = await startBatch(...HANGS);
    await giveUp(id);
    await pass(47 * HOUR);
    expect(await states()).toEqual(IN_BATCH);
    await pass(2 * HOUR);
    expect(await states()).toEqual(PENDING);
    expect(await onlyBatch()).toMatchObject({ ...LET_GO, requeuedCount: LINES });
    expect(await sql(`SELECT DISTINCT "code", "outcome" FROM "AIRequestAttempt"`)).toEqual([
      { code: "batch_given_up", outcome: "REQUEUED" },
    ]);
    await finish(LINES);
  });

  it("is let go at once when it is long past its expiry", async () => {
    const id = await startBatch(...HANGS);
    await pass(4 * DAY);
    expect(await giveUp(id)).toMatchObject({ changed: true, batch: { status: "cancelled", requeued: LINES } });
    expect(await states()).toEqual(PENDING);
  });

  it("is let go at once when that is confirmed, before or after it was given up", async () => {
    const id = await startBatch(...HANGS);
    expect(await giveUp(id)).toMatchObject({ changed: true });
    expect(await giveUp(id)).toMatchObject({ changed: false, batch: { status: "finalizing" } });
    expect(await giveUp(id, { requeueNow: true })).toMatchObject({ changed: true, batch: { status: "cancelled" } });
    expect(await states()).toEqual(PENDING);
    const audited = await sql(
      `SELECT "action", "outcome", "details" FROM "SecurityAuditLog" ORDER BY "createdAt", "id"`,
    );
    expect(audited).toMatchObject([
      {
        action: "batches.give_up",
        outcome: "done",
        details: { reason: "it hangs", requeueNow: false, waiting: LINES },
      },
      { details: { requeueNow: true, boughtTwice: { lines: LINES } } },
    ]);
    await expect(giveUp(id)).rejects.toMatchObject({ code: "conflict", message: expect.stringMatching(/cancelled/) });
    await finish(LINES);
  });

  it("has what stands in its files applied before the rest goes back, though it is not over", async () => {
    const id = await startBatch(...HANGS);
    const { openaiBatchId } = await onlyBatch();
    const requests = await sql(`SELECT "id" FROM "AIProcessingRequest" ORDER BY "id" LIMIT 3`);
    const lines = requests.map((row) => `${JSON.stringify(answerTo(row.id))}\n`);
    const fileId = await uploadAs(pipeline.emulator, "results.jsonl", lines.join(""));
    const { provider } = ctx;
    const results = [{ id: fileId, holds: "answers" as const }];
    const retrieveBatch = async () => ({ ...(await provider.retrieveBatch(openaiBatchId)), results });
    ctx = { ...ctx, provider: { ...provider, retrieveBatch } };
    await giveUp(id, { requeueNow: true });
    expect(await states()).toMatchObject([
      { status: "PENDING_BATCHING", count: LINES - 3 },
      { status: "PROCESSING_COMPLETE", count: 3 },
    ]);
    expect(await onlyBatch()).toMatchObject({ ...LET_GO, appliedCount: 3, requeuedCount: LINES - 3 });
  });
});

describe("a batch that is given up while the provider does not answer", () => {
  it.each([
    ["nothing", "http_error:status=503"],
    ["that it does not know it", "http_error:status=404,path=/v1/batches/*"],
  ])("is let go at once when that is confirmed and it says %s", async (_, fault) => {
    const id = await startBatch(...HANGS);
    await setFaults(pipeline.emulator, [fault]);
    expect(await giveUp(id, { requeueNow: true })).toMatchObject({ changed: true, batch: { status: "cancelled" } });
    expect(await states()).toEqual(PENDING);
  });

  it("is let go when its time has come, but not over one call that fails", async () => {
    const id = await startBatch(...HANGS);
    await giveUp(id);
    await setFaults(pipeline.emulator, ["http_error:status=503"]);
    await pass(49 * HOUR);
    expect(await states(), "it may be back in a minute").toEqual(IN_BATCH);
    await pass(61 * MINUTE);
    expect(await states()).toEqual(PENDING);
    expect(await onlyBatch()).toMatchObject(LET_GO);
  });

  it("is asked to cancel again until that is answered, and only once then", async () => {
    const id = await startBatch("stuck_in_progress:batch=1,share=0.5", "stuck_in:batch=1,status=cancelling,ms=10m");
    await setFaults(pipeline.emulator, ["http_error:2x:status=503,path=/v1/batches/*"]);
    expect(await giveUp(id)).toMatchObject({ batch: { providerStatus: "in_progress" } });
    for (let round = 0; round < 3; round++) await pass(MINUTE);
    expect(await onlyBatch()).toMatchObject({ providerStatus: "cancelling", cancelAnsweredAt: expect.any(Date) });
    const { calls } = (await readLedger(pipeline)) as unknown as { calls: Record<string, number> };
    expect(calls["POST /v1/batches/:id/cancel"]).toBe(2);
    await pass(10 * MINUTE);
    expect(await onlyBatch()).toMatchObject({ status: "CANCELLED", appliedCount: 4 });
  });

  it("past its time still gets what a cancel that was taken brings, for a quarter of an hour", async () => {
    const id = await startBatch("stuck_in:batch=1,ms=300h", "stuck_in:batch=1,status=cancelling,ms=10m");
    await pass(4 * DAY);
    await giveUp(id);
    await pass(9 * MINUTE);
    expect(await states()).toEqual(IN_BATCH);
    await pass(2 * MINUTE);
    expect(await states()).toEqual(COMPLETE);
    expect(await expectInvariants(pipeline)).toMatchObject({ linesExecuted: LINES });
  });
});

describe("a batch that is given up before it was sent", () => {
  const UNSENT = "http_error:status=503,method=POST,path=/v1/files";

  it("ends at once when nothing can have been created, and costs nothing", async () => {
    const id = await startBatch(UNSENT);
    const dry = await giveUp(id, { dryRun: true });
    expect(dry).toMatchObject({ changed: false, plan: { boughtTwice: { lines: 0, costEur: "0" } } });
    expect(await giveUp(id)).toMatchObject({ changed: true, batch: { status: "cancelled", requeued: LINES } });
    expect(await states()).toEqual(PENDING);
    await finish();
    await expectInvariants(pipeline);
  });

  it("is found, cancelled and collected when its create only lost the reply", async () => {
    await start(["lost_reply_create:once", "stuck_in_progress:batch=1,share=0.5"]);
    await batchCreator(ctx);
    await advance(pipeline.emulator, 3_000);
    await giveUp((await onlyBatch()).id);
    for (let round = 0; round < 3; round++) await pass(2_000);
    expect(await onlyBatch()).toMatchObject({ status: "CANCELLED", appliedCount: 4, requeuedCount: 4 });
    await finish();
    await expectInvariants(pipeline);
  });

  it("ends when it has settled and nothing was created, and is not sent again", async () => {
    await start(["connection_reset:once:method=POST,path=/v1/batches"]);
    await batchCreator(ctx);
    await giveUp((await onlyBatch()).id);
    expect(await states()).toEqual(IN_BATCH);
    for (let round = 0; round < 3; round++) await pass(2_000);
    expect(await onlyBatch()).toMatchObject({ ...LET_GO, openaiBatchId: null });
    expect(await readLedger(pipeline)).toMatchObject({ batches: { created: 0 } });
    await finish();
  });

  it.each<Step>(["submit.upload", "submit.create"])("is not created when that comes just before %s", async (at) => {
    await start([]);
    const steps = async <T>(step: Step, action: () => Promise<T>): Promise<T> => {
      if (step === at) expect(await giveUp((await onlyBatch()).id)).toMatchObject({ changed: true });
      return action();
    };
    await batchCreator({ ...ctx, steps });
    for (let round = 0; round < 3; round++) await pass(2_000);
    expect(await onlyBatch()).toMatchObject({ ...LET_GO, openaiBatchId: null, requeuedCount: LINES });
    expect(await readLedger(pipeline)).toMatchObject({ batches: { created: 0 } });
    await finish();
    await expectInvariants(pipeline);
  });
});

describe("giving up", () => {
  it("is done by the poller while the batch is in a worker's hands", async () => {
    const id = await startBatch(...HANGS);
    await sql(`UPDATE "AIBatchRequest" SET "leaseOwner" = 'other', "leaseExpiresAt" = now() + interval '1 minute'`);
    expect(await giveUp(id, { requeueNow: true })).toMatchObject({ changed: true, batch: { status: "finalizing" } });
    expect(await states()).toEqual(IN_BATCH);
    await pass(2 * MINUTE);
    expect(await states()).toEqual(PENDING);
  });

  it("happens once, however often it is asked for at one time", async () => {
    const id = await startBatch(...HANGS);
    const asked = await Promise.allSettled([1, 2, 3, 4].map(() => giveUp(id, { requeueNow: true })));
    const changed = asked.filter((one) => one.status === "fulfilled" && one.value.changed);
    expect(changed).toHaveLength(1);
    await batchPoller(ctx);
    expect(await states()).toEqual(PENDING);
    expect(await sql(`SELECT 1 FROM "SecurityAuditLog" WHERE "action" = 'batches.give_up'`)).toHaveLength(1);
    await finish(LINES);
  });

  it("says before what it will come to, and takes a batch that exists and somebody who may", async () => {
    const id = await startBatch(...HANGS);
    const before = await onlyBatch();
    const [{ estimatedCostEur }] = await sql(`SELECT "estimatedCostEur" FROM "AIBatchRequest"`);
    const dry = await giveUp(id, { dryRun: true, requeueNow: true });
    expect(dry).toMatchObject({ changed: false, plan: { waiting: LINES, boughtTwice: { lines: LINES } } });
    expect(Number(dry.plan.boughtTwice.costEur)).toBeCloseTo(Number(estimatedCostEur), 5);
    expect((await callOperation(callerOf(ctx, "SUPPORT"), readBatch, { id })).giveUp).toEqual(dry.plan);
    expect(await onlyBatch()).toEqual(before);
    await expect(giveUp("nothing")).rejects.toMatchObject({ code: "not_found" });
    await expect(giveUp(id, { reason: " " })).rejects.toMatchObject({ code: "invalid_input" });
    await expect(giveUp(id, {}, "SUPPORT")).rejects.toMatchObject({ code: "forbidden" });
  });
});

function answerTo(requestId: string): object {
  const answer = {
    language: "en",
    sentiment: "NEUTRAL",
    escalated: false,
    forwarded_hr: false,
    category: "LEAVE_VACATION",
    questions: ["How do I ask for leave?"],
    summary: "The user asks how leave is asked for.",
  };
  const message = { role: "assistant", content: JSON.stringify(answer), refusal: null };
  const usage = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 };
  const body = { choices: [{ index: 0, finish_reason: "stop", message }], usage };
  return { custom_id: requestId, response: { status_code: 200, request_id: "r", body }, error: null };
}
