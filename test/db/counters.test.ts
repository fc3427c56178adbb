import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { INVARIANTS } from "../../lib/admin/doctor/invariants.ts";
import { forgetCounts } from "../../lib/batch/forgetCounts.ts";
import { readConfig } from "../../lib/config.ts";
import { createContext } from "../../lib/context.ts";
import { inTransaction, type Sql } from "../../lib/db/pool.ts";
import { openLog } from "../../lib/observability/log.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";

let database: TestDatabase;
beforeEach(async () => {
  await database?.drop();
  database = await createTestDatabase();
  await sql(`INSERT INTO "Company" ("id", "name") VALUES ('c', 'Acme')`);
});
afterAll(() => database.drop());

const sql = async (text: string, values: unknown[] = []) => (await database.pool.query(text, values)).rows;

/** Sessions with a request each, numbered `from` to `to`, their requests in this status. */
async function addRequests(on: Sql, from: number, to: number, status = "PENDING_BATCHING"): Promise<void> {
  await on.query(
    `INSERT INTO "Session" ("id", "companyId", "startTime", "endTime")
     SELECT 's' || i, 'c', now(), now() FROM generate_series($1::int, $2::int) i`,
    [from, to],
  );
  await on.query(
    `INSERT INTO "AIProcessingRequest" ("id", "companyId", "sessionId", "model", "processingType", "processingStatus")
     SELECT 'r' || i, 'c', 's' || i, 'gpt-6-luna', 'session-analysis', $3::"AIRequestStatus"
       FROM generate_series($1::int, $2::int) i`,
    [from, to, status],
  );
}

