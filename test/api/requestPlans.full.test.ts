import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readOldest } from "../../lib/admin/overview/oldest.ts";
import { listRequests } from "../../lib/admin/requests/listRequests.ts";
import { countRequests } from "../../lib/admin/requests/selectRequests.ts";
import { type CallContext, callOperation } from "../../lib/api/operation.ts";
import { inTransaction } from "../../lib/db/pool.ts";
import { callerOf } from "../support/caller.ts";
import { consoleContext } from "../support/consoleContext.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { type Explained, explained } from "../support/explained.ts";
import { silentLog } from "../web/support.ts";

// 200,000 requests of two models, of which PostgreSQL has last counted none that is complete or pending, or all, or none at all.
const REQUESTS = 200_000;
const PAGE = 50;
const MODELS = 2;
/** A row of a list, its company and session, for each model; and the steps from model to model. */
const MOST_ROWS = PAGE * 3 * MODELS + 20;

let database: TestDatabase;
let ctx: CallContext;
const transactions: Explained[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  const db = explained(database.pool, (transaction) => transactions.push(transaction));
  ctx = callerOf(consoleContext(db, silentLog()), "SUPPORT");
  const run = (sql: string) => database.owner.query(sql);
  const add = (status: string, from: number, to: number) => `
    INSERT INTO "AIProcessingRequest" ("id", "companyId", "sessionId", "model", "processingType", "processingStatus", "batchId", "requestedAt")
    SELECT 'r-' || lpad(i::text, 7, '0'), 'acme', 's', CASE WHEN i % 10 = 0 THEN 'gpt-6-terra' ELSE 'gpt-6-luna' END,
           'session-analysis', '${status}', ${status === "BATCHING_IN_PROGRESS" ? "'b'" : "NULL"}, timestamptz '2026-01-01' + i * interval '1 s'
      FROM generate_series(${from}, ${to}) i`;
  await run(`
    ALTER TABLE "AIProcessingRequest" SET (autovacuum_enabled = false);
    INSERT INTO "Company" ("id", "name") VALUES ('acme', 'Acme');
    INSERT INTO "Session" ("id", "companyId", "startTime", "endTime") VALUES ('s', 'acme', now(), now());
    INSERT INTO "AIBatchRequest" ("id", "companyId", "model", "endpoint", "requestCount", "byteSize", "contentHash")
      VALUES ('b', 'acme', 'gpt-6-luna', '/v1', 1, 1, 'hash');
    ${add("BATCHING_IN_PROGRESS", 1, 50_000)};
    ANALYZE;
    ${add("PROCESSING_COMPLETE", 50_001, REQUESTS - 10_000)};
    ${add("PENDING_BATCHING", REQUESTS - 9_999, REQUESTS)};
  `);
});
afterAll(() => database.drop());

describe.each([
  ["stale", `SELECT 1`],
  ["missing", `DELETE FROM pg_statistic; UPDATE pg_class SET reltuples = -1, relpages = 0 WHERE relkind = 'r'`],
  ["fresh", `ANALYZE`],
])("with %s statistics", (_, prepare) => {
  beforeAll(() => database.owner.query(prepare));

  it.each([
    ["processing_complete", "newest"],
    ["processing_complete", "oldest"],
    ["pending_batching", "newest"],
    ["batching_in_progress", "oldest"],
  ])("a page of all that is %s, the %s first, costs no more than itself", async (status, order) => {
    const first = await list({ status, order });
    const second = await list({ status, order, cursor: first.nextCursor });
    const ids = [...first.requests, ...second.requests].map(({ id }) => id);
    const { rows } = await database.pool.query<{ id: string }>(
      `SELECT "id" FROM "AIProcessingRequest" WHERE "processingStatus" = $1::text::"AIRequestStatus"
        ORDER BY "requestedAt" ${order === "newest" ? "DESC" : ""}, "id" ${order === "newest" ? "DESC" : ""} LIMIT ${2 * PAGE}`,
      [status.toUpperCase()],
    );
    expect(ids).toEqual(rows.map(({ id }) => id));
  });

  it("so does a page of one day", async () => {
    const { requests } = await list({
      status: "processing_complete",
      newerThan: "2026-01-02T00:00:00Z",
      olderThan: "2026-01-02T00:00:10Z",
    });
    expect(requests).toHaveLength(10);
  });

  it("the oldest of each status is found without reading the others", async () => {
    const oldest = await within(() => inTransaction(ctx.db, (tx) => readOldest(tx)));
    expect(oldest).toEqual({
      pending_batching: new Date(Date.UTC(2026, 0, 1) + (REQUESTS - 9_999) * 1_000),
      batching_in_progress: new Date(Date.UTC(2026, 0, 1) + 1_000),
      processing_complete: new Date(Date.UTC(2026, 0, 1) + 50_001_000),
      processing_failed: null,
    });
  });

  it("what a filter by time finds is counted from its own rows alone", async () => {
    const filter = { status: "processing_complete", newerThan: "2026-01-03T00:00:00Z" } as const;
    const count = () => inTransaction(ctx.db, (tx) => countRequests(tx, filter, 100));
    expect(await within(count)).toBe(100);
  });
});

const list = (input: object) => within(() => callOperation(ctx, listRequests, { limit: PAGE, ...input }));

async function within<T>(work: () => Promise<T>): Promise<T> {
  transactions.length = 0;
  const result = await work();
  for (const { rowsRead, scans } of transactions) {
    expect([...scans].filter((scan) => /Seq Scan AI|processingStatus_idx/.test(scan))).toEqual([]);
    expect(rowsRead, [...scans].join(", ")).toBeLessThan(MOST_ROWS);
  }
  expect(transactions.length).toBeGreaterThan(0);
  return result;
}
