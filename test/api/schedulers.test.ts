import { escapeIdentifier } from "pg";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { tryNow } from "../../lib/admin/pipeline/tryNow.ts";
import { listSchedulers } from "../../lib/admin/schedulers/listSchedulers.ts";
import { pauseScheduler } from "../../lib/admin/schedulers/pauseScheduler.ts";
import { resumeScheduler } from "../../lib/admin/schedulers/resumeScheduler.ts";
import { callOperation } from "../../lib/api/operation.ts";
import type { PipelineContext } from "../../lib/context.ts";
import { readQueue } from "../../lib/db/queueSchema.ts";
import { runScheduler } from "../../lib/schedulers/runScheduler.ts";
import { startSchedulers } from "../../lib/schedulers.ts";
import { callerOf } from "../support/caller.ts";
import { addSessions, startPipeline, type TestPipeline } from "../support/pipeline.ts";

let pipeline: TestPipeline;
const running: { stop(): Promise<void>; halt: AbortController }[] = [];
beforeEach(async () => {
  pipeline = await startPipeline({ env: { REAPER_ENABLED: "false", CSV_IMPORT_INTERVAL: "1h" } });
});
afterEach(async () => {
  for (const { halt } of running) halt.abort();
  for (const { stop } of running.splice(0)) await stop();
  await pipeline.close();
});

/** A worker with schedulers of its own, as a process beside others would have them. */
async function startWorker(): Promise<PipelineContext> {
  const halt = new AbortController();
  const ctx = { ...pipeline.anotherWorker(), stopping: halt.signal };
  const { stop } = await startSchedulers(ctx, pipeline.database.url);
  running.push({ stop, halt });
  return ctx;
}

const admin = () => callerOf(pipeline.ctx, "ADMIN");
const pause = (name: string) => callOperation(admin(), pauseScheduler, { name, reason: "maintenance" });
const resume = (name: string) => callOperation(admin(), resumeScheduler, { name, reason: "it has ended" });
const audited = async () =>
  (await pipeline.ctx.db.query(`SELECT * FROM "SecurityAuditLog" ORDER BY "createdAt", "id"`)).rows;

async function stateOf(name: string) {
  const { schedulers } = await callOperation(callerOf(pipeline.ctx, "SUPPORT"), listSchedulers, {});
  const found = schedulers.find((scheduler) => scheduler.name === name);
  return found ?? expect.fail(`No scheduler ${name}`);
}

const until = (check: () => Promise<void> | void) => vi.waitFor(check, { timeout: 240_000, interval: 50 });
const skipped = (name: string) =>
  pipeline.logged().filter(({ event, scheduler }) => event === "scheduler.skipped" && scheduler === name).length;

