import type { Sql } from "../db/pool.ts";
import { bigint, double, known, nullable, statement, text, timestamp } from "../db/statement.ts";
import { ENTRY_COLUMNS, ENTRY_ROW, type SealedPart, sealedPart } from "./entry.ts";

const AT_ONCE = 500;

/** A sealed entry as it is handed on: with what its hash was made over, and the address that it came from. */
export interface SealedEntry extends SealedPart {
  previous: string | null;
  /** Null only where somebody has taken it away. */
  hash: string | null;
  ipAddress: string | null;
}

/** The sealed entries after a place in the chain, in order, page by page, up to the end of the chain as it is by then. */
export async function* readSealed(sql: Sql, after: number, most = Infinity): AsyncGenerator<SealedEntry[]> {
  let at = { sequence: after, hash: await hashAt(sql, after) };
  for (let left = most; left > 0; ) {
    const rows = await READ_SEALED.rows(sql, { after: at.sequence, most: Math.min(AT_ONCE, left) });
    const page: SealedEntry[] = [];
    for (const { hash, ipAddress, ...entry } of rows) {
      const isNext = entry.sequence === at.sequence + 1;
      const previous = isNext ? at.hash : await hashAt(sql, entry.sequence - 1);
      page.push({ ...sealedPart(entry.sequence, entry), previous, hash, ipAddress });
      at = { sequence: entry.sequence, hash };
    }
    if (page.length > 0) yield page;
    if (rows.length < AT_ONCE) return;
    left -= rows.length;
  }
}

const READ_SEALED = statement({
  sql: `SELECT ${ENTRY_COLUMNS}, "sequence"::float8 AS "sequence", "hash", "ipAddress" FROM "SecurityAuditLog"
         WHERE "sequence" > $1 ORDER BY "sequence" LIMIT $2`,
  params: { after: bigint, most: bigint },
  row: { ...ENTRY_ROW, sequence: known(double), hash: nullable(text), ipAddress: nullable(text) },
});

/** The hash at a place in the chain; null before the first entry. */
async function hashAt(sql: Sql, sequence: number): Promise<string | null> {
  return (await READ_HASH.first(sql, { sequence }))?.hash ?? null;
}

const READ_HASH = statement({
  sql: `SELECT "hash" FROM "SecurityAuditLog" WHERE "sequence" = $1
        UNION ALL SELECT "hash" FROM "AuditCut" WHERE "sequence" = $1 LIMIT 1`,
  params: { sequence: bigint },
  row: { hash: nullable(text) },
});

/**
 * The place in the chain after which all lies that was recorded from this time on, and perhaps a little of what was before.
 * OFFSET 0 has it looked up by the time: without, PostgreSQL walks the chain from its beginning until an entry is young enough.
 */
export async function placeBefore(sql: Sql, since: string): Promise<number> {
  return (await READ_PLACE.one(sql, { since: new Date(since) })).sequence ?? 0;
}

const READ_PLACE = statement({
  sql: `SELECT COALESCE(
          (SELECT min("sequence") - 1 FROM (
             SELECT "sequence" FROM "SecurityAuditLog" WHERE "createdAt" >= $1 AND "sequence" IS NOT NULL OFFSET 0) recorded),
          (SELECT max("sequence") FROM "SecurityAuditLog"))::float8 AS "sequence"`,
  params: { since: timestamp },
  row: { sequence: nullable(double) },
});

export function jsonLines(page: readonly SealedEntry[]): string {
  return page.map((entry) => `${JSON.stringify(entry)}\n`).join("");
}
