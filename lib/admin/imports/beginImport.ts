import { RefusedError } from "../../api/errors.ts";
import { audit, type CallContext } from "../../api/verb.ts";
import type { Transaction } from "../../db/pool.ts";
import { isInState } from "./importRow.ts";

/** Each import may hold a connection of the pool to its end: all of them together must leave some. */
const AT_ONCE = 4;
const RETRY_AFTER_SECONDS = 30;

/**
 * What stands in the transaction that records an import which somebody has asked for: that there is room for it, and who
 * it was.
 * @throws RefusedError `too_many_calls`
 */
export function beginImport(ctx: CallContext, action: string, companyId: string) {
  return async (tx: Transaction, importRunId: string): Promise<void> => {
    await tx.query("SELECT pg_advisory_xact_lock(hashtextextended('livedash:imports', 0))");
    const { rows } = await tx.query<{ running: number }>(
      `SELECT count(*)::int AS "running" FROM "ImportRun" i WHERE i."id" <> $2 AND ${isInState.running("$1::timestamptz")}`,
      [ctx.clock.now(), importRunId],
    );
    if ((rows[0]?.running ?? 0) >= AT_ONCE) {
      const sentence = `${AT_ONCE} imports are already running, which is the limit. Try again when one has finished.`;
      throw new RefusedError("too_many_calls", sentence, { retryAfter: RETRY_AFTER_SECONDS });
    }
    await audit(ctx, tx, { action, outcome: "done", target: { type: "import", id: importRunId }, companyId });
  };
}
