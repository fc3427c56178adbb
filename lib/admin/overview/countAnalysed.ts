import type { Context } from "../../context.ts";

/** How many sessions have an analysis. */
export async function countAnalysed(ctx: Context): Promise<number> {
  const { rows } = await ctx.db.query<{ analysed: number }>(
    `SELECT count(*)::int AS "analysed" FROM "Session" WHERE "analysedAt" IS NOT NULL`,
  );
  return rows[0]?.analysed ?? 0;
}
