import { expect, it } from "vitest";
import { inTransaction, openPool } from "../../lib/db/pool.ts";
import { createTestDatabase } from "../support/database.ts";
import { withHeld } from "../support/held.ts";
import { refuseNestedConnections } from "../support/nestedConnections.ts";

it("a second connection inside a transaction fails, and with it the test file", async () => {
  const database = await createTestDatabase();
  const pool = openPool(database.url);
  const nested = refuseNestedConnections(pool);
  const work = inTransaction(pool, async (tx) => {
    await tx.query("SELECT 1");
    await pool.query("SELECT 2");
  });
  await expect(work).rejects.toThrow(/hand `tx` on/);
  await inTransaction(pool, async (tx) => {
    await inTransaction(pool, (second) => second.query("SELECT 3")).catch(() => {});
    await tx.query("SELECT 4");
  });
  expect(nested.assertNone).toThrow("2 nested connections");
  await pool.end();
  await database.drop();
});

it("what comes before, after and beside a transaction is no fault", async () => {
  const database = await createTestDatabase();
  const { pool } = database;
  await pool.query("SELECT 1");
  const one = () => inTransaction(pool, (tx) => tx.query("SELECT pg_sleep(0)"));
  await Promise.all([one(), pool.query("SELECT 2"), one()]);
  await pool.query("SELECT 3");
  await withHeld(pool, () => pool.query("SELECT 4"));
  await database.drop();
});
