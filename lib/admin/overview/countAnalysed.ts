import type { Context } from "../../context.ts";
import { int, known, statement } from "../../db/statement.ts";

/** How many sessions have an analysis. */
export async function countAnalysed(ctx: Context): Promise<number> {
  return (await COUNT.first(ctx.db, {}))?.analysed ?? 0;
}

const COUNT = statement({
  sql: `SELECT count(*)::int AS "analysed" FROM "Session" WHERE "analysedAt" IS NOT NULL`,
  row: { analysed: known(int) },
});
