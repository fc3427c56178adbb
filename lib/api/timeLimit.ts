import type { Context } from "../context.ts";
import { inTransaction, type Transaction } from "../db/pool.ts";
import { codeOf } from "../errors.ts";
import { RefusedError } from "./errors.ts";

/** query_canceled: PostgreSQL ended the statement, for our limit is the only one that does. */
const CANCELED = "57014";

/**
 * Reads in one transaction whose statements may each take so long.
 * @throws RefusedError `too_slow`
 */
export async function readWithin<T>(ctx: Context, limitMs: number, read: (tx: Transaction) => Promise<T>): Promise<T> {
  try {
    return await inTransaction(ctx.db, async (tx) => {
      await tx.query(`SET LOCAL statement_timeout = ${Math.ceil(limitMs)}`);
      return read(tx);
    });
  } catch (cause) {
    if (codeOf(cause) !== CANCELED) throw cause;
    const message = "This took too long. Narrow the filter (by company or time), or ask for fewer results at once.";
    throw new RefusedError("too_slow", message, { cause });
  }
}
