import { randomUUID } from "node:crypto";
import type { Pool } from "pg";
import { inject } from "vitest";
import { openPool } from "../../lib/db/pool.ts";
import { type Rows, rowsIn } from "./rows/index.ts";
import { onServer } from "./testServer.ts";

export interface TestDatabase {
  url: string;
  pool: Pool;
  /** Puts rows into its tables. */
  rows: Rows;
  drop(): Promise<void>;
}

/** A database of its own for a test file: a copy of the migrated template, empty but for models and prices. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const server = inject("serverUrl");
  const name = `test_${randomUUID().replaceAll("-", "")}`;
  // Its files are copied as they are: a third of the time that writing them through the log takes.
  await onServer(server, `CREATE DATABASE ${name} TEMPLATE ${inject("template")} STRATEGY file_copy`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  const pool = openPool(url.href);
  return {
    url: url.href,
    pool,
    rows: rowsIn(pool),
    drop: async () => {
      await pool.end();
      await onServer(server, `DROP DATABASE ${name} WITH (FORCE)`);
    },
  };
}
