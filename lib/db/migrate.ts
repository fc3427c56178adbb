import { createHash, randomUUID } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { Client, type ClientBase, type Pool } from "pg";
import { codeOf, LiveDashError, messageOf } from "../errors.ts";

export interface MigrateOptions {
  /** A connection string, or a pool of which one connection is used. */
  databaseUrl: string | Pool;
  /** The folder that holds `<time>_<name>/migration.sql`; default prisma/migrations. */
  migrationsDir?: string;
  onApplied?: (name: string) => void;
}
/** `applied` names what this call did, in order; `already` counts what was done before. */
export type MigrateResult = { applied: string[]; already: number };

type Migration = { name: string; sql: string };
type Row = { migration_name: string; checksum: string; finished: boolean };

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
      `The migrations in ${folder} cannot be read (${codeOf(cause) ?? "unknown error"}): install LiveDash again.`,
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
      "DATABASE_URL is not a valid address: write postgresql://USER:PASSWORD@HOST:PORT/DATABASE, with special characters of the password percent-encoded.",
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
    `DATABASE_URL names a PostgreSQL ${version?.name ?? "of unknown version"}: LiveDash needs version 15 or newer.`,
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
      `Another process has been migrating the database for ${LOCK_LIMIT}: wait until it is done, then start again.`,
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
  compare(migrations, done);
  const known = new Set(done.map((row) => row.migration_name));
  const missing = migrations.filter(({ name }) => !known.has(name));
  for (const migration of missing) {
    await applyOne(client, migration);
    onApplied(migration.name);
  }
  return { applied: missing.map(({ name }) => name), already: migrations.length - missing.length };
}

/** Prisma's table, created as Prisma creates it; rows that were rolled back count as never applied. */
async function readRecord(client: ClientBase): Promise<Row[]> {
  const { rows: found } = await client.query("SELECT 1 WHERE to_regclass('_prisma_migrations') IS NOT NULL");
  if (found.length === 0) {
    await client.query(`CREATE TABLE _prisma_migrations (
      id                  VARCHAR(36) PRIMARY KEY NOT NULL,
      checksum            VARCHAR(64) NOT NULL,
      finished_at         TIMESTAMPTZ,
      migration_name      VARCHAR(255) NOT NULL,
      logs                TEXT,
      rolled_back_at      TIMESTAMPTZ,
      started_at          TIMESTAMPTZ NOT NULL DEFAULT now(),
      applied_steps_count INTEGER NOT NULL DEFAULT 0
    )`);
  }
  const { rows } = await client.query<Row>(
    `SELECT migration_name, checksum, finished_at IS NOT NULL AS finished
     FROM _prisma_migrations WHERE rolled_back_at IS NULL ORDER BY started_at`,
  );
  return rows;
}

/** Refuses a database whose past is not the one that these migrations describe. */
function compare(migrations: Migration[], done: Row[]): void {
  const failed = done.find((row) => !row.finished);
  if (failed) {
    throw new LiveDashError(
      "migration_failed_before",
      `The migration ${failed.migration_name} failed in this database before and may be half done: repair it, then mark it with "prisma migrate resolve".`,
    );
  }
  const byName = new Map(migrations.map((migration) => [migration.name, migration]));
  const unknown = done.filter((row) => !byName.has(row.migration_name)).map((row) => row.migration_name);
  if (unknown.length > 0) {
    throw new LiveDashError(
      "database_newer",
      `The database has migrations that this LiveDash lacks (${unknown.join(", ")}), so a newer one has used it: update LiveDash, or set DATABASE_URL to another database.`,
    );
  }
  const edited = done.find((row) => !matches(byName.get(row.migration_name)?.sql ?? "", row.checksum));
  if (edited) {
    throw new LiveDashError(
      "migration_edited",
      `The file of the migration ${edited.migration_name} was changed after it was applied: restore it, and put the change into a new migration.`,
    );
  }
}

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

/** Like Prisma, takes a file whose line ends a checkout has turned around for the same file. */
function matches(sql: string, checksum: string): boolean {
  const unix = sql.replaceAll("\r\n", "\n");
  return [sql, unix, unix.replaceAll("\n", "\r\n")].some((text) => sha256(text) === checksum);
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
      `The migration ${name} failed and was rolled back whole (${messageOf(cause)}): put this right and start again.`,
      { cause },
    );
  }
}

type Target = Pick<Client, "host" | "port" | "user" | "database">;
const UNREACHABLE = [
  "ECONNREFUSED",
  "ECONNRESET",
  "ENOTFOUND",
  "EAI_AGAIN",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
];
const NOT_YET = ["57P01", "57P02", "57P03", "53300"];
/** How the driver, which gives no codes, says that there is no connection. */
const GONE = /timeout expired|Connection terminated|timeout exceeded|Client has encountered a connection error/;

function connectionLost(cause: unknown): LiveDashError {
  const sentence = `The connection to the PostgreSQL was lost while it was migrated (${messageOf(cause)}): each migration is done whole or not at all, so start again.`;
  return new LiveDashError("database_connection_lost", sentence, { cause, retryable: true });
}

/** Whether a query failed because its connection did: nothing is wrong with the query itself. */
function isLost(error: unknown): boolean {
  if (error instanceof LiveDashError) return false;
  const code = codeOf(error) ?? "";
  return [...UNREACHABLE, ...NOT_YET].includes(code) || GONE.test(messageOf(error));
}

/** One sentence for a database that cannot be connected to; it names DATABASE_URL and never shows the password. */
export function explainConnectionError(error: unknown, target?: Target): LiveDashError {
  const code = codeOf(error) ?? "";
  const message = messageOf(error);
  const at = target ? ` at ${target.host}:${target.port}` : "";
  const say = (name: string, sentence: string, retryable = false) =>
    new LiveDashError(name, sentence, { cause: error, retryable });

  if (UNREACHABLE.includes(code) || GONE.test(message)) {
    const sentence = `There is no PostgreSQL to be reached${at} (${code || "no answer"}): check DATABASE_URL and that the server runs.`;
    return say("database_unreachable", sentence, true);
  }
  if (NOT_YET.includes(code)) {
    const sentence = `The PostgreSQL${at} takes no connection at the moment (${message}): try again, or check DATABASE_URL.`;
    return say("database_unreachable", sentence, true);
  }
  if (code.startsWith("28") || message.startsWith("SASL")) {
    const user = target?.user === undefined ? "" : ` the user "${target.user}"`;
    return say(
      "database_access_denied",
      `The PostgreSQL${at} refuses${user || " access"}: check user and password in DATABASE_URL.`,
    );
  }
  if (code === "3D000") {
    const name = target?.database === undefined ? "the database" : `the database "${target.database}"`;
    return say("database_not_found", `The PostgreSQL${at} does not have ${name}: create it, or correct DATABASE_URL.`);
  }
  return say("database_connection_failed", `The PostgreSQL${at} cannot be used (${message}): check DATABASE_URL.`);
}
