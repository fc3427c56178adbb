import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createBulkRequeue } from "../../lib/admin/bulk/createBulkRequeue.ts";
import { listFailureGroups } from "../../lib/admin/failures/listFailureGroups.ts";
import { listRequests } from "../../lib/admin/requests/listRequests.ts";
import { requeueRequests } from "../../lib/admin/requests/requeueRequests.ts";
import { type CallContext, callOperation } from "../../lib/api/operation.ts";
import { callerOf } from "../support/caller.ts";
import { consoleContext } from "../support/consoleContext.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { addRequests } from "../support/requests.ts";
import { silentLog } from "../web/support.ts";

const NOW = new Date("2026-11-24T12:00:30Z");
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let database: TestDatabase;
let ctx: CallContext;
beforeAll(async () => {
  database = await createTestDatabase();
  const base = consoleContext(database.pool, silentLog());
  ctx = callerOf({ ...base, clock: { ...base.clock, now: () => NOW } }, "ADMIN");
  await fail(3, "line_timed_out", (index) => `No answer for "req ${index}" in ${index * 7} ms`, 10 * MINUTE);
  await fail(4, "line_timed_out", (index) => `No answer for "req ${index}" in ${index} ms`, 59 * MINUTE);
  await fail(5, "line_timed_out", (index) => `No answer for "req ${index}" in ${index} ms`, 2 * HOUR);
  await fail(2, "line_timed_out", () => "The line broke off\nin the middle", 3 * HOUR);
  await fail(20, "answer_refused", () => "", 6 * 24 * HOUR);
  await fail(9, "answer_invalid", () => "Out of the window", 8 * 24 * HOUR);
  await fail(1, "newer_code", () => "Something new", HOUR / 2);
});
afterAll(() => database.drop());

let made = 0;
/** Lets requests fail as the pipeline does, so long ago. Answers their ids. */
async function fail(count: number, code: string, message: (index: number) => string, ago: number): Promise<void> {
  const ids = await addRequests(database.pool, count, { prefix: `f${++made}-`, status: "PENDING_BATCHING" });
  const at = new Date(NOW.getTime() - ago);
  await database.pool.query(
    `UPDATE "AIProcessingRequest" r
        SET "processingStatus" = 'PROCESSING_FAILED', "errorCode" = $3, "errorMessage" = f."message", "completedAt" = $4
       FROM unnest($1::text[], $2::text[]) AS f("id", "message") WHERE r."id" = f."id"`,
    [ids, ids.map((_, index) => message(index)), code, at],
  );
}

const list = (input: object = {}) => callOperation(ctx, listFailureGroups, input);

