import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import type { Pool } from "pg";
import { inject } from "vitest";
import { openPool, type Sql } from "../../lib/db/pool.ts";
import { codeOf } from "../../lib/errors.ts";
import { refuseNestedConnections } from "./nestedConnections.ts";
import { restore } from "./recycling.ts";
import { type Rows, rowsIn } from "./rows/index.ts";
import { addressOf, maintenanceOf, onServer, withClient } from "./testServer.ts";

/** What LiveDash does there, it does as the application and the tenants, who own nothing. */
export interface TestDatabase {
  /** The application's address. */
  url: string;
  /** The application's connections. */
  pool: Pool;
  tenantUrl: string;
  tenantPool: Pool;
  ownerUrl: string;
  /** For what only the owner may do: to empty a table, to make one, to look into what others do. */
  owner: Pool;
  /** Puts rows into its tables. */
  rows: Rows;
  drop(): Promise<void>;
}

interface TestDatabaseOptions {
  /** The way that the application and the tenants go, such as by a pooler. */
  through?: (address: string) => string;
}

/** A machine that is busy with other tests may need longer for a connection than is usual: nothing is judged by it. */
const CONNECTED_WITHIN_MS = 120_000;

/** Someone else has taken it, or is not out of it yet. */
const TAKEN = ["3D000", "55006"];

/**
 * A database of its own for a test file: as the migrations make it, empty but for models and prices. To copy the template
 * takes longer than many a test, so databases that were dropped are emptied and used again.
 */
export async function createTestDatabase(options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const { through = (address: string) => address } = options;
  const server = inject("serverUrl");
  const name = nameOf("test");
  const isTaken = await takeFree(maintenanceOf(server), name);
  // Its files are copied as they are: a third of the time that writing them through the log takes.
  if (!isTaken) await onServer(server, `CREATE DATABASE ${name} TEMPLATE ${inject("template")} STRATEGY file_copy`);
  const { app, tenant, password } = inject("logins");
  const ownerUrl = addressOf(server, name);
  const url = through(addressOf(server, name, { name: app, password }));
  const tenantUrl = through(addressOf(server, name, { name: tenant, password }));
  const open = (address: string) => openPool(address, { connectWithinMs: CONNECTED_WITHIN_MS });
  const [pool, tenantPool, owner] = [open(url), open(tenantUrl), open(ownerUrl)];
  const nested = refuseNestedConnections(pool);
  return {
    url,
    pool,
    tenantUrl,
    tenantPool,
    ownerUrl,
    owner,
    rows: rowsIn(owner),
    drop: async () => {
      await endAll([pool, tenantPool, owner]);
      // A pooler keeps its connections to it: it cannot be renamed.
      const isFree = !options.through && (await withClient(ownerUrl, (client) => restore(client, inject("pristine"))));
      // Under another name: what a test has left running must not find it again.
      await onServer(
        server,
        isFree ? `ALTER DATABASE ${name} RENAME TO ${nameOf("free")}` : `DROP DATABASE ${name} WITH (FORCE)`,
      );
      nested.assertNone();
    },
  };
}

/** What nobody gives back is waited for only so long: far longer than what a test has left running needs to end. */
const GIVEN_BACK_WITHIN_MS = 60_000;

async function endAll(pools: readonly Pool[]): Promise<void> {
  const waiting = new AbortController();
  const tooLong = delay(GIVEN_BACK_WITHIN_MS, undefined, { signal: waiting.signal }).then(() => {
    throw new Error("A connection to the test's database was never given back. Hold one through withHeld.");
  });
  try {
    await Promise.race([Promise.all(pools.map((pool) => pool.end())), tooLong]);
  } finally {
    waiting.abort();
  }
}

function nameOf(state: "test" | "free"): string {
  return `${inject("template")}_${state}_${randomUUID().replaceAll("-", "")}`;
}

/** Takes a database that somebody has dropped, under a new name. Several may ask at once; false if there is none. */
async function takeFree(sql: Sql, name: string): Promise<boolean> {
  const { rows } = await sql.query<{ name: string }>(
    `SELECT datname AS "name" FROM pg_database WHERE starts_with(datname, $1)`,
    [`${inject("template")}_free_`],
  );
  for (const free of rows) {
    try {
      await sql.query(`ALTER DATABASE ${free.name} RENAME TO ${name}`);
      return true;
    } catch (error) {
      if (!TAKEN.includes(codeOf(error) ?? "")) throw error;
    }
  }
  return false;
}
