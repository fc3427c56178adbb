import type { Context } from "../context.ts";
import { inTransaction, type Transaction } from "../db/pool.ts";
import { bigint, double, known, nullable, type RowOf, statement, text } from "../db/statement.ts";
import { ChainReport, type KeptHead } from "./chainReport.ts";
import { ENTRY_COLUMNS, ENTRY_ROW, hashOfEntry, sealedPart } from "./entry.ts";
import { type Head, isConfirmed, READ_LAST_CUT, SEAL_ROW, type Seal } from "./seal.ts";

const AT_ONCE = 2_000;

/**
 * Goes through the whole chain as it stands at one moment.
 * @param atOnce so many entries, and seals, are in memory at a time
 */
export function verifyAudit(ctx: Context, kept?: KeptHead, atOnce = AT_ONCE): Promise<ChainReport> {
  return inTransaction(ctx.db, async (tx) => {
    await tx.query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
    const report = new ChainReport();
    const cut = await READ_LAST_CUT.first(tx, {});
    if (cut) judgeCut(ctx, cut, report, kept);
    let end: Head = { sequence: cut?.sequence ?? 0, hash: cut?.hash ?? null };
    let lastSeal = end;
    await findLeftBehind(tx, end.sequence, report, atOnce);
    for await (const page of pagesOf((after) => READ_ENTRIES.rows(tx, { after, atOnce }), end.sequence, atOnce)) {
      const hashes = new Map(page.rows.map(({ sequence, hash }) => [sequence, hash]));
      const upTo = page.upTo ?? Number.MAX_SAFE_INTEGER;
      const readSeals = (after: number) => READ_SEALS.rows(tx, { after, upTo, atOnce });
      for await (const seals of pagesOf(readSeals, page.after, atOnce)) {
        for (const seal of seals.rows) judgeSeal(ctx, seal, hashes.get(seal.sequence), report);
        lastSeal = seals.rows.at(-1) ?? lastSeal;
      }
      end = judgeEntries(page.rows, end, report, kept);
    }
    await findEnd(tx, { end, lastSeal, kept }, report);
    return report;
  });
}

interface Page<Row> {
  /** The place that it begins behind. */
  after: number;
  /** Its last place; undefined where it is the last page. */
  upTo: number | undefined;
  rows: Row[];
}

/** What is read page by page, in the order of the chain: at least one page, which may be empty. */
async function* pagesOf<Row extends { sequence: number }>(
  read: (after: number) => Promise<Row[]>,
  from: number,
  atOnce: number,
): AsyncGenerator<Page<Row>> {
  for (let after: number | undefined = from; after !== undefined; ) {
    const rows = await read(after);
    const upTo = rows.length === atOnce ? rows.at(-1)?.sequence : undefined;
    yield { after, upTo, rows };
    after = upTo;
  }
}

/** Whoever takes hashes away takes no place with them: they are read as they are. */
const READ_ENTRIES = statement({
  sql: `SELECT ${ENTRY_COLUMNS}, "sequence"::float8 AS "sequence", "hash" FROM "SecurityAuditLog"
         WHERE "sequence" > $1 ORDER BY "SecurityAuditLog"."sequence" LIMIT $2`,
  params: { after: bigint, atOnce: bigint },
  row: { ...ENTRY_ROW, sequence: known(double), hash: nullable(text) },
});

const READ_SEALS = statement({
  sql: `SELECT 'seal' AS "kind", "sequence"::float8 AS "sequence", "hash", "sealedAt" AS "at", "keyId", "mac"
          FROM "AuditSeal" WHERE "sequence" > $1 AND "sequence" <= $2 ORDER BY "AuditSeal"."sequence" LIMIT $3`,
  params: { after: bigint, upTo: bigint, atOnce: bigint },
  row: SEAL_ROW,
});

function judgeCut(ctx: Context, cut: Seal, report: ChainReport, kept?: KeptHead): void {
  judgeSeal(ctx, cut, kept?.sequence === cut.sequence ? kept.hash : undefined, report);
  if (kept && kept.sequence < cut.sequence) {
    report.removed.add(`#${kept.sequence}, before #${cut.sequence} where retention has cut`);
  }
}

