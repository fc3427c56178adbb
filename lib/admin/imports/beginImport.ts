import { RefusedError } from "../../api/errors.ts";
import { audit, type CallContext } from "../../api/verb.ts";
import type { Transaction } from "../../db/pool.ts";
import { int, known, statement, text, timestamp } from "../../db/statement.ts";
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
    await TAKE_TURN.run(tx, {});
    const found = await COUNT_RUNNING.first(tx, { now: ctx.clock.now(), except: importRunId });
    if ((found?.running ?? 0) >= AT_ONCE) {
      const sentence = `${AT_ONCE} imports are already running, which is the limit. Try again when one has finished.`;
      throw new RefusedError("too_many_calls", sentence, { retryAfter: RETRY_AFTER_SECONDS });
    }
    await audit(ctx, tx, { action, outcome: "done", target: { type: "import", id: importRunId }, companyId });
  };
}

const TAKE_TURN = statement({ sql: "SELECT pg_advisory_xact_lock(hashtextextended('livedash:imports', 0))" });

const COUNT_RUNNING = statement({
  sql: `SELECT count(*)::int AS "running" FROM "ImportRun" i
         WHERE i."id" <> $2 AND ${isInState.running("$1::timestamptz")}`,
  params: { now: timestamp, except: text },
  row: { running: known(int) },
});
