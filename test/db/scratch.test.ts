import { expect, onTestFinished, test } from "vitest";
import { openPool } from "../../lib/db/pool.ts";
import { Scratch } from "../../lib/db/scratch.ts";
import { createTestDatabase } from "../support/database.ts";

const MAKE = `CREATE TEMP TABLE word ("it" text) ON COMMIT DROP`;

async function openOn(max: number) {
  const database = await createTestDatabase();
  onTestFinished(database.drop);
  const pool = openPool(database.url, { max });
  onTestFinished(() => pool.end());
  return { database, pool };
}

test("a temporary table is there until the work is done, and leaves its connection as it was", async () => {
  const { pool } = await openOn(2);
  const scratch = new Scratch(pool);
  await scratch.close(); // Nothing was opened yet.
  await scratch.write((tx) => tx.query(MAKE));
  await scratch.write((tx) => tx.query("INSERT INTO word VALUES ('a')"));
  const read = () => scratch.read(async (tx) => (await tx.query("SELECT * FROM word")).rows);
  expect(await read()).toEqual([{ it: "a" }]);
  expect(await read()).toEqual([{ it: "a" }]);
  await scratch.close();
  expect(pool.idleCount).toBe(1);
  const { rows } = await pool.query(
    `SELECT to_regclass('word') AS "word", now() = statement_timestamp() AS "isOutside"`,
  );
  expect(rows).toEqual([{ word: null, isOutside: true }]);
});

test("what is read beside it is not locked, so that a migration need not wait", async () => {
  const { database, pool } = await openOn(2);
  const scratch = new Scratch(pool);
  onTestFinished(() => scratch.close());
  await scratch.write((tx) => tx.query(MAKE));
  await scratch.read((tx) => tx.query(`SELECT FROM word, "Session"`));
  // Of this database: in its siblings, tables have the same number.
  const held = `SELECT mode FROM pg_locks l JOIN pg_database d ON d.oid = l.database AND d.datname = current_database()
                 WHERE relation = '"Session"'::regclass AND pid <> pg_backend_pid()`;
  expect((await database.owner.query(held)).rows).toEqual([]);
});

test("they hold half of a pool at most; who comes later waits for a place, and gets one even where the work failed", async () => {
  const { pool } = await openOn(4);
  const all = Array.from({ length: 5 }, () => new Scratch(pool));
  let [held, most, done] = [0, 0, 0];
  const areTwo = Promise.withResolvers<void>();
  const works = all.map((scratch) =>
    scratch
      .write(async (tx) => {
        held += 1;
        most = Math.max(most, held);
        if (held === 2) areTwo.resolve();
        await areTwo.promise;
        await tx.query(MAKE);
        await pool.query("SELECT 1");
        throw new Error("given up");
      })
      .catch(() => {
        held -= 1;
        done += 1;
      })
      .finally(() => scratch.close()),
  );
  await Promise.all(works);
  expect({ most, done }).toEqual({ most: 2, done: 5 });
});
