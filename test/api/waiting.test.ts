import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { whyWaiting } from "../../app/_words/waiting.ts";
import { readPipeline } from "../../lib/admin/overview/readPipeline.ts";
import { tryNow } from "../../lib/admin/pipeline/tryNow.ts";
import { pauseScheduler } from "../../lib/admin/schedulers/pauseScheduler.ts";
import { type CallContext, callOperation } from "../../lib/api/operation.ts";
import { beginRun, LIST_WANTED } from "../../lib/schedulers/state.ts";
import { recordModelRefusal } from "../../lib/throttle/modelStop.ts";
import { callerOf } from "../support/caller.ts";
import { consoleContext } from "../support/consoleContext.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { silentLog } from "../web/support.ts";

const NOW = new Date("2026-11-24T15:00:00Z");
const HOUR = 3_600_000;
const at = (ms: number) => new Date(NOW.getTime() + ms);

let database: TestDatabase;
let ctx: CallContext;
beforeAll(async () => {
  database = await createTestDatabase();
  const base = consoleContext(database.pool, silentLog(), { BATCH_TOKEN_BUDGETS: "tight-model=1000" });
  ctx = callerOf({ ...base, clock: { ...base.clock, now: () => NOW } }, "ADMIN");
});
beforeEach(async () => {
  await sql(`TRUNCATE "Company", "SchedulerState", "ModelBudget", "ModelStop", "SpendingStop" CASCADE`);
  await beginRun(ctx, "batch-creation", 600_000);
});
afterAll(() => database.drop());

const sql = async (text: string, values: unknown[] = []) => (await database.owner.query(text, values)).rows;
const pending = (count: number, more: object = {}) =>
  database.rows.requests(count, () => ({ processingStatus: "PENDING_BATCHING", companyId: "acme", ...more }));
const waiting = async () => (await callOperation(ctx, readPipeline, {})).waiting;
const inShort = async () => (await waiting()).map(({ kind, count, subject }) => [kind, count, subject]);

describe("what waits", () => {
  it("goes into the next batches, at the time of the next round", async () => {
    await pending(3);
    expect(await waiting()).toMatchObject([
      { kind: "next_round", count: 3, atLeast: false, until: "2026-11-24T15:10:00.000Z" },
    ]);
  });

  it("says until when it backs off, and after which failure", async () => {
    await pending(2, { errorCode: "answer_empty", notBefore: at(HOUR / 2) });
    await pending(1, { errorCode: "answer_empty", notBefore: at(HOUR) });
    await pending(1, { errorCode: "line_timed_out", notBefore: at(-HOUR) });
    const [backingOff, next] = await waiting();
    expect(backingOff).toMatchObject({
      kind: "backing_off",
      count: 3,
      subject: "answer_empty",
      until: "2026-11-24T15:30:00.000Z",
      lastUntil: "2026-11-24T16:00:00.000Z",
    });
    expect(backingOff && whyWaiting(backingOff)).toBe("answer empty: The answer has no content");
    expect(next).toMatchObject({ kind: "next_round", count: 1 });
  });

  it("names who paused creation or stopped all spending, and whether anybody runs it", async () => {
    await pending(4);
    await callOperation(ctx, pauseScheduler, { name: "batch-creation", reason: "Maintenance" });
    const [paused, ...others] = await waiting();
    expect(others).toEqual([]);
    expect(paused).toMatchObject({ kind: "creation_paused", count: 4, by: ctx.actor.name, reason: "Maintenance" });
    expect(paused && whyWaiting(paused)).toBe(`batch creation paused by ${ctx.actor.name}: Maintenance`);
    await sql(`UPDATE "SchedulerState" SET "pausedAt" = NULL, "lastStartedAt" = $1`, [at(-HOUR)]);
    expect(await inShort()).toEqual([["creation_silent", 4, null]]);
    await sql(`INSERT INTO "SpendingStop" VALUES ('all', $1, 'ada@example.com', 'The invoice')`, [NOW]);
    expect(await waiting()).toMatchObject([
      { kind: "spending_stopped", by: "ada@example.com", reason: "The invoice", since: NOW.toISOString() },
      { kind: "creation_silent" },
    ]);
  });

  it("tells companies, models and budgets apart, and counts each request once", async () => {
    await database.rows.companies([
      { id: "acme", name: "Acme" },
      { id: "gone", name: "Gone Ltd", status: "SUSPENDED" },
    ]);
    await pending(2, { companyId: "gone" });
    await pending(2, { companyId: "gone", notBefore: at(HOUR) });
    await pending(5, { model: "tight-model" });
    await database.rows.batch({
      companyId: "acme",
      model: "tight-model",
      status: "IN_PROGRESS",
      requestCount: 4,
      estimatedTokens: 800,
    });
    await pending(3);
    expect(await inShort()).toEqual([
      ["company_not_served", 4, "Gone Ltd"],
      // One more of the mean size fits into what is left.
      ["budget_full", 4, "tight-model"],
      ["next_round", 4, null],
    ]);
  });

  it("says what companies have switched off, or this installation, and counts it once", async () => {
    await database.rows.company({ id: "acme", name: "Acme", requestsPerDay: 0 });
    await pending(3, { processingType: "question-topics" });
    await pending(2);
    expect(await inShort()).toEqual([
      ["company_limit", 2, "Acme"],
      ["switched_off", 3, "Acme"],
    ]);
    await sql(`UPDATE "Company" SET "questionTopics" = true, "requestsPerDay" = NULL`);
    expect(await inShort()).toEqual([["next_round", 5, null]]);
    const config = { ...ctx.config, QUESTION_TOPICS: false };
    const { waiting: off } = await callOperation({ ...ctx, config }, readPipeline, {});
    expect(off).toMatchObject([{ kind: "switched_off", count: 3, subject: null }, { kind: "next_round" }]);
  });

  it("names a model for which nothing is sent, since when and why, if anything waits for it", async () => {
    const message = "The model does not exist.";
    const refuse = (model: string, isCertain: boolean) => {
      const batch = { id: `batch of ${model}`, model, createdAt: NOW, submittedAt: null };
      return recordModelRefusal(ctx, batch, {
        code: "provider_model_refused",
        message,
        metAt: "submission",
        isCertain,
      });
    };
    for (const model of ["gone-model", "idle-model"]) expect(await refuse(model, true)).toBe(true);
    // After one refusal, single lines may be at fault.
    expect(await refuse("suspected-model", false)).toBe(false);
    await pending(2, { model: "gone-model" });
    await pending(1, { model: "gone-model", errorCode: "answer_empty", notBefore: at(HOUR) });
    await pending(4, { model: "suspected-model" });
    expect(await inShort()).toEqual([
      ["model_stopped", 2, "gone-model"],
      ["backing_off", 1, "answer_empty"],
      ["next_round", 4, null],
    ]);
    const [stopped] = await waiting();
    expect(stopped).toMatchObject({ atLeast: false, reason: message, since: NOW.toISOString(), until: null });
    expect(stopped && whyWaiting(stopped)).toBe(`nothing new is sent for gone-model: ${message}`);
  });

  it("shows batches whose calls do not get through, whatever is pending", async () => {
    const failing = { callFailures: 2, notBefore: at(HOUR), errorMessage: "The provider answered 503." };
    await database.rows.batch({ companyId: "acme", status: "UPLOADING", requestCount: 20, ...failing });
    await database.rows.batch({ companyId: "acme", status: "UPLOADING", ...failing, settlingSince: NOW });
    expect(await waiting()).toMatchObject([
      { kind: "calls_failing", count: 20, reason: "The provider answered 503.", until: "2026-11-24T16:00:00.000Z" },
    ]);
  });
});

