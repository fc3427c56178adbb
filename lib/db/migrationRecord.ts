import { createHash, randomUUID } from "node:crypto";
import type { ClientBase } from "pg";
import { LiveDashError } from "../errors.ts";

export type Migration = { name: string; sql: string };
type Row = { migration_name: string; checksum: string; finished: boolean };

/** Prisma's table, created as Prisma creates it, where there is none. */
export async function createRecord(client: ClientBase): Promise<void> {
  // Not `to_regclass`: it may answer what it knew before this transaction waited for another one that made the table.
  const { rowCount } = await client.query(
    "SELECT 1 FROM pg_class WHERE relname = '_prisma_migrations' AND relnamespace = current_schema()::regnamespace",
  );
  if (rowCount !== 0) return;
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

/** What was applied; rows that were rolled back count as never applied. */
export async function readRecord(client: ClientBase): Promise<Row[]> {
  const { rows } = await client.query<Row>(
    `SELECT migration_name, checksum, finished_at IS NOT NULL AS finished
     FROM _prisma_migrations WHERE rolled_back_at IS NULL ORDER BY started_at`,
  );
  return rows;
}

/** Whether it was applied, by whomever. */
export async function isRecorded(client: ClientBase, name: string): Promise<boolean> {
  const { rowCount } = await client.query(
    "SELECT 1 FROM _prisma_migrations WHERE migration_name = $1 AND rolled_back_at IS NULL",
    [name],
  );
  return rowCount !== 0;
}

/** Writes down, in the transaction that applies it, that it has been applied. */
export async function record(client: ClientBase, { name, sql }: Migration): Promise<void> {
  await client.query(
    `INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
     VALUES ($1, $2, $3, now(), clock_timestamp(), 1)`,
    [randomUUID(), sha256(sql), name],
  );
}

/** Refuses a database whose past is not the one that these migrations describe. */
export function compareWithRecord(migrations: Migration[], done: Row[]): void {
  const failed = done.find((row) => !row.finished);
  if (failed) {
    throw new LiveDashError(
      "migration_failed_before",
      `The migration ${failed.migration_name} failed in this database before and may be partly applied. Repair it, then mark it with "prisma migrate resolve".`,
    );
  }
  const byName = new Map(migrations.map((migration) => [migration.name, migration]));
  const unknown = done.filter((row) => !byName.has(row.migration_name)).map((row) => row.migration_name);
  if (unknown.length > 0) {
    throw new LiveDashError(
      "database_newer",
      `A newer LiveDash has used this database: it has migrations that this version lacks (${unknown.join(", ")}). Update LiveDash, or set DATABASE_URL to another database.`,
    );
  }
  const edited = done.find((row) => !matches(byName.get(row.migration_name)?.sql ?? "", row.checksum));
  if (edited) {
    throw new LiveDashError(
      "migration_edited",
      `The migration file ${edited.migration_name} was changed after it had been applied. Restore it, and put the change in a new migration.`,
    );
  }
}

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

/** Like Prisma, takes a file whose line ends a checkout has turned around for the same file. */
function matches(sql: string, checksum: string): boolean {
  const unix = sql.replaceAll("\r\n", "\n");
  return [sql, unix, unix.replaceAll("\n", "\r\n")].some((text) => sha256(text) === checksum);
}
