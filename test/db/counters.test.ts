import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { INVARIANTS } from "../../lib/admin/doctor/invariants.ts";
import { readConfig } from "../../lib/config.ts";
import { createContext } from "../../lib/context.ts";
import type { AIRequestStatus } from "../../lib/db/enums.ts";
import { inTransaction, type Sql } from "../../lib/db/pool.ts";
import { openLog } from "../../lib/observability/log.ts";
import { forgetCounts } from "../../lib/pipeline/reap/forgetCounts.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { withHeld } from "../support/held.ts";
import { rowsIn } from "../support/rows/index.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
beforeEach(async () => {
  await database.owner.query(`TRUNCATE "Company", "StatusCounter", "StatusFlow", "FailureTally", "SpendHour" CASCADE`);
  await database.rows.company({ id: "acme" });
});
afterAll(() => database.drop());

const sql = async (text: string, values: unknown[] = []) => (await database.pool.query(text, values)).rows;

/** Sessions with a request each, numbered `from` to `to`, their requests in this status. */
const addRequests = (from: number, to: number, processingStatus?: AIRequestStatus, on: Sql = database.pool) =>
  rowsIn(on).requests(to - from + 1, (n) => ({
    id: `r${n + from - 1}`,
    session: { id: `s${n + from - 1}` },
    processingStatus,
  }));

const setStatus = (on: Sql, status: string, from: number, to: number) =>
  on.query(
    `UPDATE "AIProcessingRequest" SET "processingStatus" = $1::"AIRequestStatus"
      WHERE "id" IN (SELECT 'r' || i FROM generate_series($2::int, $3::int) i)`,
    [status, from, to],
  );

/** What the counters say, and what has come and gone: nothing where all of it went again. */
async function readCounters() {
  const rows = await sql(
    `SELECT "table", "status", sum("count")::int AS "count",
            (SELECT sum("entered" - "left")::int FROM "StatusFlow" f
              WHERE f."table" = c."table" AND f."status" = c."status") AS "flow"
       FROM "StatusCounter" c GROUP BY "table", "status" HAVING sum("count") <> 0 ORDER BY "table", "status"`,
  );
  for (const { count, flow } of rows) expect(flow).toBe(count);
  return Object.fromEntries(rows.map(({ status, count }) => [status, count]));
}

/** Holds the counters against a count over the tables. */
async function expectTrue(): Promise<void> {
  const invariant = INVARIANTS.find(({ id }) => id === "7 counters");
  expect(await sql(invariant?.violations ?? "")).toEqual([]);
}

