import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { abortBulkRequeue } from "../../lib/admin/bulk/abortBulkRequeue.ts";
import { createBulkRequeue } from "../../lib/admin/bulk/createBulkRequeue.ts";
import { listBulkRequeues } from "../../lib/admin/bulk/listBulkRequeues.ts";
import { readBulkRequeue } from "../../lib/admin/bulk/readBulkRequeue.ts";
import { readProgress } from "../../lib/admin/overview/readProgress.ts";
import { type CallContext, callOperation } from "../../lib/api/operation.ts";
import { readConfig } from "../../lib/config.ts";
import type { Database } from "../../lib/db/pool.ts";
import { startSchedulers } from "../../lib/schedulers.ts";
import { callerOf } from "../support/caller.ts";
import { consoleContext } from "../support/consoleContext.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { withCheck, withHeld } from "../support/held.ts";
import { forgetWorkers, runJobs } from "../support/jobs.ts";
import { addRequests, moment } from "../support/requests.ts";
import { untilOneWaits } from "../support/untilOneWaits.ts";
import { silentLog } from "../web/support.ts";

let database: TestDatabase;
let ctx: CallContext;
beforeAll(async () => {
  database = await createTestDatabase();
  ctx = callerOf(consoleContext(database.pool, silentLog()), "ADMIN");
  await sql(`CREATE TABLE "Moved" ("id" text); GRANT INSERT ON "Moved" TO livedash_app`);
  await sql(`CREATE FUNCTION note_moved() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN INSERT INTO "Moved" VALUES (NEW."id"); RETURN NULL; END $$`);
  await sql(`CREATE TRIGGER note_moved AFTER UPDATE ON "AIProcessingRequest"
               FOR EACH ROW EXECUTE FUNCTION note_moved()`);
});
beforeEach(() => sql(`TRUNCATE "Company", "BulkRequeue", "Job", "Moved" CASCADE`));
afterAll(() => database.drop());

const sql = async (text: string, values: unknown[] = []) => (await database.owner.query(text, values)).rows;
const reason = "The provider was down";
const create = (filter: object, more: object = {}) =>
  callOperation(ctx, createBulkRequeue, { filter, reason, ...more }).then(({ bulk, ...counted }) => ({
    id: bulk?.id ?? "",
    bulk,
    ...counted,
  }));
const read = async (id: string) => (await callOperation(ctx, readBulkRequeue, { id })).bulk;
const abort = (id: string) => callOperation(ctx, abortBulkRequeue, { id });
const jobOf = async (id: string) => (await sql(`SELECT * FROM "Job" WHERE "targetId" = $1`, [id]))[0];
const audited = (action: string) =>
  sql(`SELECT * FROM "SecurityAuditLog" WHERE "action" = $1 ORDER BY "createdAt" DESC, "id" DESC`, [action]);

/** How many requests stand in each status, and that none was moved twice. */
async function statuses(): Promise<Record<string, number>> {
  expect(await sql(`SELECT "id" FROM "Moved" GROUP BY "id" HAVING count(*) > 1`)).toEqual([]);
  const rows = await sql(
    `SELECT "processingStatus" AS "s", count(*)::int AS "n" FROM "AIProcessingRequest" GROUP BY 1`,
  );
  return Object.fromEntries(rows.map(({ s, n }) => [s, n]));
}

