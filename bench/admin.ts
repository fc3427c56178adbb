// Measures the reads of the admin API on a large table, beside `GROUP BY` and `OFFSET` on the same one.
// Usage: node bench/admin.ts [requests, default 5000000] [rounds, default 40]

import { randomUUID } from "node:crypto";
import { availableParallelism, loadavg } from "node:os";
import { oneAccount } from "../lib/accounts/openAccounts.ts";
import { readPipeline } from "../lib/admin/overview/readPipeline.ts";
import { readSummary } from "../lib/admin/overview/readSummary.ts";
import { listRequests } from "../lib/admin/requests/listRequests.ts";
import { positionToCursor } from "../lib/admin/requests/position.ts";
import { type CallContext, callOperation } from "../lib/api/operation.ts";
import { permissionsOfRole } from "../lib/auth/permissions.ts";
import { readConfig } from "../lib/config.ts";
import { createContext } from "../lib/context.ts";
import { startTemporaryPostgres } from "../lib/db/embedded/index.ts";
import { applyMigrations } from "../lib/db/migrate.ts";
import { openPool } from "../lib/db/pool.ts";
import { openLog } from "../lib/observability/log.ts";
import { openProvider } from "../lib/providers/openProvider.ts";
import { fill } from "./admin/fill.ts";

const REQUESTS = Number(process.argv[2] ?? 5_000_000);
const ROUNDS = Number(process.argv[3] ?? 40);
const TARGET_MS = 50;

const YEAR_MS = 365 * 86_400_000;
const ago = (share: number) => new Date(Date.now() - share * YEAR_MS).toISOString();
const FILTERS: Record<string, Record<string, string>> = {
  "status alone": { status: "processing_complete" },
  "failed ones": { status: "processing_failed" },
  company: { status: "processing_complete", companyId: "c3" },
  model: { status: "processing_complete", model: "gpt-6-sol" },
  batch: { status: "processing_complete", batchId: "over300" },
  "error code": { status: "processing_failed", errorCode: "answer_refused" },
  "error group": { status: "processing_failed", errorCode: "answer_refused", errorGroup: "Line # failed with …" },
  "failed since": { status: "processing_failed", errorCode: "answer_refused", failedSince: ago(0.01) },
  "older than": { status: "processing_complete", olderThan: ago(0.3) },
  "newer than": { status: "processing_complete", newerThan: ago(0.3) },
  "id prefix": { status: "processing_complete", idPrefix: "abcd" },
};

const postgres = await startTemporaryPostgres({ database: "livedash", settings: { max_wal_size: "4GB" } });
const db = openPool(postgres.url);
try {
  await applyMigrations({ databaseUrl: postgres.url });
  const filledIn = await time(() => fill(db, REQUESTS));
  console.log(`${REQUESTS} requests, filled in ${Math.round(filledIn / 1000)} s; ${ROUNDS} rounds each, milliseconds`);
  const rows = [...(await measureGlances()), ...(await measureLists())];
  // On a machine that is busy with something else, these times say more of that than of the queries.
  console.log(`load ${(loadavg()[0] ?? 0).toFixed(1)} on ${availableParallelism()} cores`);
  console.table(rows);
} finally {
  await db.end();
  await postgres.stop();
}

interface Row {
  what: string;
  depth: string;
  p50: number;
  p95: number;
  "within 50 ms": string;
  /** The plain way to the same answer, once warm. */
  otherwise: string;
}

async function measureGlances(): Promise<Row[]> {
  const counting = await timeSql(
    `SELECT "processingStatus", count(*) FROM "AIProcessingRequest" GROUP BY "processingStatus"`,
  );
  return [
    {
      ...(await measure("summary", "", () => callOperation(viewer(), readSummary, {}))),
      otherwise: `GROUP BY ${counting}`,
    },
    { ...(await measure("pipeline at a glance", "", () => callOperation(viewer(), readPipeline, {}))), otherwise: "" },
  ];
}

