import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { listRequests } from "../../lib/admin/requests/listRequests.ts";
import { encodeCursor } from "../../lib/api/cursor.ts";
import { type CallContext, callOperation } from "../../lib/api/operation.ts";
import { callerOf } from "../support/caller.ts";
import { consoleContext } from "../support/consoleContext.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { withHeld } from "../support/held.ts";
import { pagesOf } from "../support/pages.ts";
import { refusal } from "../support/refusal.ts";
import { addRequests, moment } from "../support/requests.ts";
import { silentLog } from "../web/support.ts";

let database: TestDatabase;
let ctx: CallContext;
beforeAll(async () => {
  database = await createTestDatabase();
  ctx = callerOf(consoleContext(database.pool, silentLog()), "SUPPORT");
  await addRequests(database.pool, 40, { prefix: "a" });
  await database.rows.batch({ id: "batch1", companyId: "beta" });
  await addRequests(database.pool, 10, {
    prefix: "b",
    companyId: "beta",
    model: "gpt-6-terra",
    batchId: "batch1",
    errorCode: "answer_invalid",
    errorMessage: `The field "mood" is wrong in line 17`,
  });
  await database.pool.query(`UPDATE "AIProcessingRequest" SET "completedAt" = $1 WHERE "id" IN ('a5', 'a6', 'b3')`, [
    moment(7_200),
  ]);
  await database.pool.query(`UPDATE "Session" SET "externalSessionId" = upper("id") WHERE "id" LIKE 's-b%'`);
  await database.pool.query(`UPDATE "Session" SET "externalSessionId" = 'S-B1' WHERE "id" = 's-a1'`);
  await addRequests(database.pool, 5, { prefix: "p_", status: "PENDING_BATCHING" });
  await addRequests(database.pool, 5, { prefix: "pX", status: "PENDING_BATCHING" });
});
afterAll(() => database.drop());

type Input = Omit<Parameters<typeof listRequests.run>[1], "status" | "order" | "limit"> & {
  status?: string;
  order?: string;
  limit?: number | string;
};

const list = (input: Input) => callOperation(ctx, listRequests, { status: "processing_failed", ...input });

/** Every id that the pages of this list show, in their order. */
async function listAll(input: Input): Promise<string[]> {
  const ids: string[] = [];
  for await (const { requests } of pagesOf((at) => list({ ...input, ...at })))
    ids.push(...requests.map(({ id }) => id));
  return ids;
}

