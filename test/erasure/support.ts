import { expect } from "vitest";
import { eraseSessions } from "../../lib/admin/erasure/eraseSessions.ts";
import { callOperation } from "../../lib/api/operation.ts";
import type { PipelineContext } from "../../lib/context.ts";
import { callerOf } from "../support/caller.ts";
import { runJobs } from "../support/jobs.ts";

export const reason = "They have asked for it";

/** Asks for an erasure, and has it done. Answers what was said beforehand, and what came of it. */
export async function erase(ctx: PipelineContext, filter: object) {
  const { jobId, ...before } = await callOperation(callerOf(ctx, "ADMIN"), eraseSessions, { filter, reason });
  await runJobs(ctx);
  const { rows } = await ctx.db.query(`SELECT "state", "done", "total", "outcome" FROM "Job" WHERE "id" = $1`, [jobId]);
  expect(rows[0]?.state).toBe("DONE");
  return { before, job: rows[0] };
}

/** All that a text is found in, as `Table.column`: in any column of any table, whatever its type. */
export async function whereIs(ctx: Pick<PipelineContext, "db">, marker: string): Promise<string[]> {
  const { rows: tables } = await ctx.db.query<{ table: string; columns: string[]; found: string[] }>(
    `SELECT c.relname AS "table", array_agg(a.attname::text ORDER BY a.attname) AS "columns",
            array_agg(CASE a.atttypid WHEN 'bytea'::regtype THEN format('encode(%I, ''escape'')', a.attname)
                                      ELSE format('%I::text', a.attname) END ORDER BY a.attname) AS "found"
       FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
      WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace GROUP BY 1 ORDER BY 1`,
  );
  expect(tables.length).toBeGreaterThan(40);
  const places: string[] = [];
  for (const { table, columns, found } of tables) {
    const isIn = found.map((text) => `COALESCE(bool_or(strpos(${text}, $1) > 0), false)`);
    const { rows } = await ctx.db.query<{ isIn: boolean[] }>(`SELECT ARRAY[${isIn}] AS "isIn" FROM "${table}"`, [
      marker,
    ]);
    places.push(...columns.filter((_, at) => rows[0]?.isIn[at]).map((column) => `${table}.${column}`));
  }
  return places;
}
