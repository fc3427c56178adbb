import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openPulse } from "../../lib/observability/pulse.ts";
import { startSchedulers } from "../../lib/schedulers.ts";
import { type MetricsServer, startMetricsServer } from "../../web/startMetricsServer.ts";
import { consoleContext } from "../support/consoleContext.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { withHeld } from "../support/held.ts";
import { loneClock } from "../support/testClock.ts";
import { silentLog } from "../web/support.ts";

const OFF = Object.fromEntries(
  ["BATCH_CREATION", "BATCH_POLLING", "CSV_IMPORT", "REAPER"].map((name) => [`${name}_ENABLED`, "false"]),
);
const SECONDS = 1_000;
const HOURS = 3_600 * SECONDS;
const IN_THE_END = { timeout: 60 * SECONDS, interval: 20 };
/** A run that waits to begin, behind whoever holds the table. */
const COUNT_HELD = `SELECT count(*)::int AS "held" FROM pg_stat_activity
  WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE 'INSERT INTO "SchedulerState"%'`;

const clock = loneClock(Date.now());
const halt = new AbortController();
let database: TestDatabase;
let schedulers: Awaited<ReturnType<typeof startSchedulers>>;
let server: MetricsServer;
beforeAll(async () => {
  database = await createTestDatabase();
  const { metrics, ...base } = consoleContext(database.pool, silentLog(), OFF);
  if (!metrics) return expect.fail("The console has no metrics");
  const ctx = { ...base, metrics, clock, pulse: openPulse(clock), stopping: halt.signal };
  schedulers = await startSchedulers(ctx, database.url);
  server = await startMetricsServer(ctx, { host: "127.0.0.1", port: 0 });
});
afterAll(async () => {
  halt.abort();
  await schedulers?.stop();
  await server?.close();
  await database?.drop();
});

async function ask(): Promise<{ status: number; body: { ok: boolean; reason?: string } }> {
  const answer = await fetch(`http://127.0.0.1:${server.port}/health`);
  return { status: answer.status, body: (await answer.json()) as { ok: boolean; reason?: string } };
}

/** Lets time go by in steps that each scheduler keeps up with, and asks after each. */
const afterAWhile = async () => {
  await clock.pass(10 * SECONDS);
  return (await ask()).status;
};

describe("the health of a process with schedulers", () => {
  it("is good while their rounds come in time, and not while one is overdue", async () => {
    expect(await ask()).toEqual({ status: 200, body: { ok: true } });
    await database.owner.query("ALTER SCHEMA pgboss RENAME TO gone");
    await expect.poll(afterAWhile, IN_THE_END).toBe(503);
    expect((await ask()).body.reason).toContain(
      'The scheduler "job-keeping" is overdue: its last round was more than 120 seconds ago.',
    );
    await database.owner.query("ALTER SCHEMA gone RENAME TO pgboss");
    await expect.poll(afterAWhile, IN_THE_END).toBe(200);
  });

  it("is not good any more when a run never comes to its end", async () => {
    await withHeld(database.owner, async (held) => {
      await held.query(`LOCK TABLE "SchedulerState" IN ACCESS EXCLUSIVE MODE`);
      const runsHeld = async () => {
        await clock.pass(10 * SECONDS);
        return (await database.owner.query<{ held: number }>(COUNT_HELD)).rows[0]?.held;
      };
      await expect.poll(runsHeld, IN_THE_END).toBeGreaterThan(0);
      await clock.pass(6 * HOURS);
      expect((await ask()).body.reason).toMatch(/A run of the scheduler "[a-z-]+" has taken more than 6 hours\./);
    });
    await expect.poll(afterAWhile, IN_THE_END).toBe(200);
  });

  it("ends when the process is asked to stop", async () => {
    halt.abort();
    expect(await ask()).toEqual({ status: 503, body: { ok: false, reason: "This process is stopping." } });
  });
});