describe("status counters", () => {
  it("follow inserts, updates and deletes, those that a cascade makes included", async () => {
    await addRequests(1, 100);
    await database.rows.batches([{ id: "b1" }, { id: "b2", status: "PROCESSED" }]);
    await setStatus(database.pool, "PROCESSING_COMPLETE", 1, 30);
    await setStatus(database.pool, "PROCESSING_FAILED", 26, 40);
    await sql(`UPDATE "AIBatchRequest" SET "status" = 'UPLOADING' WHERE "id" = 'b1'`);
    await sql(`UPDATE "AIBatchRequest" SET "epoch" = "epoch" + 1`);
    await sql(`DELETE FROM "AIProcessingRequest" WHERE "id" IN ('r1', 'r26')`);
    const counts = { PROCESSING_COMPLETE: 24, PROCESSING_FAILED: 14, PENDING_BATCHING: 60, UPLOADING: 1, PROCESSED: 1 };
    expect(await readCounters()).toEqual(counts);
    await sql(`DELETE FROM "Session" WHERE "id" IN ('s2', 's27', 's99', 's100')`);
    expect(await readCounters()).toEqual({
      ...counts,
      PROCESSING_COMPLETE: 23,
      PROCESSING_FAILED: 13,
      PENDING_BATCHING: 58,
    });
    await expectTrue();
    await sql(`DELETE FROM "Company"`);
    expect(await readCounters()).toEqual({});
    await expectTrue();
  });

  it("follow one statement that moves rows every way at once, and one that inserts or updates", async () => {
    await addRequests(1, 30);
    await sql(
      `UPDATE "AIProcessingRequest" SET "processingStatus" = (CASE substr("id", 2)::int % 3
         WHEN 0 THEN 'PROCESSING_FAILED' WHEN 1 THEN 'PROCESSING_COMPLETE' ELSE 'PENDING_BATCHING' END)::"AIRequestStatus"`,
    );
    await sql(
      `INSERT INTO "AIProcessingRequest" ("id", "companyId", "sessionId", "model", "processingType", "processingStatus")
       SELECT 'r' || i, 'acme', 's1', 'm', 'session-analysis', 'PENDING_BATCHING' FROM generate_series(28, 33) i
       ON CONFLICT ("id") DO UPDATE SET "processingStatus" = 'PROCESSING_COMPLETE'`,
    );
    expect(await readCounters()).toEqual({ PROCESSING_FAILED: 9, PENDING_BATCHING: 12, PROCESSING_COMPLETE: 12 });
    await expectTrue();
  });

  it("do not move when a transaction, or a part of one, is rolled back", async () => {
    await addRequests(1, 10);
    const failing = inTransaction(database.pool, async (tx) => {
      await addRequests(11, 20, "PENDING_BATCHING", tx);
      await setStatus(tx, "PROCESSING_FAILED", 1, 20);
      throw new TypeError("broken off");
    });
    await expect(failing).rejects.toThrow("broken off");
    expect(await readCounters()).toEqual({ PENDING_BATCHING: 10 });
    await inTransaction(database.pool, async (tx) => {
      await tx.query("SAVEPOINT here");
      await setStatus(tx, "PROCESSING_FAILED", 1, 5);
      await tx.query("ROLLBACK TO here");
      await setStatus(tx, "PROCESSING_COMPLETE", 1, 2);
    });
    expect(await readCounters()).toEqual({ PENDING_BATCHING: 8, PROCESSING_COMPLETE: 2 });
    await expectTrue();
  });

  it("are empty after a table was emptied at once", async () => {
    await addRequests(1, 10);
    await database.rows.batch({ id: "b1" });
    await database.owner.query(`TRUNCATE "AIProcessingRequest" CASCADE`);
    expect(await sql(`SELECT "table", "count"::int FROM "StatusCounter"`)).toEqual([
      { table: "AIBatchRequest", count: 1 },
    ]);
    await expectTrue();
    await addRequests(11, 12);
    await expectTrue();
  });

  it("are right after, and at every moment while, eight write in bulk at once", async () => {
    const WRITERS = 8;
    const EACH = 400;
    const statuses = ["PROCESSING_COMPLETE", "PROCESSING_FAILED", "PENDING_BATCHING"];
    let writing = WRITERS;
    const write = async (writer: number) => {
      const first = writer * EACH + 1;
      await addRequests(first, first + EACH - 1);
      for (let round = 0; round < 12; round++) {
        await inTransaction(database.pool, async (tx) => {
          const status = statuses[(round + writer) % 3] ?? "";
          await setStatus(tx, status, first, first + ((round * 37) % EACH));
          if (round % 4 === 0) await rowsIn(tx).batch({ status: round % 8 ? "FAILED" : "PENDING" });
          if (round === 11) await tx.query(`DELETE FROM "Session" WHERE "id" = $1`, [`s${first}`]);
          if (round % 5 === 4) await tx.query("ROLLBACK; BEGIN");
        });
      }
      writing--;
    };
    const watch = async () => {
      while (writing > 0) await expectTrue();
    };
    await Promise.all([...Array.from({ length: WRITERS }, (_, writer) => write(writer)), watch()]);
    await expectTrue();
    const [total] = await sql(`SELECT sum("count")::int AS "count" FROM "StatusCounter"`);
    expect(total).toEqual({ count: WRITERS * (EACH - 1) + WRITERS * 2 });
    await readCounters();
  });
});

describe("writers", () => {
  it("do not wait for one another on a counter, and use no more shards than there are of them", async () => {
    await addRequests(1, 100);
    await withHeld(database.pool, (first) =>
      withHeld(database.pool, async (second) => {
        for (const held of [first, second]) await held.query("SET LOCAL lock_timeout = '10s'");
        // Both stay open with their parts of the same counters: whoever waited would be refused.
        await setStatus(first, "PROCESSING_FAILED", 1, 50);
        await setStatus(second, "PROCESSING_FAILED", 51, 100);
        await setStatus(first, "PENDING_BATCHING", 1, 25);
        await second.query("COMMIT");
        await first.query("COMMIT");
      }),
    );
    expect(await readCounters()).toEqual({ PENDING_BATCHING: 25, PROCESSING_FAILED: 75 });
    expect(await sql(`SELECT DISTINCT "shard" FROM "StatusCounter" ORDER BY 1`)).toEqual([{ shard: 0 }, { shard: 1 }]);
    await setStatus(database.pool, "PENDING_BATCHING", 51, 60);
    expect(await sql(`SELECT max("shard") AS "last" FROM "StatusCounter"`)).toEqual([{ last: 1 }]);
    await expectTrue();
  });
});

