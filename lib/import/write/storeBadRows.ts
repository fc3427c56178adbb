import { hash } from "node:crypto";
import type { Transaction } from "../../db/pool.ts";
import { arrayOf, bytes, int, nullable, statement, text, timestamp } from "../../db/statement.ts";
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
  await STORE.run(tx, {
    importRunId,
    lines: rows.map(({ line }) => line),
    codes: rows.map(({ code }) => code),
    reasons: rows.map(({ reason }) => reason),
    raws: rows.map(({ raw }) => raw),
    bytes: rows.map((row) => row.bytes ?? null),
    keys: rows.map(({ key }) => key),
    now,
  });
}

/** In the order of their keys, as everybody writes them. */
const STORE = statement({
  sql: `
  INSERT INTO "ImportBadRow" AS b ("importRunId", "line", "code", "reason", "raw", "bytes", "key", "firstAt", "lastAt")
  SELECT $1, given.*, $8, $8
    FROM unnest($2::int[], $3::text[], $4::text[], $5::text[], $6::bytea[], $7::text[])
           AS given("line", "code", "reason", "raw", "bytes", "key")
   ORDER BY "key"
  ON CONFLICT ("key") DO UPDATE
     SET "importRunId" = EXCLUDED."importRunId", "line" = EXCLUDED."line", "code" = EXCLUDED."code",
         "reason" = EXCLUDED."reason", "times" = b."times" + 1, "lastAt" = EXCLUDED."lastAt"`,
  params: {
    importRunId: text,
    lines: arrayOf(int),
    codes: arrayOf(text),
    reasons: arrayOf(text),
    raws: arrayOf(text),
    bytes: arrayOf(nullable(bytes)),
    keys: arrayOf(text),
    now: timestamp,
  },
});
