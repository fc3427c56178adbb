import { readSpendingStop } from "../batch/spendingStop.ts";
import type { Context } from "../context.ts";

const PATIENCE_MS = 2_000;

interface Readiness {
  ok: boolean;
  /** Said where it is so: calls are taken, but nothing new is sent to the provider. */
  spendingStopped?: true;
}

/** Whether the database answers in time: then calls can be taken. */
export async function readReadiness(ctx: Context): Promise<Readiness> {
  const giveUp = new AbortController();
  const late = ctx.clock.sleep(PATIENCE_MS, giveUp.signal).then(() => ({ ok: false }));
  const answer = readSpendingStop(ctx.db).then(
    (stop): Readiness => (stop ? { ok: true, spendingStopped: true } : { ok: true }),
    () => ({ ok: false }),
  );
  return await Promise.race([answer, late]).finally(() => giveUp.abort());
}
