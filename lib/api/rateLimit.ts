import type { Context } from "../context.ts";
import { int, statement, text, timestamp } from "../db/statement.ts";
import { RefusedError } from "./errors.ts";

const WINDOW_MS = 60_000;

/**
 * Counts a call in its window of a minute, over all workers.
 * @throws RefusedError `too_many_calls`
 */
export async function countCall(ctx: Context, key: string, most: number): Promise<void> {
  const now = ctx.clock.now().getTime();
  const windowStart = new Date(Math.floor(now / WINDOW_MS) * WINDOW_MS);
  const counted = await COUNT_CALL.first(ctx.db, { key, windowStart });
  if ((counted?.calls ?? 0) <= most) return;
  const retryAfter = Math.ceil((windowStart.getTime() + WINDOW_MS - now) / 1000);
  throw new RefusedError(
    "too_many_calls",
    `You made more than ${most} calls in a minute. Try again in ${retryAfter} s.`,
    {
      retryAfter,
    },
  );
}

const COUNT_CALL = statement({
  sql: `INSERT INTO "CallCount" AS c ("key", "windowStart", "calls") VALUES ($1, $2, 1)
        ON CONFLICT ("key", "windowStart") DO UPDATE SET "calls" = c."calls" + 1 RETURNING "calls"`,
  params: { key: text, windowStart: timestamp },
  row: { calls: int },
});