describe("a bulk requeue", () => {
  it("is counted first, without being made", async () => {
    await addRequests(database.pool, 30);
    await addRequests(database.pool, 7, { prefix: "b", companyId: "beta", errorCode: "answer_invalid" });
    const preview = async (filter: object) =>
      (await callOperation(ctx, createBulkRequeue, { filter, preview: true })) as { matched: number };
    expect(await preview({})).toEqual({ matched: 37, estimatedCostEur: null, atLeast: false, jobId: null, bulk: null });
    expect((await preview({ companyId: "beta" })).matched).toBe(7);
    expect((await preview({ status: "processing_failed", errorCode: "line_timed_out" })).matched).toBe(30);
    expect((await preview({ olderThan: moment(2), idPrefix: "r" })).matched).toBe(5);
    expect((await create({}, { preview: true })).bulk).toBeNull();
    expect(await sql(`SELECT 1 FROM "BulkRequeue"`)).toEqual([]);
    expect(await statuses()).toEqual({ PROCESSING_FAILED: 37 });
    expect(await audited("bulk.create")).toEqual([]);
  });

  it("is stored with its cutoff and reason, and is recorded", async () => {
    await addRequests(database.pool, 3);
    const before = ctx.clock.now().getTime();
    const { bulk, matched } = await create({ errorCode: "line_timed_out" });
    expect(matched).toBe(3);
    expect(bulk).toMatchObject({
      status: "waiting",
      filter: { status: "processing_failed", errorCode: "line_timed_out" },
      reason,
      matched: 3,
      requeued: 0,
      skipped: 0,
      failed: 0,
      createdBy: ctx.actor.name,
      finishedAt: null,
    });
    expect(new Date(bulk?.cutoff ?? 0).getTime()).toBeGreaterThanOrEqual(before);
    expect(await audited("bulk.create")).toMatchObject([
      { outcome: "done", targetType: "bulk_requeue", targetId: bulk?.id, details: { reason, matched: 3 } },
    ]);
    expect(await statuses()).toEqual({ PROCESSING_FAILED: 3 });
  });

  it("requeues what its filter finds, page by page, and nothing else", async () => {
    await addRequests(database.pool, 2_500);
    await addRequests(database.pool, 40, { prefix: "b", companyId: "beta" });
    await addRequests(database.pool, 5, { prefix: "c", status: "PROCESSING_COMPLETE" });
    const { id } = await create({ companyId: "acme" });
    await runJobs(ctx);
    expect(await statuses()).toEqual({ PENDING_BATCHING: 2_500, PROCESSING_FAILED: 40, PROCESSING_COMPLETE: 5 });
    expect(await read(id)).toMatchObject({ status: "done", requeued: 2_500, finishedAt: expect.any(String) });
    expect(await jobOf(id)).toMatchObject({
      state: "DONE",
      done: 2_500,
      total: 2_500,
      outcome: { requeued: 2_500, skipped: 0 },
    });
  });

  it("leaves alone what failed after its cutoff", async () => {
    await addRequests(database.pool, 10);
    await sql(`UPDATE "AIProcessingRequest" SET "completedAt" = NULL WHERE "id" = 'r1'`);
    const { id, bulk } = await create({});
    const later = new Date(new Date(bulk?.cutoff ?? 0).getTime() + 1);
    await sql(`UPDATE "AIProcessingRequest" SET "completedAt" = $1 WHERE "id" IN ('r2', 'r3')`, [later]);
    await sql(`UPDATE "AIProcessingRequest" SET "completedAt" = $1 WHERE "id" = 'r4'`, [bulk?.cutoff]);
    await sql(`TRUNCATE "Moved"`);
    await runJobs(ctx);
    expect(await read(id)).toMatchObject({ status: "done", matched: 10, requeued: 8 });
    const left = await sql(`SELECT "id" FROM "AIProcessingRequest" WHERE "processingStatus" = 'PROCESSING_FAILED'`);
    expect(left.map((row) => row.id).toSorted()).toEqual(["r2", "r3"]);
  });

  it("counts what somebody else has requeued in between as skipped", async () => {
    const ids = await addRequests(database.pool, 50);
    const { id } = await create({});
    await withHeld(database.pool, async (held) => {
      await held.query(`SELECT 1 FROM "AIProcessingRequest" WHERE "id" = ANY($1) FOR UPDATE`, [ids.slice(0, 5)]);
      const running = runJobs(ctx);
      await untilOneWaits(ctx.db);
      await held.query(
        `UPDATE "AIProcessingRequest" SET "processingStatus" = 'PENDING_BATCHING', "completedAt" = NULL WHERE "id" = ANY($1)`,
        [ids.slice(0, 5)],
      );
      await held.query("COMMIT");
      return running;
    });
    expect(await read(id)).toMatchObject({ status: "done", requeued: 45, skipped: 5 });
    expect(await statuses()).toEqual({ PENDING_BATCHING: 50 });
  });

  it("ends where it is when it is aborted", async () => {
    await addRequests(database.pool, 2_500);
    const { id } = await create({});
    // Somebody aborts as the first page is being written: the page is kept, and no other follows.
    let aborting: Promise<unknown> = Promise.resolve();
    const db = breakingPool(database.pool, async (query) => {
      if (/SET "status" = \$2/.test(query)) {
        aborting = abort(id);
        await untilOneWaits(ctx.db);
      }
      return false;
    });
    await runJobs({ ...ctx, db }).catch(() => undefined);
    await aborting;
    expect(await read(id)).toMatchObject({ status: "aborted", requeued: 1_000, finishedAt: expect.any(String) });
    expect(await statuses()).toEqual({ PENDING_BATCHING: 1_000, PROCESSING_FAILED: 1_500 });
    expect(await audited("bulk.abort")).toMatchObject([{ targetId: id, details: { requeued: 1_000 } }]);
    await expect(abort(id)).rejects.toMatchObject({ code: "conflict" });
    await expect(abort("missing")).rejects.toMatchObject({ code: "not_found" });
  });

  it("loses and doubles nothing, wherever a worker dies", async () => {
    const QUERIES_OF_A_PAGE = 9;
    for (let dyingAt = 1; dyingAt <= 2 * QUERIES_OF_A_PAGE; dyingAt++) {
      await sql(`TRUNCATE "Company", "BulkRequeue", "Job", "Moved" CASCADE`);
      await addRequests(database.pool, 1_100);
      const { id } = await create({});
      let queries = 0;
      const db = breakingPool(database.pool, () => ++queries >= dyingAt);
      await runJobs({ ...ctx, db }).catch(() => undefined);
      await forgetWorkers(ctx);
      await runJobs(ctx);
      expect(await read(id), `died at query ${dyingAt}`).toMatchObject({ status: "done", requeued: 1_100, skipped: 0 });
      expect(await statuses()).toEqual({ PENDING_BATCHING: 1_100 });
    }
  });

  it("counts once as work that is not finished", async () => {
    await addRequests(database.pool, 10);
    await create({});
    expect((await readProgress(ctx)).unfinishedJobs).toBe(1);
  });

  it("is done by one worker at a time, and several at once", async () => {
    await addRequests(database.pool, 3_000);
    const first = await create({ olderThan: moment(500) });
    const second = await create({ newerThan: moment(500) });
    // Each finds jobs that others have, and leaves them alone.
    await Promise.all(
      [1, 2, 3].map(() => runJobs(ctx).catch((error) => expect(error).toMatchObject({ code: "job_held" }))),
    );
    for (const { id, matched } of [first, second]) {
      expect(await read(id)).toMatchObject({ status: "done", requeued: matched, skipped: 0 });
    }
    expect(await statuses()).toEqual({ PENDING_BATCHING: 3_000 });
  });

  it("stops between two pages when the process is asked to, and another one continues", async () => {
    await addRequests(database.pool, 2_500);
    const { id } = await create({});
    const halt = new AbortController();
    const db = breakingPool(database.pool, (query) => {
      if (/SET "status" = \$2/.test(query)) halt.abort();
      return false;
    });
    await runJobs({ ...ctx, db, stopping: halt.signal });
    expect(await read(id)).toMatchObject({ status: "running", requeued: 1_000, finishedAt: null });
    expect(await jobOf(id)).toMatchObject({ state: "QUEUED", round: 2, attempt: 0, done: 1_000 });
    await runJobs(ctx);
    expect(await read(id)).toMatchObject({ status: "done", requeued: 2_500 });
  });

  it("is worked on by every process with schedulers, whatever is switched off", async () => {
    await addRequests(database.pool, 10);
    const { id } = await create({});
    const off = ["BATCH_CREATION", "BATCH_POLLING", "CSV_IMPORT", "REAPER"].map((name) => [`${name}_ENABLED`, "false"]);
    const config = readConfig(Object.fromEntries(off));
    const schedulers = await startSchedulers({ ...ctx, config }, database.url);
    try {
      await expect.poll(() => read(id)).toMatchObject({ status: "done", requeued: 10 });
    } finally {
      await schedulers.stop();
    }
  });

  it("fails, and says why, where a page can never be requeued; others go on", async () => {
    await addRequests(database.pool, 10);
    await addRequests(database.pool, 5, { prefix: "b", companyId: "beta" });
    const bad = await create({ companyId: "acme" });
    const good = await create({ companyId: "beta" });
    await withCheck(database.owner, "AIProcessingRequest", `"id" <> 'r7' OR "completedAt" IS NOT NULL`, async () => {
      await runJobs(ctx);
    });
    const failed = { status: "failed", failed: 10, requeued: 0, message: expect.stringMatching(/refuse/) };
    expect(await read(bad.id)).toMatchObject(failed);
    expect(await read(good.id)).toMatchObject({ status: "done", requeued: 5 });
    expect(await statuses()).toEqual({ PROCESSING_FAILED: 10, PENDING_BATCHING: 5 });
  });

  it("fails where its filter was made by another version", async () => {
    await addRequests(database.pool, 1);
    const { id } = await create({});
    await sql(`UPDATE "BulkRequeue" SET "filter" = '{"mood": "bad"}'`);
    await runJobs(ctx);
    expect(await read(id)).toMatchObject({
      status: "failed",
      message: expect.stringMatching(/does not support the filter/),
    });
    expect(await statuses()).toEqual({ PROCESSING_FAILED: 1 });
  });

  it("is listed, the newest first", async () => {
    const reasons = [1, 2, 3, 4, 5].map((number) => `reason ${number}`);
    for (const reason of reasons) await create({}, { reason });
    const first = await callOperation(ctx, listBulkRequeues, { limit: 3 });
    const second = await callOperation(ctx, listBulkRequeues, { limit: 3, cursor: first.nextCursor });
    expect(first.bulks).toHaveLength(3);
    const all = [...first.bulks, ...second.bulks];
    expect(all.map(({ reason }) => reason).toSorted()).toEqual(reasons);
    const times = all.map(({ createdAt }) => createdAt);
    expect(times).toEqual(times.toSorted().reverse());
    expect(second.nextCursor).toBeNull();
    await expect(read("missing")).rejects.toMatchObject({ code: "not_found" });
  });

  it("may be one of twenty, and no more", async () => {
    for (let number = 0; number < 20; number++) await create({});
    await expect(create({})).rejects.toMatchObject({ code: "conflict" });
    await runJobs(ctx);
    expect((await create({})).bulk).toMatchObject({ status: "waiting" });
  });

  it("is not for SUPPORT, who may look at it", async () => {
    const { id } = await create({});
    const support = callerOf(ctx, "SUPPORT");
    const forbidden = expect.objectContaining({ code: "forbidden" });
    await expect(callOperation(support, createBulkRequeue, { filter: {}, preview: true })).rejects.toEqual(forbidden);
    await expect(callOperation(support, abortBulkRequeue, { id })).rejects.toEqual(forbidden);
    expect((await callOperation(support, readBulkRequeue, { id })).bulk.id).toBe(id);
    expect((await callOperation(support, listBulkRequeues, {})).bulks).toHaveLength(1);
  });

  it.each<[string, object, RegExp]>([
    ["no reason", { filter: {} }, /reason: has to be given/],
    ["a reason that is none", { filter: {}, reason: "  x " }, /reason:/],
    ["a reason that cannot be stored", { filter: {}, reason: "because\0" }, /reason: must not contain U\+0000/],
    ["no filter", { reason }, /filter:/],
    ["another status", { filter: { status: "processing_complete" }, reason }, /filter.status:/],
    ["an unknown field of the filter", { filter: { mood: "bad" }, reason }, /filter: .*mood/],
    [
      "a group without its code",
      { filter: { errorGroup: "Failed" }, reason },
      /filter.errorGroup: can only be used with/,
    ],
    ["a preview that is a word", { filter: {}, reason, preview: "yes" }, /preview:/],
  ])("is refused with %s", async (_, input, message) => {
    const call = callOperation(ctx, createBulkRequeue, input);
    await expect(call).rejects.toMatchObject({ code: "invalid_input", message: expect.stringMatching(message) });
  });
});

/** The pool, with something between it and whoever uses it, that sees each query first; `true` ends the connection. */
function breakingPool(pool: Database, see: (query: string) => boolean | Promise<boolean>): Database {
  const connect = async () => {
    const client = await pool.connect();
    const query = client.query.bind(client);
    const release = client.release.bind(client);
    return Object.assign(client, {
      query: async (text: string, values?: unknown[]) => {
        if (!(await see(text))) return query(text, values);
        await client.end();
        throw new Error("The worker is gone.");
      },
      release: (error?: Error | boolean) => {
        Object.assign(client, { query, release });
        release(error);
      },
    });
  };
  const ask = async (text: string, values?: unknown[]) => {
    const client = await connect();
    let broken: Error | undefined;
    try {
      return await client.query(text, values);
    } catch (error) {
      broken = error as Error;
      throw error;
    } finally {
      client.release(broken);
    }
  };
  const own: Record<string, unknown> = { connect, query: ask };
  return new Proxy(pool, { get: (target, name) => own[String(name)] ?? Reflect.get(target, name) });
}
