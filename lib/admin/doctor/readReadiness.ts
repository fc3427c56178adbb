import type { Context } from "../../context.ts";
import { readInstallation } from "../../installation/installation.ts";
import { readSpendingStop } from "../../throttle/spendingStop.ts";

const PATIENCE_MS = 2_000;

interface Readiness {
  ok: boolean;
  /** Said where it is so: the process has been asked to stop, and takes calls only until nobody sends it any. */
  stopping?: true;
  /** Said where it is so: calls are taken, but nothing new is sent to the provider. */
  spendingStopped?: true;
  /** Said where it is so: calls are taken, but nothing is done at the provider. */
  databaseCopied?: true;
}

/** Whether the process goes on, and the database answers in time: then calls can be taken. */
export async function readReadiness(ctx: Context): Promise<Readiness> {
  if (ctx.stopping.aborted) return { ok: false, stopping: true };
  const giveUp = new AbortController();
  const late = ctx.clock.sleep(PATIENCE_MS, giveUp.signal).then(() => ({ ok: false }));
  const answer = Promise.all([readSpendingStop(ctx.db), readInstallation(ctx.db)]).then(
    ([stop, installation]): Readiness => ({
      ok: true,
      ...(stop ? { spendingStopped: true } : {}),
      ...(installation?.copied ? { databaseCopied: true } : {}),
    }),
    () => ({ ok: false }),
  );
  return await Promise.race([answer, late]).finally(() => giveUp.abort());
}