describe("failures by group", () => {
  it("are counted over an hour, a day and a week, the most frequent of the day first", async () => {
    const { groups, more } = await list();
    expect(more).toBe(false);
    const counts = groups.map((group) => [group.code, group.message, group.lastHour, group.lastDay, group.lastWeek]);
    expect(counts).toEqual([
      ["line_timed_out", "No answer for … in # ms", 7, 12, 12],
      ["line_timed_out", "The line broke off\nin the middle", 0, 2, 2],
      ["newer_code", "Something new", 1, 1, 1],
      ["answer_refused", "", 0, 0, 20],
    ]);
    expect(groups[0]).toMatchObject({ meaning: "The provider did not finish the request in time", retryable: true });
    expect(groups[3]).toMatchObject({ meaning: "The model refused to answer", retryable: false });
  });

  it("come with a filter that lists, counts and requeues those that are still failed", async () => {
    const { groups } = await list();
    for (const { code, filter, lastWeek, stillFailed } of groups) {
      if (code === "newer_code") {
        expect({ filter, stillFailed }).toEqual({ filter: null, stillFailed: 1 });
        continue;
      }
      expect(stillFailed).toBe(lastWeek);
      const listed = await callOperation(ctx, listRequests, { ...filter });
      expect(listed.requests).toHaveLength(lastWeek);
      expect(new Set(listed.requests.map((request) => request.errorCode))).toEqual(new Set([code]));
      expect(await callOperation(ctx, createBulkRequeue, { filter, preview: true })).toMatchObject({
        matched: lastWeek,
      });
    }
  });

  it("say whose they are, when they failed, and show the newest", async () => {
    await database.pool.query(`UPDATE "Session" SET "externalSessionId" = 'Chat of ' || "id"`);
    const { groups, since } = await list();
    expect(groups[0]).toMatchObject({
      firstAt: "2026-11-24T10:00:00.000Z",
      lastAt: "2026-11-24T11:50:00.000Z",
      companies: [{ count: 12 }],
      sample: {
        requestId: expect.stringMatching(/^f1-/),
        externalSessionId: expect.stringMatching(/^Chat of /),
        error: expect.stringMatching(/^No answer for "req \d"/),
      },
    });
    const { filter, stillFailedOf } = groups[0] ?? {};
    expect(stillFailedOf).toEqual({ lastHour: 7, lastDay: 12, lastWeek: 12 });
    for (const window of ["lastHour", "lastDay", "lastWeek"] as const) {
      const listed = await callOperation(ctx, listRequests, { ...filter, failedSince: since[window] });
      expect(listed.requests).toHaveLength(stillFailedOf?.[window] ?? -1);
    }
  });

  it("say what it costs to send them again, and where that would not help", async () => {
    const { rows } = await database.pool.query(`SELECT DISTINCT "model" FROM "AIProcessingRequest"`);
    const [{ model }] = rows;
    expect((await list()).groups[0]?.requeue).toEqual({ helps: true, why: null, costEur: null });
    await database.pool.query(
      `INSERT INTO "SpendHour" ("hour", "model", "shard", "lines", "promptTokens", "cachedTokens", "completionTokens", "costEur")
       VALUES ($1, $2, 0, 100, 1, 0, 1, 0.25)`,
      [new Date(NOW.getTime() - HOUR), model],
    );
    const [first] = (await list()).groups;
    expect(first?.requeue).toEqual({ helps: true, why: null, costEur: "0.030000" });
    const preview = await callOperation(ctx, createBulkRequeue, { filter: first?.filter, preview: true });
    expect(preview).toMatchObject({ matched: 12, estimatedCostEur: "0.030000", bulk: null });
    await fail(1, "session_empty", () => "Nothing to read", 8 * 24 * HOUR - MINUTE);
    await fail(1, "session_empty", () => "Nothing to read", MINUTE);
    const empty = (await list()).groups.find(({ code }) => code === "session_empty");
    expect(empty?.requeue).toMatchObject({ helps: false, why: expect.stringContaining("nothing to analyse") });
    expect(empty).toMatchObject({ stillFailed: 2, lastWeek: 1 });
  });

  it("go on being counted when their requests are requeued", async () => {
    const { requests } = await callOperation(ctx, listRequests, { status: "processing_failed", idPrefix: "f4-" });
    await callOperation(ctx, requeueRequests, { requestIds: requests.map(({ id }) => id) });
    const group = (await list()).groups.find(({ message }) => message.startsWith("The line broke off"));
    expect(group).toMatchObject({ lastDay: 2, stillFailed: 0 });
  });

  it("count no more than 1,000 that are still failed", async () => {
    await fail(1_001, "batch_refused", () => "No", MINUTE);
    expect((await list({ limit: 1 })).groups).toMatchObject([{ lastHour: 1_001, stillFailed: 1_000 }]);
  });

  it("say that there are more than were asked for", async () => {
    expect(await list({ limit: "2" })).toMatchObject({ groups: [{}, {}], more: true });
    await expect(list({ limit: 201 })).rejects.toMatchObject({ code: "invalid_input" });
    await expect(list({ window: "1h" })).rejects.toMatchObject({ code: "invalid_input" });
  });

  it("may be seen by SUPPORT", async () => {
    const support = callerOf(ctx, "SUPPORT");
    expect((await callOperation(support, listFailureGroups, {})).groups.length).toBeGreaterThan(0);
  });
});
