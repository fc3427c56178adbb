import { createHmac, timingSafeEqual } from "node:crypto";
import type { Context } from "../context.ts";
import { inTransaction, type Sql, type Transaction } from "../db/pool.ts";
import { bool, double, known, nullable, statement, text, textOf, timestamp, type ValuesOf } from "../db/statement.ts";
import { currentKey, type Keyed, keysOf, type SecretKey } from "../secret/secret.ts";

/** How far the chain goes: the last entry that was sealed, or removed. */
export interface Head {
  sequence: number;
  /** Null before the first entry. */
  hash: string | null;
}

/** What is confirmed with LIVEDASH_SECRET: that the chain went so far, or that retention has cut so far. */
export interface Confirmed {
  kind: "seal" | "cut";
  sequence: number;
  hash: string;
  at: Date;
}

interface Confirmation {
  keyId: string;
  mac: string;
}

/** What was confirmed, with its confirmation, as the database has it. */
export const SEAL_ROW = {
  kind: known(textOf<Confirmed["kind"]>()),
  sequence: known(double),
  hash: text,
  at: timestamp,
  keyId: text,
  mac: text,
};
export type Seal = ValuesOf<typeof SEAL_ROW>;

/** @throws LiveDashError `no_secret` */
export function confirm(config: Keyed, confirmed: Confirmed): Confirmation {
  const [current = deriveFrom(currentKey(config))] = macKeysOf(config);
  const [keyId, key] = current;
  return { keyId, mac: macOf(key, confirmed) };
}

/** Whether a seal was made with the secret; undefined if it was made with one that is not configured. */
export function isConfirmed(config: Keyed, seal: Seal): boolean | undefined {
  const key = macKeysOf(config).get(seal.keyId);
  if (!key) return undefined;
  const expected = Buffer.from(macOf(key, seal));
  const given = Buffer.from(seal.mac);
  return expected.length === given.length && timingSafeEqual(expected, given);
}

const derived = new WeakMap<Keyed, ReadonlyMap<string, Buffer>>();

/** The keys of seals by their ids, the current one first. Thousands of seals are judged with them: they are derived once. */
function macKeysOf(config: Keyed): ReadonlyMap<string, Buffer> {
  const known = derived.get(config);
  if (known) return known;
  const keys = new Map(keysOf(config).map(deriveFrom));
  derived.set(config, keys);
  return keys;
}

const deriveFrom = (key: SecretKey): [string, Buffer] => [key.id, key.derive("audit")];

function macOf(key: Buffer, { kind, sequence, hash, at }: Confirmed): string {
  const text = [kind, sequence, hash, at.toISOString()].join("\n");
  return createHmac("sha256", key).update(text).digest("hex");
}

/** What a transaction may do to the audit log beside adding to it; the triggers there see to it. */
type Change = "seal" | "erase" | "cut" | "rotate";

/** Sealing, cutting and confirming anew are done by one at a time, over all workers. */
const LOCK = 72_707_370;

/** Works on the audit log's past in a transaction; undefined, and nothing is done, while somebody else does. */
export function changeAudit<T>(
  ctx: Context,
  change: Change,
  work: (tx: Transaction) => Promise<T>,
): Promise<T | undefined> {
  return inTransaction(ctx.db, async (tx) => {
    const taken = await TAKE_AUDIT.first(tx, { change });
    return taken?.isOurs ? work(tx) : undefined;
  });
}

const TAKE_AUDIT = statement({
  sql: `SELECT pg_try_advisory_xact_lock(${LOCK}) AS "isOurs", set_config('livedash.audit', $1, true) AS "change"`,
  params: { change: textOf<Change>() },
  row: { isOurs: known(bool), change: known(textOf<Change>()) },
});

/**
 * Where the next entry is chained on. The installation knows it apart from the chain: where the end of that was taken away,
 * its numbers are not given again, so that the gap stays.
 */
export async function readHead(sql: Sql): Promise<Head> {
  return (await READ_HEAD.first(sql, {})) ?? { sequence: 0, hash: null };
}

const READ_HEAD = statement({
  sql: `SELECT "sequence"::float8 AS "sequence", "hash" FROM (
          (SELECT "sequence", "hash" FROM "AuditSeal" ORDER BY "sequence" DESC LIMIT 1)
          UNION ALL (SELECT "sequence", "hash" FROM "AuditCut" ORDER BY "sequence" DESC LIMIT 1)
          UNION ALL SELECT "auditSequence", "auditHash" FROM "Installation" WHERE "auditSequence" IS NOT NULL
          UNION ALL (SELECT "sequence", "hash" FROM "SecurityAuditLog" WHERE "sequence" IS NOT NULL
                      ORDER BY "sequence" DESC LIMIT 1)) heads
         ORDER BY "sequence" DESC LIMIT 1`,
  row: { sequence: known(double), hash: nullable(text) },
});

/** Where the chain begins: behind the last cut of retention. */
export const READ_LAST_CUT = statement({
  sql: `SELECT 'cut' AS "kind", "sequence"::float8 AS "sequence", "hash", "cutAt" AS "at", "keyId", "mac"
          FROM "AuditCut" ORDER BY "sequence" DESC LIMIT 1`,
  row: SEAL_ROW,
});
