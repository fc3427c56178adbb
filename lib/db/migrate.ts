import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { ClientBase } from "pg";
import { codeOf, LiveDashError, messageOf } from "../errors.ts";
import { isConflict, isLost } from "./connectionErrors.ts";
import { makeSchema } from "./makeSchema.ts";
import { whileLocked, withMigrationClient } from "./migrationClient.ts";
import { compareWithRecord, createRecord, isRecorded, type Migration, readRecord, record } from "./migrationRecord.ts";
import { prepareQueue } from "./queueSchema.ts";
import { tablesOf } from "./roles.ts";
import { schemaIn } from "./searchPath.ts";
import { settlePrivileges } from "./settlePrivileges.ts";
import { mayNotMakeSchema, mayNotMigrate, mayNotUse, readStanding } from "./standing.ts";

export interface MigrateOptions {
  databaseUrl: string;
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
    await makeNamedSchema(client, schemaIn(databaseUrl));
    const standing = await readStanding(client);
    if (standing.owns === false) return await findNoneMissing(client, migrations, standing.user);
    const result = await applyMissing(client, migrations, onApplied ?? (() => {}));
    await afterwards(client, result);
    return result;
  });
}

async function makeNamedSchema(client: ClientBase, schema: string | undefined): Promise<void> {
  if (schema === undefined) return;
  await makeSchema(client, schema).catch((cause) => {
    throw codeOf(cause) === "42501" ? mayNotMakeSchema(schema, cause) : cause;
  });
}

export async function readMigrations(folder: string = PRISMA_MIGRATIONS): Promise<Migration[]> {
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
  const missing = await findMissing(client, migrations, user);
  if (missing.length > 0) throw mayNotMigrate(user, missing.length);
  return { applied: [], already: migrations.length };
}

/** Those that a database lacks whose record this user may read. */
export async function findMissing(client: ClientBase, migrations: Migration[], user: string): Promise<Migration[]> {
  const done = await readRecord(client).catch((cause) => {
    throw codeOf(cause) === "42501" ? mayNotUse(user, undefined, false, cause) : cause;
  });
  compareWithRecord(migrations, done);
  return missingIn(migrations, done);
}

async function applyMissing(
  client: ClientBase,
  migrations: Migration[],
  onApplied: (name: string) => void,
): Promise<MigrateResult> {
  const missing = await whileLocked(client, async () => {
    await createRecord(client);
    const done = await readRecord(client);
    compareWithRecord(migrations, done);
    return missingIn(migrations, done);
  });
  const applied: string[] = [];
  for (const migration of missing) {
    if (!(await applyOne(client, migration))) continue;
    applied.push(migration.name);
    onApplied(migration.name);
  }
  return { applied, already: migrations.length - applied.length };
}

function missingIn(migrations: readonly Migration[], done: readonly { migration_name: string }[]): Migration[] {
  const known = new Set(done.map((row) => row.migration_name));
  return migrations.filter(({ name }) => !known.has(name));
}

/** Deadlocks with workers that run meanwhile: each time one of the two has to give way. */
const ATTEMPTS = 5;

/** Whether it was this call that applied it. */
async function applyOne(client: ClientBase, migration: Migration, attempt = 1): Promise<boolean> {
  const { name, sql } = migration;
  try {
    return await whileLocked(client, async () => {
      if (await isRecorded(client, name)) return false;
      await client.query(sql);
      await record(client, { name, sql });
      return true;
    });
  } catch (cause) {
    if (isLost(cause) || cause instanceof LiveDashError) throw cause;
    if (isConflict(cause) && attempt < ATTEMPTS) return await applyOne(client, migration, attempt + 1);
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
