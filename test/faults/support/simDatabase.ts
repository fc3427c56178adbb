import type { Pool } from "pg";
import { inTransaction, openPool } from "../../../lib/db/pool.ts";

const SEATS = 4;
const CONNECTIONS = 4;
/** Deleted rows are swept out of the tables after so many cases. */
const SWEEP_AFTER = 200;

/** Everything that a case writes; what refers to others comes first. */
const TABLES = [
  "AIRequestAttempt",
  "AIProcessingRequest",
  "AIBatchRequest",
  "SessionQuestion",
  "Question",
  "Message",
  "Session",
  "Company",
  "ProviderStop",
  "ModelStop",
  "FileSizeLimit",
  "SpendingStop",
  "ModelBudget",
  "ReapedItem",
  "Installation",
  "ErasedBatch",
];

/** Stays, with its models; of its rows, a dump restores until when they were looked at. */
const ACCOUNTS = "ProviderAccount";

/** All rows as they stood at one moment: as JSON, a table each. */
type Snapshot = ReadonlyMap<string, string>;

/** A database of the simulation. */
export interface SimDatabase {
  /** The connections of each worker's seat. */
  seats: Pool[];
  /** For what stands outside of the simulation: setting up and judging. */
  admin: Pool;
  clear(): Promise<void>;
  /** As a dump does. */
  takeSnapshot(): Promise<Snapshot>;
  /**
   * Puts these rows in place of its own, as restoring a dump does.
   * @param place `same`: as restoring the server's files does, which PostgreSQL itself cannot tell from the original
   */
  restore(snapshot: Snapshot, place: "same" | "other"): Promise<void>;
  close(): Promise<void>;
}

export function openSimDatabase(url: string): SimDatabase {
  const admin = openPool(url, { max: 2 });
  const seats = Array.from({ length: SEATS }, () => openPool(url, { max: CONNECTIONS }));
  let cases = 0;
  return {
    seats,
    admin,
    clear: async () => {
      const tables = TABLES.map((table) => `"${table}"`);
      await admin.query(`UPDATE "ProviderAccount" SET "checkedUntil" = NULL, "disabledAt" = NULL`);
      if (++cases % SWEEP_AFTER === 0) await admin.query(`TRUNCATE ${tables.join(", ")} CASCADE`);
      else await admin.query(deleteAll());
    },
    takeSnapshot: async () => {
      const columns = [...TABLES, ACCOUNTS].map(
        (table) => `(SELECT json_agg(t)::text FROM "${table}" t) AS "${table}"`,
      );
      const { rows } = await admin.query<Record<string, string | null>>(`SELECT ${columns.join(", ")}`);
      return new Map(Object.entries(rows[0] ?? {}).map(([table, json]) => [table, json ?? "[]"]));
    },
    restore: (snapshot, place) =>
      inTransaction(admin, async (tx) => {
        await tx.query(deleteAll());
        for (const table of TABLES.toReversed()) {
          await tx.query(`INSERT INTO "${table}" SELECT * FROM json_populate_recordset(NULL::"${table}", $1)`, [
            snapshot.get(table) ?? "[]",
          ]);
        }
        await tx.query(
          `UPDATE "${ACCOUNTS}" a SET "checkedUntil" = was."checkedUntil"
             FROM json_populate_recordset(NULL::"${ACCOUNTS}", $1) was WHERE was."id" = a."id"`,
          [snapshot.get(ACCOUNTS) ?? "[]"],
        );
        await tx.query(
          `UPDATE "Installation" SET "databaseOid" = CASE WHEN $1 THEN (
             SELECT "oid"::text FROM pg_database WHERE "datname" = current_database()) ELSE '1' END`,
          [place === "same"],
        );
      }),
    close: async () => {
      await Promise.all([admin, ...seats].map((pool) => pool.end()));
    },
  };
}

function deleteAll(): string {
  return TABLES.map((table) => `DELETE FROM "${table}"`).join("; ");
}
