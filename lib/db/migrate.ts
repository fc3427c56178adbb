import { randomUUID } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { ClientBase, Pool } from "pg";
import { codeOf, LiveDashError, messageOf } from "../errors.ts";
import { isLost } from "./connectionErrors.ts";
import { lockMigrations, withMigrationClient } from "./migrationClient.ts";
import { compareWithRecord, createRecord, type Migration, readRecord, sha256 } from "./migrationRecord.ts";
import { prepareQueue } from "./queueSchema.ts";
import { tablesOf } from "./roles.ts";
import { settlePrivileges } from "./settlePrivileges.ts";
import { mayNotMigrate, mayNotUse, readStanding } from "./standing.ts";

export interface MigrateOptions {
  /** A connection string, or a pool of which one connection is used. */
  databaseUrl: string | Pool;
  /** The variable that names it; default DATABASE_URL. */
  variable?: string;
  /** The folder that holds `<time>_<name>/migration.sql`; default prisma/migrations. */
  migrationsDir?: string;
  onApplied?: (name: string) => void;
}
/** `applied` names what this call did, in order; `already` counts what was done before. */
export type MigrateResult = { applied: string[]; already: number };

const PRISMA_MIGRATIONS = fileURLToPath(new URL("../../prisma/migrations", import.meta.url));

/**
 * Makes a database what LiveDash works on: the migrations that it lacks, the queue of the schedulers, and what the roles
 * of the application and of the tenants may do there. By whoever does not own the tables, nothing is changed:
 * then nothing may be missing.
 * @param options.renew looks after queue and roles although no migration was missing
 * @throws LiveDashError with one sentence for a person; codes begin with `database_` (cannot be used) or `migration_`.
 */
export async function prepareDatabase(
  options: Pick<MigrateOptions, "databaseUrl" | "variable"> & { renew: boolean },
): Promise<MigrateResult & { tables: string[] }> {
  const migrations = await readMigrations();
  const tables = tablesOf(migrations);
  const result = await migrate(options, migrations, async (client, { applied }) => {
    if (applied.length === 0 && !options.renew) return;
    await prepareQueue(client);
    await settlePrivileges(client, tables);
  });
  return { ...result, tables };
}

/**
 * Applies the migrations that the database lacks, each in a transaction of its own, and keeps Prisma's record of them:
 * `prisma migrate deploy` agrees with it both ways. Several processes may do this at once.
 * @throws LiveDashError as `prepareDatabase` does
 */
export async function applyMigrations(options: MigrateOptions): Promise<MigrateResult> {
  return await migrate(options, await readMigrations(options.migrationsDir), async () => {});
}

async function migrate(
  { databaseUrl, variable = "DATABASE_URL", onApplied }: MigrateOptions,
  migrations: Migration[],
  afterwards: (client: ClientBase, result: MigrateResult) => Promise<void>,
): Promise<MigrateResult> {
  return await withMigrationClient(databaseUrl, variable, async (client) => {
    const standing = await readStanding(client);
    if (standing.owns === false) return await findNoneMissing(client, migrations, standing.user);
    await lockMigrations(client);
    const result = await applyMissing(client, migrations, onApplied ?? (() => {}));
    await afterwards(client, result);
    return result;
  });
}

async function readMigrations(folder: string = PRISMA_MIGRATIONS): Promise<Migration[]> {
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

/** Who does not own the tables can only look, and needs no lock for that. */
async function findNoneMissing(client: ClientBase, migrations: Migration[], user: string): Promise<MigrateResult> {
  const done = await readRecord(client).catch((cause) => {
    throw codeOf(cause) === "42501" ? mayNotUse(user, undefined, false, cause) : cause;
  });
  compareWithRecord(migrations, done);
  const missing = missingIn(migrations, done);
  if (missing.length > 0) throw mayNotMigrate(user, missing.length);
  return { applied: [], already: migrations.length };
}

async function applyMissing(
  client: ClientBase,
  migrations: Migration[],
  onApplied: (name: string) => void,
): Promise<MigrateResult> {
  await createRecord(client);
  const done = await readRecord(client);
  compareWithRecord(migrations, done);
  const missing = missingIn(migrations, done);
  for (const migration of missing) {
    await applyOne(client, migration);
    onApplied(migration.name);
  }
  return { applied: missing.map(({ name }) => name), already: migrations.length - missing.length };
}

function missingIn(migrations: readonly Migration[], done: readonly { migration_name: string }[]): Migration[] {
  const known = new Set(done.map((row) => row.migration_name));
  return migrations.filter(({ name }) => !known.has(name));
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
    const remedy =
      codeOf(cause) === "42501"
        ? "As an administrator, run what `livedash migrate --print-grants` prints, then start again."
        : "Fix the cause and start again.";
    throw new LiveDashError(
      "migration_failed",
      `The migration ${name} failed and was rolled back (${messageOf(cause)}). ${remedy}`,
      { cause },
    );
  }
}