describe("the list of requests", () => {
  it("shows what is known of each", async () => {
    const { requests, nextCursor } = await list({ companyId: "beta", limit: 1, order: "oldest" });
    expect(nextCursor).toEqual(expect.any(String));
    expect(requests).toEqual([
      {
        externalSessionId: "S-B1",
        id: "b1",
        sessionId: "s-b1",
        status: "processing_failed",
        failedAt: moment(3_600),
        error: `The field "mood" is wrong in line 17`,
        errorCode: "answer_invalid",
        companyId: "beta",
        companyName: "Company beta",
        model: "gpt-6-terra",
        processingType: "session-analysis",
        batchId: "batch1",
        heldFor: null,
        heldUntil: null,
        attempt: 1,
        requestedAt: moment(0),
        completedAt: moment(3_600),
      },
    ]);
    const [pending] = (await list({ status: "pending_batching", limit: 1 })).requests;
    expect(pending).toMatchObject({ status: "pending_batching", failedAt: null, error: null, completedAt: null });
    expect(pending).toMatchObject({ externalSessionId: null });
  });

  it("is in the order asked for, the newest first if none is", async () => {
    const newest = await listAll({ limit: 7 });
    expect(newest).toHaveLength(50);
    expect(await listAll({ limit: 3, order: "oldest" })).toEqual(newest.toReversed());
    const { requests } = await list({ limit: 200 });
    const times = requests.map(({ requestedAt }) => requestedAt);
    expect(times).toEqual(times.toSorted().reverse());
    expect(requests.map(({ id }) => id)).toEqual(newest);
  });

  it.each<[Input, number]>([
    [{ companyId: "beta" }, 10],
    [{ companyId: "nobody" }, 0],
    [{ model: "gpt-6-terra" }, 10],
    [{ batchId: "batch1" }, 10],
    [{ errorCode: "answer_invalid" }, 10],
    [{ errorCode: "answer_invalid", errorGroup: "The field … is wrong in line #" }, 10],
    [{ errorCode: "line_timed_out", errorGroup: "The field … is wrong in line #" }, 0],
    [{ failedSince: moment(7_200) }, 3],
    [{ failedSince: moment(7_201) }, 0],
    [{ failedSince: moment(7_200), errorCode: "answer_invalid", errorGroup: "The field … is wrong in line #" }, 1],
    [{ olderThan: moment(2) }, 10],
    [{ newerThan: moment(2) }, 40],
    [{ newerThan: moment(2), olderThan: moment(4) }, 11],
    [{ newerThan: "2026-10-01T02:00:02+02:00", olderThan: moment(4) }, 11],
    [{ idPrefix: "b" }, 10],
    [{ idPrefix: "a1" }, 11],
    [{ idPrefix: "b1", companyId: "acme" }, 0],
    [{ status: "pending_batching", idPrefix: "p_" }, 5],
    [{ externalSessionId: "S-B1" }, 2],
    [{ externalSessionId: "S-B1", companyId: "beta" }, 1],
    [{ externalSessionId: "S-B" }, 0],
    [{ externalSessionId: "s-b1" }, 0],
    [{ externalSessionIdPrefix: "S-B1" }, 3],
    [{ externalSessionIdPrefix: "S-B1", idPrefix: "b1", newerThan: moment(3) }, 1],
    [{ externalSessionIdPrefix: "S-B1", status: "pending_batching" }, 0],
    [{ externalSessionIdPrefix: "%" }, 0],
    [{ status: "processing_complete" }, 0],
  ])("is narrowed by %j to %i", async (input, count) => {
    const ids = await listAll({ ...input, limit: 4 });
    expect(new Set(ids).size).toBe(count);
    expect(ids).toHaveLength(count);
    expect(await listAll({ ...input, limit: 4, order: "oldest" })).toEqual(ids.toReversed());
  });

  it("takes 1 to 200 at once, as a number or as text, and 50 unless told", async () => {
    expect((await list({})).requests).toHaveLength(50);
    expect((await list({ limit: "2" })).requests).toHaveLength(2);
    expect((await list({ limit: 200 })).nextCursor).toBeNull();
    for (const limit of [0, 201, 1.5, -1, "many"]) {
      await expect(list({ limit })).rejects.toEqual(refusal("invalid_input"));
    }
  });

  it("goes on with another size of page, but in no other list", async () => {
    const { nextCursor } = await list({ limit: 5 });
    const cursor = nextCursor ?? "";
    expect((await list({ limit: 9, cursor })).requests).toHaveLength(9);
    for (const other of [{ order: "oldest" }, { companyId: "acme" }, { status: "pending_batching" }]) {
      await expect(list({ ...other, cursor })).rejects.toEqual(refusal("invalid_cursor"));
    }
  });

  it.each([
    ["nonsense", "nonsense"],
    ["text that is no JSON", Buffer.from("{").toString("base64url")],
    [
      "a position of other types",
      encodeCursor({ list: "requests", order: "newest", status: "processing_failed" }, ["x", 1]),
    ],
    [
      "a time that no clock has",
      encodeCursor({ list: "requests", order: "newest", status: "processing_failed" }, [1e18, "a"]),
    ],
    ["a position too short", encodeCursor({ list: "requests", order: "newest", status: "processing_failed" }, [1])],
  ])("refuses %s as a cursor", async (_, cursor) => {
    await expect(list({ cursor })).rejects.toEqual(refusal("invalid_cursor"));
  });

  it.each<[string, Record<string, unknown>, RegExp]>([
    ["no status", { status: undefined }, /^The input is not valid. status:/],
    ["a status that there is not", { status: "PROCESSING_FAILED" }, /status:/],
    ["an unknown field", { company: "acme" }, /company/],
    ["a code that there is not", { errorCode: "timeout" }, /errorCode:/],
    ["a day without a time", { olderThan: "2026-10-01" }, /olderThan:/],
    [
      "a session's id that none can have",
      { externalSessionId: "a\u0007" },
      /externalSessionId: must not contain control characters/,
    ],
    ["an id that is none", { batchId: "x' OR true" }, /batchId: is not an id/],
    ["a model that is none", { model: "a b" }, /model: is not a valid model name/],
    ["a group without its code", { errorGroup: "Failed" }, /errorGroup: can only be used with errorCode/],
    [
      "a group with U+0000 in it",
      { errorCode: "answer_invalid", errorGroup: "a\0" },
      /errorGroup: must not contain U\+0000/,
    ],
    [
      "a group of what has not failed",
      { status: "pending_batching", errorCode: "answer_invalid", errorGroup: "Failed" },
      /errorGroup: can only be used with .* processing_failed/,
    ],
    [
      "a time of failure of what has not failed",
      { status: "pending_batching", failedSince: moment(0) },
      /failedSince: can only be used with the status processing_failed/,
    ],
  ])("refuses %s, and says where", async (_, input, message) => {
    const call = callOperation(ctx, listRequests, { status: "processing_failed", ...input });
    await expect(call).rejects.toMatchObject({ code: "invalid_input", message: expect.stringMatching(message) });
  });

  it("looks through no more than 5,000 ids for a prefix", async () => {
    await addRequests(database.pool, 5_001, { prefix: "many", status: "PROCESSING_COMPLETE" });
    await database.pool.query(`UPDATE "Session" SET "externalSessionId" = "id" WHERE "id" LIKE 's-many%'`);
    const few = await list({ status: "processing_complete", idPrefix: "many12" });
    expect(few.requests).toHaveLength(50);
    for (const [field, prefix] of [
      ["idPrefix", "many"],
      ["externalSessionIdPrefix", "s-many"],
    ] as const) {
      const found = await list({ status: "processing_complete", [field]: `${prefix}12` });
      expect(found.requests).toEqual(few.requests);
      await expect(list({ status: "processing_complete", [field]: prefix })).rejects.toMatchObject({
        code: "invalid_input",
        message: `${field}: more than 5000 ids start with ${prefix}. Enter more of the id.`,
      });
    }
  });

  it("says what to do when the database takes too long", async () => {
    await withHeld(database.pool, async (held) => {
      await held.query(`LOCK TABLE "AIProcessingRequest" IN ACCESS EXCLUSIVE MODE`);
      await expect(list({})).rejects.toMatchObject({ code: "too_slow", message: expect.stringMatching(/Narrow/) });
    });
  });
});
