import type { Pool } from "pg";
import type { Transaction } from "../../lib/db/pool.ts";

// What a test does to the database while it looks is undone whatever comes of it, or the tests behind it would fail or hang.

/** Holds a transaction open while others work. Whatever `work` has not committed is rolled back, and no lock stays. */
export async function withHeld<T>(pool: Pool, work: (held: Transaction) => Promise<T>): Promise<T> {
  const held = await pool.connect();
  try {
    await held.query("BEGIN");
    return await work(held as Transaction);
  } finally {
    await held.query("ROLLBACK").catch(() => {});
    held.release(true);
  }
}

/** Has a table take only rows for which this is so while `work` runs; others are refused by the constraint `refuse`. */
export async function withCheck<T>(owner: Pool, table: string, check: string, work: () => Promise<T>): Promise<T> {
  await owner.query(`ALTER TABLE "${table}" ADD CONSTRAINT refuse CHECK (${check}) NOT VALID`);
  try {
    return await work();
  } finally {
    await owner.query(`ALTER TABLE "${table}" DROP CONSTRAINT refuse`);
  }
}
