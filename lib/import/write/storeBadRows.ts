import { hash } from "node:crypto";
import type { Transaction } from "../../db/pool.ts";
import type { BadRow } from "../row.ts";

/** The import that has met them. */
export interface BadRowsOf {
  importRunId: string;
  companyId: string;
  source: string;
}

/** A bad row with what tells it from all others. */
export interface KeyedBadRow extends BadRow {
  key: string;
}

/** Gives bad rows their keys: a text that a file holds twice has two of them. */
export function createKeyOf({ companyId, source }: BadRowsOf): (row: BadRow) => string {
  const met = new Map<string, number>();
  return ({ raw, bytes }) => {
    const text = hash("sha256", bytes ?? raw, "base64");
    const times = met.get(text) ?? 0;
    met.set(text, times + 1);
    return hash("sha256", JSON.stringify([companyId, source, text, times]), "hex");
  };
}

/** Writes bad rows. One that an import from the same source has met before moves to this import, and is counted. */
export async function storeBadRows(
  tx: Transaction,
  { importRunId }: BadRowsOf,
  rows: readonly KeyedBadRow[],
  now: Date,
): Promise<void> {
  if (rows.length === 0) return;
  await tx.query(
    // In the order of their keys, as everybody writes them.
    `INSERT INTO "ImportBadRow" AS b ("importRunId", "line", "code", "reason", "raw", "bytes", "key", "firstAt", "lastAt")
     SELECT $1, given.*, $8, $8
       FROM unnest($2::int[], $3::text[], $4::text[], $5::text[], $6::bytea[], $7::text[])
              AS given("line", "code", "reason", "raw", "bytes", "key")
      ORDER BY "key"
     ON CONFLICT ("key") DO UPDATE
        SET "importRunId" = EXCLUDED."importRunId", "line" = EXCLUDED."line", "code" = EXCLUDED."code",
            "reason" = EXCLUDED."reason", "times" = b."times" + 1, "lastAt" = EXCLUDED."lastAt"`,
    [
      importRunId,
      rows.map(({ line }) => line),
      rows.map(({ code }) => code),
      rows.map(({ reason }) => reason),
      rows.map(({ raw }) => raw),
      rows.map(({ bytes }) => bytes ?? null),
      rows.map(({ key }) => key),
      now,
    ],
  );
}
