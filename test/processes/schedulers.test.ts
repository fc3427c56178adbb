import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { tryNow } from "../../lib/admin/pipeline/tryNow.ts";
import { callOperation } from "../../lib/api/operation.ts";
import type { PipelineContext } from "../../lib/context.ts";
import { inTransaction } from "../../lib/db/pool.ts";
import { listenDirectly } from "../../lib/schedulers/listenDirectly.ts";
import { openQueue } from "../../lib/schedulers/queue.ts";
import { runScheduler } from "../../lib/schedulers/runScheduler.ts";
import type { SchedulerName } from "../../lib/schedulers/schedules.ts";
import { LIST_WANTED } from "../../lib/schedulers/state.ts";
import { wantRuns } from "../../lib/schedulers/wants.ts";
import { startSchedulers } from "../../lib/schedulers.ts";
import { callerOf } from "../support/caller.ts";
import { addSessions, startPipeline, type TestPipeline } from "../support/pipeline.ts";
import { loneClock } from "../support/testClock.ts";
import { withClient } from "../support/testServer.ts";

const SOON = { timeout: 240_000, interval: 50 };

let pipeline: TestPipeline;
beforeEach(async () => {
  pipeline = await startPipeline({ env: { REAPER_ENABLED: "false", BATCH_CREATION_INTERVAL: "24h" } });
});
afterEach(() => pipeline.close());

/** A process with schedulers of its own, for as long as the work takes. */
async function working(work: (ctx: PipelineContext) => Promise<void>): Promise<void> {
  const stop = new AbortController();
  const ctx = { ...pipeline.anotherWorker(), stopping: stop.signal };
  const schedulers = await startSchedulers(ctx, pipeline.database.url);
  try {
    await work(ctx);
  } finally {
    stop.abort();
    await schedulers.stop();
  }
}

const want = (...names: string[]) =>
  inTransaction(pipeline.ctx.db, (tx) => wantRuns(pipeline.ctx, tx, names as SchedulerName[]));
const wanted = async () => (await LIST_WANTED.rows(pipeline.ctx.db, {})).map(({ name }) => name).sort();

describe("schedulers that cannot start", () => {
  it("say that the database cannot be reached, without its password", async () => {
    const starting = startSchedulers(pipeline.ctx, "postgresql://somebody:secret-word@127.0.0.1:1/livedash");
    const error = await starting.catch((thrown) => thrown);
    expect(error.message).toMatch(/^Cannot reach PostgreSQL \(ECONNREFUSED\)\. Check DATABASE_URL/);
    expect(`${error.stack} ${error.cause}`).not.toContain("secret-word");
  });

  it("say which schema they need, and what makes it", async () => {
    await withoutQueue(async () => {
      const starting = startSchedulers(pipeline.ctx, pipeline.database.url);
      await expect(starting).rejects.toThrow(
        /^The schedulers cannot start: .*permission denied.* the schema "pgboss" .*`livedash migrate`/,
      );
    });
  });
});

describe("the queue", () => {
  it("hands its warnings to the log, with their reason where it knows one, and nothing else of them", async () => {
    const { boss } = await openQueue(pipeline.ctx, pipeline.database.url, [], async () => []);
    boss.emit("warning", { message: "The queue is long", data: { job: "secret" } });
    boss.emit("warning", { message: "It cannot listen", data: { error: "the connection is gone" } });
    await boss.stop({ graceful: false });
    const warnings = pipeline.logged().filter(({ event }) => event === "scheduler.queue_warning");
    expect(warnings).toMatchObject([
      { msg: "The queue is long" },
      { msg: "It cannot listen", reason: "the connection is gone" },
    ]);
    expect(JSON.stringify(warnings)).not.toContain("secret");
  });
});

