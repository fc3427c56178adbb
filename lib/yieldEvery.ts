import { setImmediate } from "node:timers/promises";

/**
 * For work that goes on while the database is busy: after every so many items, of a tenth of a millisecond or so, the event loop goes
 * round once. Otherwise a transaction's next statement is not sent before all of the work is done, and the database waits.
 */
export function yieldEvery(items: number): () => Promise<void> | undefined {
  let done = 0;
  return () => (++done % items === 0 ? setImmediate() : undefined);
}
