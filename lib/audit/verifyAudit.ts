import type { Context } from "../context.ts";
import { inTransaction, type Transaction } from "../db/pool.ts";
import { ENTRY_COLUMNS, hashOfEntry, type StoredEntry, sealedPart } from "./entry.ts";
import { type Head, isConfirmed, readLastCut, type Seal } from "./seal.ts";

const AT_ONCE = 5_000;

/** What a check of the chain has found. Entries are named by their place in it. */
export interface ChainReport {
  checked: number;
  /** Entries that do not say what was sealed. */
  changed: string[];
  /** Places that have no entry, as ranges: "13" or "13 to 20". */
  missing: string[];
  /** The same at the end of the chain: all that comes after the last entry that is left. */
  cutOff: string[];
  /** Seals and cuts that were not made with the secret, or that say otherwise than the entries. */
  forged: string[];
  /** Seals and cuts that were made with a secret that is not configured here: they cannot be checked. */
  unknownKey: string[];
}

interface Chained extends StoredEntry {
  sequence: number;
  hash: string;
}

/** How far the chain went, as it was kept elsewhere: the log says it at each sealing. */
export interface KeptHead {
  sequence: number;
  hash: string;
}

/** Goes through the whole chain as it stands at one moment. */
export function verifyAudit(ctx: Context, kept?: KeptHead): Promise<ChainReport> {
  return inTransaction(ctx.db, async (tx) => {
    await tx.query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
    const report: ChainReport = { checked: 0, changed: [], missing: [], cutOff: [], forged: [], unknownKey: [] };
    const cut = await readLastCut(tx);
    if (cut) judgeSeal(ctx, cut, report);
    if (cut && kept?.sequence === cut.sequence && kept.hash !== cut.hash) report.forged.push(`#${cut.sequence}`);
    await findLeftBehind(tx, cut?.sequence ?? 0, report);
    const seals = await readSeals(tx, cut?.sequence ?? 0);
    const sealed = new Map<number, string>(seals.map(({ sequence, hash }) => [sequence, hash]));
    const end: Head = { sequence: cut?.sequence ?? 0, hash: cut?.hash ?? null };
    for await (const entry of readChain(tx, end.sequence)) {
      if (entry.sequence !== end.sequence + 1) report.missing.push(rangeOf(end.sequence + 1, entry.sequence - 1));
      const isNext = entry.sequence === end.sequence + 1;
      // Behind a gap, what the hash was made over is not known any more: only that the entry has one.
      if (isNext && entry.hash !== hashOfEntry(sealedPart(entry.sequence, entry), end.hash)) {
        report.changed.push(nameOf(entry));
      }
      const hash = sealed.get(entry.sequence);
      if (hash !== undefined && hash !== entry.hash) report.forged.push(`#${entry.sequence}`);
      if (kept?.sequence === entry.sequence && kept.hash !== entry.hash) report.changed.push(nameOf(entry));
      Object.assign(end, { sequence: entry.sequence, hash: entry.hash });
      report.checked++;
    }
    for (const seal of seals) judgeSeal(ctx, seal, report);
    await findEnd(tx, end, seals, report, kept);
    return report;
  });
}

async function* readChain(tx: Transaction, from: number): AsyncGenerator<Chained> {
  for (let after: number | undefined = from; after !== undefined; ) {
    const { rows }: { rows: Chained[] } = await tx.query<Chained>(
      `SELECT ${ENTRY_COLUMNS}, "sequence"::float8 AS "sequence", "hash" FROM "SecurityAuditLog"
        WHERE "sequence" > $1 ORDER BY "sequence" LIMIT $2`,
      [after, AT_ONCE],
    );
    yield* rows;
    after = rows.length === AT_ONCE ? rows.at(-1)?.sequence : undefined;
  }
}

async function readSeals(tx: Transaction, from: number): Promise<Seal[]> {
  const { rows } = await tx.query<Seal>(
    `SELECT 'seal' AS "kind", "sequence"::float8 AS "sequence", "hash", "sealedAt" AS "at", "keyId", "mac"
       FROM "AuditSeal" WHERE "sequence" > $1 ORDER BY "sequence"`,
    [from],
  );
  return rows;
}

function judgeSeal(ctx: Context, seal: Seal, report: ChainReport): void {
  const isRight = isConfirmed(ctx.config, seal);
  if (isRight === undefined) report.unknownKey.push(`#${seal.sequence}`);
  else if (!isRight) report.forged.push(`#${seal.sequence}`);
}

/** Retention removes all that lies before its cut in one transaction: what stands there has been put there. */
async function findLeftBehind(tx: Transaction, cut: number, report: ChainReport): Promise<void> {
  const { rows } = await tx.query<{ sequence: number; id: string }>(
    `SELECT "sequence"::float8 AS "sequence", "id" FROM "SecurityAuditLog" WHERE "sequence" <= $1 ORDER BY 1`,
    [cut],
  );
  report.forged.push(...rows.map(nameOf));
}

/** Whether the chain still goes as far as it went: as its seals, the installation, and what was kept elsewhere know it. */
async function findEnd(
  tx: Transaction,
  end: Head,
  seals: readonly Seal[],
  report: ChainReport,
  kept?: KeptHead,
): Promise<void> {
  const { rows } = await tx.query<KeptHead>(
    `SELECT "auditSequence"::float8 AS "sequence", "auditHash" AS "hash" FROM "Installation"
      WHERE "auditSequence" IS NOT NULL`,
  );
  const known = [...seals.slice(-1), ...rows, ...(kept ? [kept] : [])];
  const farthest = Math.max(end.sequence, ...known.map(({ sequence }) => sequence));
  if (farthest > end.sequence) report.cutOff.push(rangeOf(end.sequence + 1, farthest));
  const others = known.filter(({ sequence, hash }) => sequence === end.sequence && hash !== end.hash);
  if (others.length > 0 && report.forged.length === 0) report.forged.push(`#${end.sequence}`);
  // Each run of sealing ends in a seal: an entry behind the last one was not sealed by us.
  const last = seals.at(-1)?.sequence ?? 0;
  if (report.checked > 0 && last < end.sequence) report.forged.push(rangeOf(last + 1, end.sequence));
}

const nameOf = ({ sequence, id }: { sequence: number; id: string }) => `#${sequence} (${id})`;

function rangeOf(first: number, last: number): string {
  return first === last ? `#${first}` : `#${first} to #${last}`;
}
