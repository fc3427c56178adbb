import type { Pool } from "pg";
import { INVARIANTS } from "../../lib/admin/doctor/invariants.ts";

const CHUNK = 500_000;
const SESSIONS = 50_000;
const LIVE_BATCHES = 200;
const OVER_BATCHES = 5_000;
const MINUTES_OF_FLOW = 8 * 1_440;

/** Of a hundred requests so many are pending, in a batch and failed; the others are complete. */
const PENDING = 3;
const IN_BATCH = 5;
const FAILED = 4;

/**
 * Fills the database with requests in the statuses of an installation that has run for a year: set by set, without
 * triggers and indexes, which are made afterwards; the counters are then put right as the doctor does it.
 */
export async function fill(pool: Pool, requests: number): Promise<void> {
  await addSurroundings(pool);
  const indexes = await dropIndexes(pool);
  for (let from = 1; from <= requests; from += CHUNK) {
    await addRequests(pool, from, Math.min(requests, from + CHUNK - 1), requests);
  }
  for (const definition of indexes) await pool.query(definition);
  await addHistory(pool);
  const repair = INVARIANTS.find(({ id }) => id === "7 counters")?.repair;
  if (repair) await repair.run(pool, {});
  await pool.query("VACUUM ANALYZE");
}

async function addSurroundings(pool: Pool): Promise<void> {
  await pool.query(
    `INSERT INTO "Company" ("id", "name") SELECT 'c' || i, 'Company ' || i FROM generate_series(0, 19) i`,
  );
  await pool.query(
    `INSERT INTO "Session" ("id", "companyId", "startTime", "endTime")
     SELECT 's' || i, 'c' || i % 20, now(), now() FROM generate_series(0, $1::int - 1) i`,
    [SESSIONS],
  );
  await pool.query(
    `INSERT INTO "AIBatchRequest" ("id", "companyId", "model", "status", "endpoint", "requestCount", "byteSize",
       "contentHash", "createdAt", "submittedAt", "completedAt", "processedAt", "providerStatus", "providerCounts")
     SELECT CASE WHEN live THEN 'live' ELSE 'over' END || i, 'c' || i % 20, 'gpt-6-luna',
            (CASE WHEN live THEN 'IN_PROGRESS' ELSE 'PROCESSED' END)::"AIBatchRequestStatus", '/v1/chat/completions', 1000,
            5000000, 'hash', at, at, CASE WHEN NOT live THEN at + i % 60 * interval '1 min' END,
            CASE WHEN NOT live THEN at + interval '1 h' END, 'in_progress', '{"total":1000,"completed":500,"failed":0}'
       FROM (SELECT i, i <= $1 AS live, now() - i * interval '2 min' AS at FROM generate_series(1, $1::int + $2) i) batches`,
    [LIVE_BATCHES, OVER_BATCHES],
  );
}

/** The ids are spread as random ones are; the times go from a year ago to now. */
async function addRequests(pool: Pool, from: number, to: number, all: number): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query("BEGIN; SET LOCAL session_replication_role = replica");
    await client.query(
      `INSERT INTO "AIProcessingRequest" ("id", "companyId", "sessionId", "model", "processingType", "requestedAt",
         "processingStatus", "batchId", "completedAt", "errorCode", "errorMessage", "attempt")
       SELECT md5(i::text), 'c' || i % 20, 's' || i % ${SESSIONS}, CASE WHEN i % 50 = 7 THEN 'gpt-6-sol' ELSE 'gpt-6-luna' END,
              'session-analysis', now() - ($3::int - i) * (interval '365 days' / $3::int), status::"AIRequestStatus",
              CASE status WHEN 'PENDING_BATCHING' THEN NULL WHEN 'BATCHING_IN_PROGRESS' THEN 'live' || 1 + i % ${LIVE_BATCHES}
                ELSE 'over' || ${LIVE_BATCHES + 1} + i % ${OVER_BATCHES} END,
              CASE WHEN status LIKE 'PROCESSING%' THEN now() - ($3::int - i) * (interval '365 days' / $3::int) END,
              CASE WHEN status = 'PROCESSING_FAILED' THEN code END,
              CASE WHEN status = 'PROCESSING_FAILED' THEN 'Line ' || i || ' failed with ''' || code || '''' END, 1
         FROM (SELECT i, CASE WHEN h < ${PENDING} THEN 'PENDING_BATCHING' WHEN h < ${PENDING + IN_BATCH} THEN 'BATCHING_IN_PROGRESS'
                      WHEN h < ${PENDING + IN_BATCH + FAILED} THEN 'PROCESSING_FAILED' ELSE 'PROCESSING_COMPLETE' END AS status,
                      (ARRAY['answer_refused', 'answer_invalid', 'line_timed_out', 'session_empty'])[1 + h % 4] AS code
                 FROM (SELECT i, abs(hashint8(i)) % 100 AS h FROM generate_series($1::bigint, $2::bigint) i) spread) r`,
      [from, to, all],
    );
    await client.query("COMMIT");
  } finally {
    client.release();
  }
}

async function dropIndexes(pool: Pool): Promise<string[]> {
  const { rows } = await pool.query<{ name: string; definition: string }>(
    `SELECT indexname AS "name", indexdef AS "definition" FROM pg_indexes
      WHERE tablename = 'AIProcessingRequest' AND indexname <> 'AIProcessingRequest_pkey'`,
  );
  for (const { name } of rows) await pool.query(`DROP INDEX "${name}"`);
  return rows.map(({ definition }) => definition);
}

/** What triggers would have written in eight busy days, by three writers at once, and a day of spending. */
async function addHistory(pool: Pool): Promise<void> {
  await pool.query(
    `INSERT INTO "StatusFlow" ("minute", "table", "status", "shard", "entered", "left")
     SELECT date_trunc('minute', now()) - i * interval '1 min', 'AIProcessingRequest', status, shard, 100, 100
       FROM generate_series(0, $1::int - 1) i, generate_series(0, 2) shard,
            unnest(ARRAY['PENDING_BATCHING', 'BATCHING_IN_PROGRESS', 'PROCESSING_COMPLETE', 'PROCESSING_FAILED']) status`,
    [MINUTES_OF_FLOW],
  );
  await pool.query(
    `INSERT INTO "SpendHour" ("hour", "model", "shard", "lines", "promptTokens", "cachedTokens", "completionTokens", "costEur")
     SELECT date_trunc('hour', now()) - i * interval '1 h', model, shard, 1000, 500000, 1000, 90000, 0.5
       FROM generate_series(0, 8760) i, generate_series(0, 2) shard, unnest(ARRAY['gpt-6-luna', 'gpt-6-sol']) model`,
  );
}