async function addBatch(on: Sql, id: string, status = "PENDING"): Promise<void> {
  await on.query(
    `INSERT INTO "AIBatchRequest"
       ("id", "companyId", "model", "status", "endpoint", "requestCount", "byteSize", "contentHash")
     VALUES ($1, 'c', 'gpt-6-luna', $2::"AIBatchRequestStatus", '/v1', 1, 1, 'hash')`,
    [id, status],
  );
}

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
    await addRequests(database.pool, 1, 100);
    await addBatch(database.pool, "b1");
    await addBatch(database.pool, "b2", "PROCESSED");
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
    await addRequests(database.pool, 1, 30);
    await sql(
      `UPDATE "AIProcessingRequest" SET "processingStatus" = (CASE substr("id", 2)::int % 3
         WHEN 0 THEN 'PROCESSING_FAILED' WHEN 1 THEN 'PROCESSING_COMPLETE' ELSE 'PENDING_BATCHING' END)::"AIRequestStatus"`,
    );
    await sql(
      `INSERT INTO "AIProcessingRequest" ("id", "companyId", "sessionId", "model", "processingType", "processingStatus")
       SELECT 'r' || i, 'c', 's1', 'm', 'session-analysis', 'PENDING_BATCHING' FROM generate_series(28, 33) i
       ON CONFLICT ("id") DO UPDATE SET "processingStatus" = 'PROCESSING_COMPLETE'`,
    );
    expect(await readCounters()).toEqual({ PROCESSING_FAILED: 9, PENDING_BATCHING: 12, PROCESSING_COMPLETE: 12 });
    await expectTrue();
  });

  it("do not move when a transaction, or a part of one, is rolled back", async () => {
    await addRequests(database.pool, 1, 10);
    const failing = inTransaction(database.pool, async (tx) => {
      await addRequests(tx, 11, 20);
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
    await addRequests(database.pool, 1, 10);
    await addBatch(database.pool, "b1");
    await sql(`TRUNCATE "AIProcessingRequest" CASCADE`);
    expect(await sql(`SELECT "table", "count"::int FROM "StatusCounter"`)).toEqual([
      { table: "AIBatchRequest", count: 1 },
    ]);
    await expectTrue();
    await addRequests(database.pool, 11, 12);
    await expectTrue();
  });

  it("are right after, and at every moment while, eight write in bulk at once", async () => {
    const WRITERS = 8;
    const EACH = 400;
    const statuses = ["PROCESSING_COMPLETE", "PROCESSING_FAILED", "PENDING_BATCHING"];
    let writing = WRITERS;
    const write = async (writer: number) => {
      const first = writer * EACH + 1;
      await addRequests(database.pool, first, first + EACH - 1);
      for (let round = 0; round < 12; round++) {
        await inTransaction(database.pool, async (tx) => {
          const status = statuses[(round + writer) % 3] ?? "";
          await setStatus(tx, status, first, first + ((round * 37) % EACH));
          if (round % 4 === 0) await addBatch(tx, `b${writer}-${round}`, round % 8 ? "FAILED" : "PENDING");
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
    await addRequests(database.pool, 1, 100);
    const [first, second] = await Promise.all([database.pool.connect(), database.pool.connect()]);
    for (const client of [first, second]) await client.query("BEGIN; SET LOCAL lock_timeout = '10s'");
    // Both stay open with their parts of the same counters: whoever waited would be refused.
    await setStatus(first, "PROCESSING_FAILED", 1, 50);
    await setStatus(second, "PROCESSING_FAILED", 51, 100);
    await setStatus(first, "PENDING_BATCHING", 1, 25);
    await second.query("COMMIT");
    await first.query("COMMIT");
    first.release();
    second.release();
    expect(await readCounters()).toEqual({ PENDING_BATCHING: 25, PROCESSING_FAILED: 75 });
    expect(await sql(`SELECT DISTINCT "shard" FROM "StatusCounter" ORDER BY 1`)).toEqual([{ shard: 0 }, { shard: 1 }]);
    await setStatus(database.pool, "PENDING_BATCHING", 51, 60);
    expect(await sql(`SELECT max("shard") AS "last" FROM "StatusCounter"`)).toEqual([{ last: 1 }]);
    await expectTrue();
  });
});

describe("tallies", () => {
  it("of failures are what the failed requests say, each counted when it fails and once", async () => {
    await addRequests(database.pool, 1, 60);
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
    await addRequests(database.pool, 1, 40);
    await addBatch(database.pool, "b1");
    await addBatch(database.pool, "b2");
    await sql(`UPDATE "AIBatchRequest" SET "model" = 'gpt-6-sol' WHERE "id" = 'b2'`);
    const spend = (attempt: number, at: string) =>
      sql(
        `INSERT INTO "AIRequestAttempt" ("requestId", "attempt", "batchId", "outcome", "promptTokens", "cachedTokens",
           "completionTokens", "totalTokens", "costEur", "createdAt")
         SELECT 'r' || i, $1, 'b' || 1 + i % 2, 'APPLIED', i, i / 2, i * 2, i * 3, i * 0.0000000123, $2
           FROM generate_series(0, 40) i WHERE i > 0`,
        [attempt, at],
      );
    await spend(1, "2026-11-24T10:59:59.999Z");
    await spend(2, "2026-11-24T11:00:00.000Z");
    await spend(3, "2026-11-24T11:30:00.000Z");
    await sql(
      `INSERT INTO "AIRequestAttempt" ("requestId", "attempt", "batchId", "outcome") VALUES ('r1', 4, 'b1', 'REQUEUED')`,
    );
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
    await addRequests(database.pool, 1, 5, "PROCESSING_FAILED");
    await sql(`INSERT INTO "FailureTally" ("minute", "code", "group", "shard") VALUES
      (now() - interval '31 days', 'old', '', 0), (now() - interval '29 days', 'kept', '', 0)`);
    await sql(`INSERT INTO "StatusFlow" ("minute", "table", "status", "shard") VALUES
      (now() - interval '9 days', 'AIBatchRequest', 'OLD', 0), (now() - interval '7 days', 'AIBatchRequest', 'KEPT', 0)`);
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
