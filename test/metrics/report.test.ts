import { afterAll, beforeAll, expect, it } from "vitest";
import { openReport } from "../../lib/admin/metrics/report.ts";
import { openPool } from "../../lib/db/pool.ts";
import { consoleContext } from "../support/consoleContext.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { loneClock } from "../support/testClock.ts";
import { silentLog } from "../web/support.ts";
import { readMetricsText, readValue } from "./read.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database?.drop());

const pending = (text: string) => readValue(readMetricsText(text), "livedash_requests", { status: "pending_batching" });
const onlyDown = (text: string) => {
  const metrics = readMetricsText(text);
  return metrics.size === 1 && readValue(metrics, "livedash_database_up") === 0;
};

it("reads the database once in five seconds, however many ask", async () => {
  const clock = loneClock(Date.now());
  const report = openReport({ ...consoleContext(database.pool, silentLog()), clock });
  expect((await Promise.all([report(), report()])).map(pending)).toEqual([0, 0]);
  await database.rows.requests(2, (n) => ({ id: `r${n}` }));
  await clock.pass(4_999);
  expect(pending(await report())).toBe(0);
  await clock.pass(1);
  expect(pending(await report())).toBe(2);
});

it("says that the database is away, and asks again when it may be back", async () => {
  const clock = loneClock(Date.now());
  const pool = openPool("postgresql://nobody@127.0.0.1:9/none");
  const away = { ...consoleContext(pool, silentLog()), clock };
  const report = openReport(away);
  expect(onlyDown(await report())).toBe(true);
  away.db = database.pool;
  expect(onlyDown(await report())).toBe(true);
  await clock.pass(5_000);
  expect(onlyDown(await report())).toBe(false);
  await pool.end();
});

it("does not wait for ever for a connection, nor for several at once", async () => {
  const clock = loneClock(Date.now());
  const pool = openPool(database.url, { max: 1 });
  const held = await pool.connect();
  const report = openReport({ ...consoleContext(pool, silentLog()), clock });
  const asked = [report(), report()];
  expect(pool.waitingCount).toBe(1);
  await clock.pass(4_000);
  expect((await Promise.all(asked)).map(onlyDown)).toEqual([true, true]);
  held.release();
  await expect.poll(async () => onlyDown(await report())).toBe(false);
  await pool.end();
});