describe("a run", () => {
  it("is over, however it went, where that cannot be written down: the log says so", async () => {
    const { owner } = pipeline.database;
    const run = async () => {
      await owner.query(`ALTER TABLE "SchedulerState" RENAME TO "Gone"`);
      return { asked: 1 };
    };
    try {
      await runScheduler(pipeline.ctx, { name: "csv-import", run });
    } finally {
      await owner.query(`ALTER TABLE "Gone" RENAME TO "SchedulerState"`);
    }
    const events = pipeline.logged().map(({ event }) => event);
    expect(events).toContain("scheduler.not_recorded");
    expect(events).not.toContain("scheduler.failed");
  });
});

describe("a run that somebody wants", () => {
  it("is noted where the queue is not there yet, and run once it is", async () => {
    await addSessions(pipeline.ctx, 2);
    await pipeline.ctx.db.query(`UPDATE "AIProcessingRequest" SET "notBefore" = now() + interval '1 hour'`);
    await withoutQueue(async () => {
      const tried = callOperation(callerOf(pipeline.ctx, "ADMIN"), tryNow, { what: "requests" });
      expect(await tried).toEqual({ changed: 2, more: false });
    });
    expect(await wanted()).toContain("batch-creation");
    await working(() => expect.poll(wanted, SOON).not.toContain("batch-creation"));
  });

  it("waits for a process that has its scheduler, and keeps no other from running", async () => {
    await want("reaper", "of a newer version");
    await working(async () => {
      await want("batch-polling", "csv-import");
      await expect.poll(wanted, SOON).toEqual(["of a newer version", "reaper"]);
    });
    const failed = pipeline.logged().filter(({ event }) => /not_looked_for|queue_error|failed/.test(String(event)));
    expect(failed).toEqual([]);
  });
});

describe("a process that listens past the pooler", () => {
  it("tries again until it is connected, and no more once it is closed", async () => {
    const { database, ctx } = pipeline;
    const listening = async () => {
      const { rows } = await database.owner.query(
        `SELECT "pid" FROM pg_stat_activity WHERE "datname" = current_database() AND "query" LIKE 'LISTEN "of a test"%'`,
      );
      return rows.map(({ pid }) => pid as number);
    };
    const cut = async () => {
      for (const pid of await listening()) await database.owner.query("SELECT pg_terminate_backend($1)", [pid]);
    };
    const lost = () => pipeline.logged().filter(({ event }) => event === "scheduler.listen_lost").length;
    const clock = loneClock();
    const heard: string[] = [];
    let connected = 0;
    const listen = listenDirectly({ clock, log: ctx.log }, database.url);
    const handle = await listen(
      "of a test",
      (payload) => heard.push(payload),
      () => connected++,
    );
    try {
      const [first] = await listening();
      await cut();
      const connectedByNow = () => clock.pass(30_000).then(() => connected);
      await expect.poll(connectedByNow, SOON).toBe(2);
      // A server process says that it ends before it is gone.
      await expect.poll(listening, SOON).not.toContain(first);
      await database.owner.query(`NOTIFY "of a test", 'a job'`);
      await expect.poll(() => heard, SOON).toEqual(["a job"]);
      const before = lost();
      await cut();
      await expect.poll(lost, SOON).toBeGreaterThan(before);
      await expect.poll(listening, SOON).toEqual([]);
    } finally {
      await handle.close();
    }
    await clock.pass(60_000);
    // By the time that others have connected, one after another, it would have too.
    for (let other = 0; other < 5; other++) await withClient(database.url, (client) => client.query("SELECT 1"));
    expect([connected, await listening()]).toEqual([2, []]);
  });
});

/** As before the first `migrate` of a version that has the queue. */
async function withoutQueue(work: () => Promise<void>): Promise<void> {
  const { owner } = pipeline.database;
  await owner.query(`ALTER SCHEMA "pgboss" RENAME TO "pgboss_away"`);
  try {
    await work();
  } finally {
    await owner.query(`ALTER SCHEMA "pgboss_away" RENAME TO "pgboss"`);
  }
}
