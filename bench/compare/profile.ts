import { Client } from "pg";

/** What a server needs so that its statements can be timed. */
export const PROFILED = { shared_preload_libraries: "pg_stat_statements" };

/** Fewer milliseconds than these are not shown. */
const LEAST = 10;

const LONGEST_TEXT = 120;

/** Times the statements of a database from now on. */
export async function startProfile(url: string): Promise<void> {
  await query(url, "CREATE EXTENSION IF NOT EXISTS pg_stat_statements");
  await query(url, "SELECT pg_stat_statements_reset()");
}

/** What the statements took since then, the longest first: seconds, calls, rows, and how each begins. What triggers did counts as their statement's. */
export async function readProfile(url: string): Promise<string[]> {
  const statements = await query<{ seconds: number; calls: number; rows: number; text: string }>(
    url,
    `SELECT "total_exec_time" / 1000 AS "seconds", "calls"::int, "rows"::int,
            left(regexp_replace("query", '\\s+', ' ', 'g'), ${LONGEST_TEXT}) AS "text"
       FROM pg_stat_statements WHERE "toplevel" AND "total_exec_time" >= ${LEAST} ORDER BY "total_exec_time" DESC`,
  );
  return statements.map(
    ({ seconds, calls, rows, text }) => `${seconds.toFixed(2)} s, ${calls} x, ${rows} rows: ${text}`,
  );
}

async function query<T extends object>(url: string, sql: string): Promise<T[]> {
  const db = new Client({ connectionString: url });
  await db.connect();
  try {
    return (await db.query<T>(sql)).rows;
  } finally {
    await db.end();
  }
}