describe("trying now", () => {
  const attempt = (input: object, caller = ctx) => callOperation(caller, tryNow, input);

  it("takes the pause from requests that back off, asks for a run, and is recorded", async () => {
    await pending(2, { errorCode: "answer_empty", notBefore: at(HOUR), failedAttempts: 2 });
    await pending(1, { errorCode: "line_timed_out", notBefore: at(HOUR) });
    expect(await LIST_WANTED.rows(ctx.db, {})).toEqual([]);
    expect(await attempt({ what: "requests", errorCode: "answer_empty" })).toEqual({ changed: 2, more: false });
    expect(await inShort()).toEqual([
      ["backing_off", 1, "line_timed_out"],
      ["next_round", 2, null],
    ]);
    const kept = await sql(`SELECT DISTINCT "failedAttempts" FROM "AIProcessingRequest" WHERE "notBefore" IS NULL`);
    expect(kept).toEqual([{ failedAttempts: 2 }]);
    const [record] = await sql(`SELECT * FROM "SecurityAuditLog" WHERE "action" = 'pipeline.try_now'`);
    expect(record).toMatchObject({
      outcome: "done",
      details: { what: "requests", errorCode: "answer_empty", changed: 2 },
    });
    // The run of this very moment may have begun before the pause was gone.
    await sql(`UPDATE "SchedulerState" SET "lastStartedAt" = $1`, [at(-1)]);
    expect(await LIST_WANTED.rows(ctx.db, {})).toEqual([{ name: "batch-creation", wantedAt: NOW }]);
    await beginRun(ctx, "batch-creation", 600_000);
    expect(await LIST_WANTED.rows(ctx.db, {})).toEqual([]);
  });

  it("lets a batch be sent again and a model be claimed for, but not what settles", async () => {
    await pending(1, { model: "tight-model" });
    await sql(
      `INSERT INTO "ModelBudget" ("model", "enqueuedLimit", "notBefore", "learnedAt") VALUES ('tight-model', 500, $1, $2)`,
      [at(HOUR), NOW],
    );
    expect(await waiting()).toMatchObject([{ kind: "budget_full", until: at(HOUR).toISOString() }]);
    expect(await attempt({ what: "models", model: "other" })).toMatchObject({ changed: 0 });
    expect(await attempt({ what: "models", model: "tight-model" })).toMatchObject({ changed: 1 });
    expect(await inShort()).toEqual([["next_round", 1, null]]);
    const failing = { companyId: "acme", status: "UPLOADING", callFailures: 1, notBefore: at(HOUR) } as const;
    await database.rows.batch({ ...failing, id: "sendable" });
    await database.rows.batch({ ...failing, id: "settles", settlingSince: NOW });
    await database.rows.batch({ ...failing, id: "held", leaseOwner: "w", leaseExpiresAt: at(HOUR) });
    expect(await attempt({ what: "calls" })).toMatchObject({ changed: 1 });
    expect(await sql(`SELECT "id" FROM "AIBatchRequest" WHERE "notBefore" IS NULL`)).toEqual([{ id: "sendable" }]);
  });

  it("is not for SUPPORT, and not for what does not go together", async () => {
    await expect(attempt({ what: "requests" }, callerOf(ctx, "SUPPORT"))).rejects.toMatchObject({ code: "forbidden" });
    await expect(attempt({ what: "calls", errorCode: "answer_empty" })).rejects.toMatchObject({
      code: "invalid_input",
    });
    await expect(attempt({ what: "requests", model: "m" })).rejects.toMatchObject({ code: "invalid_input" });
  });
});
