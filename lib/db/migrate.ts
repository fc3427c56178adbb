import { randomUUID } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { Client, type ClientBase, type Pool } from "pg";
import { codeOf, LiveDashError, messageOf } from "../errors.ts";
import { connectionLost, explainConnectionError, isLost } from "./connectionErrors.ts";
import { compareWithRecord, type Migration, readRecord, sha256 } from "./migrationRecord.ts";

export interface MigrateOptions {
  /** A connection string, or a pool of which one connection is used. */
  databaseUrl: string | Pool;
  /** The folder that holds `<time>_<name>/migration.sql`; default prisma/migrations. */
  migrationsDir?: string;
  onApplied?: (name: string) => void;
}
/** `applied` names what this call did, in order; `already` counts what was done before. */
export type MigrateResult = { applied: string[]; already: number };

/** The key that Prisma's own migrate commands take, so that the two never run at once. */
const LOCK_KEY = 72_707_369;
const LOCK_LIMIT = "300s";
const OLDEST_SERVER = 150_000;
const PRISMA_MIGRATIONS = fileURLToPath(new URL("../../prisma/migrations", import.meta.url));

/**
 * Applies the migrations that the database lacks, each in a transaction of its own, and keeps Prisma's record of them:
 * `prisma migrate deploy` agrees with it both ways. Several processes may do this at once.
 * @throws LiveDashError with one sentence for a person; codes begin with `database_` (cannot be used) or `migration_`.
 */
export async function applyMigrations(options: MigrateOptions): Promise<MigrateResult> {
  const migrations = await readMigrations(options.migrationsDir ?? PRISMA_MIGRATIONS);
  const { client, release } = await connect(options.databaseUrl);
  try {
    await refuseOldServer(client);
    await lock(client);
    return await applyMissing(client, migrations, options.onApplied ?? (() => {}));
  } catch (error) {
    throw isLost(error) ? connectionLost(error) : error;
  } finally {
    await release();
  }
}

async function readMigrations(folder: string): Promise<Migration[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
    const read = async (name: string) => ({
      name,
      sql: await readFile(path.join(folder, name, "migration.sql"), "utf8"),
    });
    return await Promise.all(names.sort().map(read));
  } catch (cause) {
    throw new LiveDashError(
      "migration_unreadable",
      `Cannot read the migrations in ${folder} (${codeOf(cause) ?? "unknown error"}). Reinstall LiveDash.`,
      { cause },
    );
  }
}

async function connect(database: string | Pool): Promise<{ client: ClientBase; release: () => Promise<void> }> {
  if (typeof database !== "string") {
    const client = await database.connect().catch((error) => {
      throw explainConnectionError(error);
    });
    client.on("error", () => {});
    // The connection is closed, not given back: it holds a lock and settings that are only this run's.
    return { client, release: async () => client.release(true) };
  }
  const client = openClient(database);
  client.on("error", () => {}); // A lost connection is reported by the query that needs it.
  try {
    await client.connect();
  } catch (error) {
    void client.end().catch(() => undefined); // Not awaited: of a connection that never was, it may not answer.
    throw explainConnectionError(error, client);
  }
  return { client, release: () => client.end().catch(() => undefined) };
}

function openClient(url: string): Client {
  try {
    return new Client({ connectionString: url, connectionTimeoutMillis: 10_000, application_name: "livedash-migrate" });
  } catch {
    // No cause: what `URL` throws carries the whole text, password included.
    throw new LiveDashError(
      "database_url_invalid",
      "DATABASE_URL is not a valid address. Use postgresql://USER:PASSWORD@HOST:PORT/DATABASE and percent-encode special characters in the password.",
    );
  }
}

async function refuseOldServer(client: ClientBase): Promise<void> {
  const { rows } = await client.query<{ number: number; name: string }>(
    "SELECT current_setting('server_version_num')::int AS number, current_setting('server_version') AS name",
  );
  const version = rows[0];
  if (version !== undefined && version.number >= OLDEST_SERVER) return;
  throw new LiveDashError(
    "database_too_old",
    `DATABASE_URL points to PostgreSQL ${version?.name ?? "of unknown version"}, but LiveDash needs version 15 or newer.`,
  );
}

async function lock(client: ClientBase): Promise<void> {
  try {
    await client.query(`SET lock_timeout = '${LOCK_LIMIT}'`);
    await client.query("SELECT pg_advisory_lock($1)", [LOCK_KEY]);
    await client.query("RESET lock_timeout");
  } catch (cause) {
    if (codeOf(cause) !== "55P03") throw cause;
    throw new LiveDashError(
      "migration_locked",
      `Another process has been migrating the database for ${LOCK_LIMIT}. Wait until it has finished, then start again.`,
      { cause, retryable: true },
    );
  }
}

async function applyMissing(
  client: ClientBase,
  migrations: Migration[],
  onApplied: (name: string) => void,
): Promise<MigrateResult> {
  const done = await readRecord(client);
  compareWithRecord(migrations, done);
  const known = new Set(done.map((row) => row.migration_name));
  const missing = migrations.filter(({ name }) => !known.has(name));
  for (const migration of missing) {
    await applyOne(client, migration);
    onApplied(migration.name);
  }
  return { applied: missing.map(({ name }) => name), already: migrations.length - missing.length };
}

async function applyOne(client: ClientBase, { name, sql }: Migration): Promise<void> {
  try {
    await client.query("BEGIN");
    await client.query(sql);
    await client.query(
      `INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
       VALUES ($1, $2, $3, now(), clock_timestamp(), 1)`,
      [randomUUID(), sha256(sql), name],
    );
    await client.query("COMMIT");
  } catch (cause) {
    await client.query("ROLLBACK").catch(() => undefined);
    if (isLost(cause)) throw cause;
    throw new LiveDashError(
      "migration_failed",
      `The migration ${name} failed and was rolled back (${messageOf(cause)}). Fix the cause and start again.`,
      { cause },
    );
  }
}