async function measureLists(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [what, filter] of Object.entries(FILTERS)) {
    for (const [depth, share] of Object.entries({ first: 0, middle: 0.5, deep: 0.95 })) {
      const { cursor, offsetMs, skipped } = await findCursor(filter, share);
      const read = () => callOperation(viewer(), listRequests, { ...filter, limit: 50, ...(cursor ? { cursor } : {}) });
      rows.push({ ...(await measure(what, depth, read)), otherwise: `OFFSET ${skipped}: ${offsetMs}` });
    }
  }
  return rows;
}

/** Where a page begins that has this share of the list before it; found by OFFSET, which is timed. */
async function findCursor(filter: Record<string, string>, share: number) {
  const {
    status = "",
    companyId,
    model,
    batchId,
    errorCode,
    errorGroup,
    failedSince,
    olderThan,
    newerThan,
    idPrefix,
  } = filter;
  const values = [
    status.toUpperCase(),
    companyId,
    model,
    batchId,
    errorCode,
    errorGroup,
    olderThan,
    newerThan,
    idPrefix,
    failedSince,
  ];
  const where = `"processingStatus" = $1::"AIRequestStatus" AND ($2::text IS NULL OR "companyId" = $2)
    AND ($3::text IS NULL OR "model" = $3) AND ($4::text IS NULL OR "batchId" = $4)
    AND ($5::text IS NULL OR "errorCode" = $5) AND ($6::text IS NULL OR livedash_error_group("errorMessage") = $6)
    AND ($7::timestamptz IS NULL OR "requestedAt" < $7) AND ($8::timestamptz IS NULL OR "requestedAt" >= $8)
    AND ($9::text IS NULL OR "id" ^@ $9) AND ($10::timestamptz IS NULL OR "completedAt" >= $10)`;
  const { rows } = await db.query<{ count: number }>(
    `SELECT count(*)::int AS "count" FROM "AIProcessingRequest" WHERE ${where}`,
    values,
  );
  const skipped = Math.floor((rows[0]?.count ?? 0) * share);
  const offset = `SELECT "requestedAt", "id" FROM "AIProcessingRequest" WHERE ${where}
    ORDER BY "requestedAt" DESC, "id" DESC OFFSET ${Math.max(0, skipped - 1)} LIMIT 50`;
  const offsetMs = await timeSql(offset, values);
  const found = (await db.query<{ requestedAt: Date; id: string }>(offset, values)).rows[0];
  const query = { list: "requests", order: "newest", ...filter };
  return { skipped, offsetMs, cursor: found && skipped > 0 ? positionToCursor(query, found) : undefined };
}

async function measure(what: string, depth: string, read: () => Promise<unknown>): Promise<Omit<Row, "otherwise">> {
  await read();
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) times.push(await time(read));
  times.sort((a, b) => a - b);
  const at = (share: number) => Math.round((times[Math.ceil(times.length * share) - 1] ?? 0) * 10) / 10;
  return { what, depth, p50: at(0.5), p95: at(0.95), "within 50 ms": at(0.95) < TARGET_MS ? "yes" : "NO" };
}

async function timeSql(sql: string, values: unknown[] = []): Promise<number> {
  await db.query(sql, values);
  return Math.round(await time(() => db.query(sql, values)));
}

async function time(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

function viewer(): CallContext {
  const ctx = createContext({ config: readConfig({}), db, log: openLog({ level: "fatal", format: "json" }) });
  const provider = openProvider("openai", { apiKey: "none", baseURL: "http://127.0.0.1:9" });
  const actor = {
    kind: "key",
    id: "bench",
    name: "bench",
    role: "SUPPORT",
    permissions: permissionsOfRole("SUPPORT"),
    ownerId: undefined,
    allowedAddresses: [],
    expiresAt: new Date(Date.now() + 86_400_000),
  } as const;
  return { ...ctx, ...oneAccount(provider), actor, from: null, requestId: randomUUID() };
}
