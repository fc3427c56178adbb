import type { Pool } from "pg";
import type { Transaction } from "../../lib/db/pool.ts";

/**
 * Holds a transaction open while others work. Whatever `work` has not committed is rolled back: a test that fails in
 * between leaves no lock behind on which all others, and the closing of the pool, would wait.
 */
export async function withHeld<T>(pool: Pool, work: (held: Transaction) => Promise<T>): Promise<T> {
  const held = await pool.connect();
  try {
    await held.query("BEGIN");
    return await work(held);
  } finally {
    await held.query("ROLLBACK").catch(() => {});
    held.release(true);
  }
}
