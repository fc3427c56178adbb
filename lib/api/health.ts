import type { Context } from "../context.ts";

const PATIENCE_MS = 2_000;

/** Whether the database answers in time: then calls can be taken. */
export async function isReady(ctx: Context): Promise<boolean> {
  const giveUp = new AbortController();
  const late = ctx.clock.sleep(PATIENCE_MS, giveUp.signal).then(() => false);
  const answer = ctx.db.query("SELECT 1").then(
    () => true,
    () => false,
  );
  return await Promise.race([answer, late]).finally(() => giveUp.abort());
}