/** @param hash what the seal should say, where that is known */
function judgeSeal(ctx: Context, seal: Seal, hash: string | null | undefined, report: ChainReport): void {
  const isRight = isConfirmed(ctx.config, seal);
  if (isRight === undefined) report.unknownKey.add(`#${seal.sequence}`);
  if (isRight === false || (hash !== undefined && hash !== seal.hash)) report.forged.add(`#${seal.sequence}`);
}

/** Goes on behind the entry that was the last so far; answers the one that is so now. */
function judgeEntries(
  entries: readonly RowOf<typeof READ_ENTRIES>[],
  begin: Head,
  report: ChainReport,
  kept?: KeptHead,
): Head {
  let end = begin;
  for (const entry of entries) {
    const isNext = entry.sequence === end.sequence + 1;
    if (!isNext) report.missing.add(rangeOf(end.sequence + 1, entry.sequence - 1));
    // Behind a gap, what the hash was made over is not known any more: only that the entry has one.
    const isChanged = isNext && entry.hash !== hashOfEntry(sealedPart(entry.sequence, entry), end.hash);
    const isOther = kept?.sequence === entry.sequence && kept.hash !== entry.hash;
    if (isChanged || isOther) report.changed.add(nameOf(entry));
    end = { sequence: entry.sequence, hash: entry.hash };
    report.checked++;
  }
  return end;
}

/** Retention removes all that lies before its cut in one transaction: what stands there has been put there. */
async function findLeftBehind(tx: Transaction, cut: number, report: ChainReport, atOnce: number): Promise<void> {
  const read = (after: number) => READ_LEFT_BEHIND.rows(tx, { after, cut, atOnce });
  // Whoever puts one there may give it any place.
  for await (const { rows } of pagesOf(read, Number.MIN_SAFE_INTEGER, atOnce)) {
    for (const entry of rows) report.forged.add(nameOf(entry));
  }
}

const READ_LEFT_BEHIND = statement({
  sql: `SELECT "sequence"::float8 AS "sequence", "id" FROM "SecurityAuditLog"
         WHERE "sequence" > $1 AND "sequence" <= $2 ORDER BY "SecurityAuditLog"."sequence" LIMIT $3`,
  params: { after: bigint, cut: bigint, atOnce: bigint },
  row: { sequence: known(double), id: text },
});

interface Ends {
  /** The last entry that is left. */
  end: Head;
  lastSeal: Head;
  kept: KeptHead | undefined;
}

/** Whether the chain still goes as far as it went: as its seals, the installation, and what was kept elsewhere know it. */
async function findEnd(tx: Transaction, { end, lastSeal, kept }: Ends, report: ChainReport): Promise<void> {
  const rows = await READ_KNOWN_END.rows(tx, {});
  const ends = [lastSeal, ...rows, ...(kept ? [kept] : [])];
  const farthest = Math.max(end.sequence, ...ends.map(({ sequence }) => sequence));
  if (farthest > end.sequence) report.cutOff.add(rangeOf(end.sequence + 1, farthest));
  const differs = (head: Head) => head.sequence === end.sequence && head.hash !== end.hash;
  // A last seal that differs stands among the forged ones already, and so does what was kept among the changed.
  if (rows.some(differs) && !differs(lastSeal)) report.forged.add(`#${end.sequence}`);
  // Each run of sealing ends in a seal: an entry behind the last one was not sealed by us.
  if (lastSeal.sequence < end.sequence) report.forged.add(rangeOf(lastSeal.sequence + 1, end.sequence));
}

const READ_KNOWN_END = statement({
  sql: `SELECT "auditSequence"::float8 AS "sequence", "auditHash" AS "hash" FROM "Installation"
         WHERE "auditSequence" IS NOT NULL`,
  row: { sequence: known(double), hash: nullable(text) },
});

const nameOf = ({ sequence, id }: { sequence: number; id: string }) => `#${sequence} (${id})`;

function rangeOf(first: number, last: number): string {
  return first === last ? `#${first}` : `#${first} to #${last}`;
}