describe("tallies", () => {
  it("of failures are what the failed requests say, each counted when it fails and once", async () => {
    await addRequests(1, 60);
    const fail = (on: Sql, minute: string, from: number, to: number) =>
      on.query(
        `UPDATE "AIProcessingRequest" SET "processingStatus" = 'PROCESSING_FAILED', "completedAt" = $1,
                "errorCode" = 'code_' || substr("id", 2)::int % 2, "errorMessage" = 'Line ' || "id" || ': no ''' || "id" || ''''
          WHERE substr("id", 2)::int BETWEEN $2 AND $3`,
        [minute, from, to],
      );
    await fail(database.pool, "2026-11-24T10:00:30Z", 1, 1);
    await inTransaction(database.pool, (tx) => fail(tx, "2026-11-24T10:00:59Z", 2, 41));
    await fail(database.pool, "2026-11-24T10:01:00Z", 42, 60);
    // Failed already: it does not fail again.
    await sql(`UPDATE "AIProcessingRequest" SET "notBefore" = now()`);
    const byRows = await sql(
      `SELECT date_trunc('minute', "completedAt") AS "minute", "errorCode" AS "code",
              livedash_error_group("errorMessage") AS "group", count(*)::int AS "count"
         FROM "AIProcessingRequest" GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`,
    );
    const tallied = await sql(
      `SELECT "minute", "code", "group", sum("count")::int AS "count" FROM "FailureTally" GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`,
    );
    expect(tallied).toEqual(byRows);
    expect(tallied).toHaveLength(4);
    expect(new Set(tallied.map(({ group }) => group))).toEqual(new Set(["Line #: no …"]));
  });

  it("of spend are what the attempts say, those of a longer batch and of one without cost included", async () => {
    await addRequests(1, 40);
    await database.rows.batches([{ id: "b1" }, { id: "b2", model: "gpt-6-sol" }]);
    const spend = (attempt: number, at: string) =>
      database.rows.attempts(40, (n) => ({
        requestId: `r${n}`,
        attempt,
        batchId: `b${1 + (n % 2)}`,
        promptTokens: n,
        cachedTokens: Math.floor(n / 2),
        completionTokens: n * 2,
        totalTokens: n * 3,
        costEur: (n * 0.000_000_012_3).toFixed(10),
        createdAt: at,
      }));
    await spend(1, "2026-11-24T10:59:59.999Z");
    await spend(2, "2026-11-24T11:00:00.000Z");
    await spend(3, "2026-11-24T11:30:00.000Z");
    await database.rows.attempt({ requestId: "r1", attempt: 4, batchId: "b1", outcome: "REQUEUED" });
    const columns = `sum("promptTokens")::int AS "prompt", sum("cachedTokens")::int AS "cached",
      sum("completionTokens")::int AS "completion", sum("costEur")::text AS "cost"`;
    const byRows = await sql(
      `SELECT date_trunc('hour', a."createdAt", 'UTC') AS "hour", b."model", count(*)::int AS "lines", ${columns.replaceAll('sum("', 'sum(a."')}
         FROM "AIRequestAttempt" a JOIN "AIBatchRequest" b ON b."id" = a."batchId" WHERE a."totalTokens" > 0
        GROUP BY 1, 2 ORDER BY 1, 2`,
    );
    const tallied = await sql(
      `SELECT "hour", "model", sum("lines")::int AS "lines", ${columns} FROM "SpendHour" GROUP BY 1, 2 ORDER BY 1, 2`,
    );
    expect(tallied).toEqual(byRows);
    expect(tallied).toHaveLength(4);
  });

  it("by the minute are forgotten when nobody asks for them any more, and totals stay", async () => {
    await addRequests(1, 5, "PROCESSING_FAILED");
    const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000);
    await database.rows.failureTallies([
      { minute: daysAgo(31), code: "old" },
      { minute: daysAgo(29), code: "kept" },
    ]);
    await database.rows.statusFlows([
      { minute: daysAgo(9), status: "OLD" },
      { minute: daysAgo(7), status: "KEPT" },
    ]);
    const log = openLog({ level: "fatal", format: "json" });
    const ctx = createContext({ config: readConfig({}), db: database.pool, log });
    expect(await forgetCounts(ctx)).toEqual({ forgotten: 2 });
    expect(await sql(`SELECT "code" FROM "FailureTally"`)).toEqual([{ code: "kept" }]);
    expect(await sql(`SELECT "status" FROM "StatusFlow" ORDER BY "minute"`)).toEqual([
      { status: "KEPT" },
      { status: "PROCESSING_FAILED" },
    ]);
    await expectTrue();
  });
});
