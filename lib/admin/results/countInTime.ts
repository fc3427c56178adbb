import { RefusedError } from "../../api/errors.ts";
import { readWithin } from "../../api/timeLimit.ts";
import type { Context } from "../../context.ts";

const LIMIT_MS = 30_000;

/** How many rows a selection has, for the progress of the job that handles them; undefined where that takes too long to find out. */
export async function countInTime(
  ctx: Context,
  { sql, values }: { sql: string; values: unknown[] },
): Promise<number | undefined> {
  try {
    return await readWithin(ctx, LIMIT_MS, async (tx) => {
      const { rows } = await tx.query<{ count: number }>(
        `SELECT count(*)::int AS "count" FROM (${sql}) counted`,
        values,
      );
      return rows[0]?.count;
    });
  } catch (error) {
    if (error instanceof RefusedError && error.code === "too_slow") return undefined;
    throw error;
  }
}
