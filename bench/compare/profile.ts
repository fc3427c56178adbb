import { query } from "./server.ts";

/** What a server needs so that its statements can be timed. */
export const PROFILING_SETTINGS = { shared_preload_libraries: "pg_stat_statements" };

/** So many statements are shown one by one; the others are summed up. */
const MOST_SHOWN = 12;

const LONGEST_TEXT = 120;

/** Times the statements of a database from now on. */
export async function startProfile(url: string): Promise<void> {
  await query(url, "CREATE EXTENSION IF NOT EXISTS pg_stat_statements");
  await query(url, "SELECT pg_stat_statements_reset()");
}

/**
 * What the statements took since then, the longest first: seconds, calls, rows, and how each begins. What triggers did counts as their
 * statement's, and waiting for the rows of a `COPY` as its own; planning does not count. Connections work side by side, so a sum may
 * be more than the time that went by.
 */
export async function readProfile(url: string): Promise<string[]> {
  const statements = await query<{ ms: number; calls: number; rows: number; text: string }>(
    url,
    `SELECT "total_exec_time" AS "ms", "calls"::int, "rows"::int,
            left(regexp_replace("query", '\\s+', ' ', 'g'), ${LONGEST_TEXT}) AS "text"
       FROM pg_stat_statements
      WHERE "toplevel" AND "query" !~ 'pg_stat_statements|pg_current_wal_insert_lsn' ORDER BY "total_exec_time" DESC`,
  );
  const others = statements.slice(MOST_SHOWN);
  const rest = others.reduce((sum, { ms }) => sum + ms, 0);
  return [
    ...statements
      .slice(0, MOST_SHOWN)
      .map(({ ms, calls, rows, text }) => `${seconds(ms)}, ${calls} x, ${rows} rows: ${text}`),
    `${seconds(rest)}, ${others.length} other statements`,
  ];
}

const seconds = (ms: number) => `${(ms / 1000).toFixed(2)} s`;
