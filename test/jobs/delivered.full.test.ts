import { PgBoss } from "pg-boss";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { createBulkRequeue } from "../../lib/admin/bulk/createBulkRequeue.ts";
import { askForImports } from "../../lib/admin/imports/askForImports.ts";
import { abortJob } from "../../lib/admin/jobs/abortJob.ts";
import { type CallContext, callOperation } from "../../lib/api/operation.ts";
import { startSchedulers } from "../../lib/schedulers.ts";
import { csv, serve } from "../import/support.ts";
import { callerOf } from "../support/caller.ts";
import { consoleContext } from "../support/consoleContext.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { forgetWorkers, jobsOf } from "../support/jobs.ts";
import { addRequests } from "../support/requests.ts";
import { silentLog } from "../web/support.ts";

const OFF = Object.fromEntries(
  ["BATCH_CREATION", "BATCH_POLLING", "CSV_IMPORT", "REAPER"].map((name) => [`${name}_ENABLED`, "false"]),
);
const SOON = { timeout: 240_000, interval: 100 };

let database: TestDatabase;
let ctx: CallContext;
beforeAll(async () => {
  database = await createTestDatabase();
  ctx = callerOf(consoleContext(database.pool, silentLog(), { FETCH_PRIVATE_ADDRESSES: "true", ...OFF }), "ADMIN");
});
beforeEach(() => database.owner.query(`TRUNCATE "Company", "BulkRequeue", "Job" CASCADE; DELETE FROM pgboss.job`));
afterAll(() => database.drop());

/** A process with schedulers, all of them off, so that it works on jobs alone. */
async function working<T>(work: () => Promise<T>): Promise<T> {
  const stop = new AbortController();
  const schedulers = await startSchedulers({ ...ctx, stopping: stop.signal }, database.url);
  try {
    return await work();
  } finally {
    stop.abort();
    await schedulers.stop();
  }
}

it("a job of a process that is gone is delivered to another", async () => {
  await addRequests(database.pool, 10);
  const { jobId } = await callOperation(ctx, createBulkRequeue, { filter: {}, reason: "The provider was down" });
  const queue = "job-bulk-requeue";
  const gone = new PgBoss({ connectionString: database.url, schema: "pgboss", migrate: false, supervise: false });
  await gone.start();
  try {
    expect(await gone.fetch(queue)).toMatchObject([{ data: { id: jobId, round: 1 } }]);
    await database.owner.query(`UPDATE "Job" SET "state" = 'RUNNING', "attempt" = 1`);
    await forgetWorkers(ctx);
    // Nothing is heard of it for two minutes, and the pause before the next try is over.
    await database.owner.query(`UPDATE pgboss.job SET heartbeat_on = now() - interval '2 minutes'`);
    await gone.supervise(queue);
    const { rows } = await database.owner.query(`UPDATE pgboss.job SET start_after = now() RETURNING "state"`);
    expect(rows).toEqual([{ state: "retry" }]);
    await working(() =>
      expect.poll(() => jobsOf(ctx), SOON).toMatchObject([{ state: "DONE", outcome: { requeued: 10 } }]),
    );
  } finally {
    await gone.stop({ graceful: false });
  }
});

it("a CSV server that does not answer holds up no other company, and its import can be aborted", async () => {
  const mute = await serve(() => {});
  const feed = await serve((_, response) => response.end(csv({ id: "one" })));
  try {
    await database.rows.companies([
      { id: "a-slow", csvUrl: mute.origin },
      { id: "b-quick", csvUrl: feed.origin },
    ]);
    expect(await askForImports(ctx)).toEqual({ companies: 2, asked: 2 });
    const states = async () =>
      Object.fromEntries((await jobsOf(ctx)).map(({ companyId, state }) => [companyId, state]));
    await working(async () => {
      await expect.poll(states, SOON).toEqual({ "a-slow": "RUNNING", "b-quick": "DONE" });
      const slow = (await jobsOf(ctx)).find(({ companyId }) => companyId === "a-slow");
      expect((await callOperation(ctx, abortJob, { id: slow?.id ?? "" })).job).toMatchObject({ aborting: true });
      await expect.poll(states, SOON).toEqual({ "a-slow": "ABORTED", "b-quick": "DONE" });
    });
    const { rows } = await database.pool.query(
      `SELECT "companyId", "error" FROM "ImportRun" WHERE "error" IS NOT NULL`,
    );
    expect(rows).toEqual([{ companyId: "a-slow", error: expect.any(String) }]);
  } finally {
    await mute.close();
    await feed.close();
  }
});

it("a process that stops gives its jobs back, and the next one does them", async () => {
  let isMute = true;
  const feed = await serve((_, response) => {
    if (!isMute) response.end(csv({ id: "one" }));
  });
  try {
    await database.rows.company({ id: "fed", csvUrl: feed.origin });
    await askForImports(ctx);
    const state = async () => (await jobsOf(ctx)).map(({ state }) => state);
    await working(() => expect.poll(state, SOON).toEqual(["RUNNING"]));
    expect(await state()).toEqual(["QUEUED"]);
    isMute = false;
    await working(() => expect.poll(state, SOON).toEqual(["DONE"]));
  } finally {
    await feed.close();
  }
});