describe("schedulers", () => {
  it("listen over DIRECT_DATABASE_URL, since a pooler would not keep their connection, and again where it is lost", async () => {
    const { ctx, database } = pipeline;
    const listening = async () => {
      const { rows } = await ctx.db.query(
        `SELECT "application_name" AS "by", "pid" FROM pg_stat_activity
          WHERE "datname" = current_database() AND "query" LIKE 'LISTEN%'`,
      );
      return rows;
    };
    const addressAs = (name: string) => {
      const address = new URL(database.url);
      address.searchParams.set("application_name", name);
      return address.href;
    };
    const config = { ...ctx.config, DIRECT_DATABASE_URL: addressAs("direct") };
    const worker = { ...pipeline.anotherWorker(), config };
    running.push({
      ...(await startSchedulers(worker, addressAs("pooled"))),
      halt: new AbortController(),
    });
    const first = await listening();
    expect(first).toEqual([{ by: "direct", pid: expect.any(Number) }]);
    await ctx.db.query("SELECT pg_terminate_backend($1)", [first[0].pid]);
    await until(async () =>
      expect((await listening()).filter(({ pid }) => pid !== first[0].pid)).toMatchObject([{ by: "direct" }]),
    );
  });

  it("show what is switched on, and when they run next, before anything has run", async () => {
    expect(await stateOf("reaper")).toMatchObject({ enabled: false, nextRunAt: null, lastStartedAt: null });
    const state = await stateOf("csv-import");
    expect(state).toMatchObject({ enabled: true, intervalMs: 3_600_000, paused: null, lastResult: null });
    expect(new Date(state.nextRunAt ?? 0).getTime() % 3_600_000).toBe(0);
    expect(new Date(state.nextRunAt ?? 0).getTime()).toBeGreaterThan(Date.now());
  });

  it("look for jobs themselves where they cannot listen, and say so", async () => {
    const config = { ...pipeline.ctx.config, DIRECT_DATABASE_URL: "postgresql://nobody:secret-word@127.0.0.1:1/none" };
    const worker = { ...pipeline.anotherWorker(), config };
    running.push({ ...(await startSchedulers(worker, pipeline.database.url)), halt: new AbortController() });
    await until(async () => expect((await stateOf("batch-creation")).lastFinishedAt).not.toBeNull());
    expect(pipeline.logged().map(({ event }) => event)).toContain("scheduler.queue_warning");
    expect(JSON.stringify(pipeline.logged())).not.toContain("secret-word");
  });

  it("run at once when somebody wants that, over all workers one time", async () => {
    await pipeline.close();
    pipeline = await startPipeline({ env: { BATCH_CREATION_INTERVAL: "24h", BATCH_POLLING_INTERVAL: "24h" } });
    await startWorker();
    await startWorker();
    await until(async () => expect((await stateOf("batch-creation")).lastFinishedAt).not.toBeNull());
    const { requestIds } = await addSessions(pipeline.ctx, 2);
    await pipeline.ctx.db.query(`UPDATE "AIProcessingRequest" SET "notBefore" = now() + interval '1 hour'`);
    expect(await callOperation(admin(), tryNow, { what: "requests" })).toEqual({ changed: 2, more: false });
    await until(async () => {
      const { rows } = await pipeline.ctx.db.query(`SELECT "requestCount" FROM "AIBatchRequest"`);
      expect(rows).toEqual([{ requestCount: requestIds.length }]);
    });
  });

  it("are told of what somebody wants, and of what was wanted while they were paused, by a message of the same transaction", async () => {
    const told = async () => {
      const { schema } = await readQueue(pipeline.ctx.db);
      const { rows } = await pipeline.ctx.db.query(
        `DELETE FROM ${escapeIdentifier(schema)}.job WHERE "name" = 'scheduler-wants' RETURNING "state"`,
      );
      return rows;
    };
    await addSessions(pipeline.ctx, 2);
    await pipeline.ctx.db.query(`UPDATE "AIProcessingRequest" SET "notBefore" = now() + interval '1 hour'`);
    await callOperation(admin(), tryNow, { what: "requests" });
    expect(await told()).toEqual([{ state: "created" }]);
    await pause("batch-creation");
    expect(await told()).toEqual([]);
    await resume("batch-creation");
    expect(await told()).toEqual([{ state: "created" }]);
  });

  it("stay paused over all workers until they are resumed, and go on then", async () => {
    await startWorker();
    await startWorker();
    await until(async () => expect((await stateOf("batch-creation")).lastFinishedAt).not.toBeNull());

    const nothing = { companies: 0, asked: 0 };
    await until(async () => expect((await stateOf("csv-import")).lastResult).toEqual(nothing));

    expect(await pause("batch-creation")).toMatchObject({
      changed: true,
      scheduler: { paused: { by: "key of ADMIN", reason: "maintenance" }, nextRunAt: null },
    });
    const { lastStartedAt } = await stateOf("batch-creation");
    // A run that was under way when the pause came may still see them; what comes after it must not.
    await until(async () => {
      const { rows } = await pipeline.database.owner.query(
        `SELECT 1 FROM pgboss.job WHERE "name" = 'batch-creation' AND "state" = 'active'`,
      );
      expect(rows).toEqual([]);
    });
    await addSessions(pipeline.ctx, 5);
    await startWorker();
    const before = skipped("batch-creation");
    await until(() => expect(skipped("batch-creation")).toBeGreaterThan(before + 5));
    expect((await stateOf("batch-creation")).lastStartedAt).toBe(lastStartedAt);
    const { rows } = await pipeline.ctx.db.query(`SELECT DISTINCT "processingStatus" FROM "AIProcessingRequest"`);
    expect(rows).toEqual([{ processingStatus: "PENDING_BATCHING" }]);
    // The others go on.
    const polled = (await stateOf("batch-polling")).lastStartedAt ?? "";
    await until(async () => expect(((await stateOf("batch-polling")).lastStartedAt ?? "") > polled).toBe(true));

    expect(await resume("batch-creation")).toMatchObject({ changed: true, scheduler: { paused: null } });
    await until(async () => {
      const done = await pipeline.ctx.db.query(
        `SELECT 1 FROM "AIProcessingRequest" WHERE "processingStatus" = 'PROCESSING_COMPLETE'`,
      );
      expect(done.rowCount).toBe(5);
    });
    expect(((await stateOf("batch-creation")).lastStartedAt ?? "") > (lastStartedAt ?? "")).toBe(true);
  });

  it("record how each run went: its result, or its error, which stays until another one comes", async () => {
    const name = "csv-import";
    await runScheduler(pipeline.ctx, { name, run: async () => ({ companies: 3 }) });
    expect(await stateOf(name)).toMatchObject({ lastResult: { companies: 3 }, lastError: null, lastErrorAt: null });
    const failing = runScheduler(pipeline.ctx, { name, run: () => Promise.reject(new TypeError("no such host")) });
    await expect(failing).rejects.toThrow("no such host");
    const failed = await stateOf(name);
    expect(failed).toMatchObject({ lastResult: null, lastError: "no such host", lastErrorAt: failed.lastFinishedAt });
    await runScheduler(pipeline.ctx, { name, run: async () => ({ companies: 4 }) });
    const { lastErrorAt } = failed;
    expect(await stateOf(name)).toMatchObject({ lastResult: { companies: 4 }, lastError: "no such host", lastErrorAt });
    expect((await stateOf(name)).lastDurationMs).toBeGreaterThanOrEqual(0);
  });

  it("are paused once by whoever was first, and every change is in the audit", async () => {
    const both = await Promise.all([pause("reaper"), pause("reaper")]);
    expect(both.filter(({ changed }) => changed)).toHaveLength(1);
    await resume("reaper");
    expect(await resume("reaper")).toMatchObject({ changed: false });
    expect(await resume("csv-import")).toMatchObject({ changed: false, scheduler: { paused: null } });
    expect(await audited()).toMatchObject([
      { action: "schedulers.pause", targetType: "scheduler", targetId: "reaper", details: { reason: "maintenance" } },
      { action: "schedulers.resume", targetId: "reaper", details: { reason: "it has ended" } },
    ]);
  });

  it("take a pause only with a name that exists, with a reason, and from those who may", async () => {
    await expect(pause("nothing")).rejects.toMatchObject({ code: "not_found" });
    const short = callOperation(admin(), pauseScheduler, { name: "reaper", reason: " x " });
    await expect(short).rejects.toMatchObject({ code: "invalid_input" });
    const support = callOperation(callerOf(pipeline.ctx, "SUPPORT"), pauseScheduler, {
      name: "reaper",
      reason: "because",
    });
    await expect(support).rejects.toMatchObject({ code: "forbidden" });
    expect((await stateOf("reaper")).paused).toBeNull();
  });

  it("show a pause of which the database does not say whose it is, and end it like any other", async () => {
    const since = "2026-03-01T10:00:00.000Z";
    await pipeline.database.owner.query(`INSERT INTO "SchedulerState" ("name", "pausedAt") VALUES ('csv-import', $1)`, [
      since,
    ]);
    const paused = { by: null, reason: null, since };
    expect(await stateOf("csv-import")).toMatchObject({ paused, nextRunAt: null });
    expect(await pause("csv-import")).toMatchObject({ changed: false, scheduler: { paused } });
    expect(await resume("csv-import")).toMatchObject({ changed: true, scheduler: { paused: null } });
    expect((await stateOf("csv-import")).nextRunAt).not.toBeNull();
  });
});
