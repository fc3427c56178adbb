import type { Context } from "../context.ts";
import type { Transaction } from "../db/pool.ts";
import { arrayOf, bigint, statement, text, timestamp } from "../db/statement.ts";
import { openInstallation } from "../installation/installation.ts";
import { ENTRY_COLUMNS, ENTRY_ROW, hashOfEntry, sealedPart } from "./entry.ts";
import { changeAudit, confirm, type Head, readHead } from "./seal.ts";

const AT_ONCE = 1_000;

/**
 * Seals what has been recorded since the last run: each entry gets its place, and a hash that chains it to the one before. What
 * is committed late is sealed late, so transactions that run at once do not break the order. Each run ends in a seal, which
 * is written to the log too: whoever keeps that elsewhere sees when the end of the chain was taken away. Without LIVEDASH_SECRET
 * nothing is sealed: another worker does it, or `doctor` says that nobody does.
 */
export async function sealAudit(ctx: Context): Promise<{ sealed: number }> {
  if (!ctx.config.LIVEDASH_SECRET) return { sealed: 0 };
  await openInstallation(ctx);
  let sealed = 0;
  for (let more = true; more && !ctx.stopping.aborted; ) {
    const head = await changeAudit(ctx, "seal", (tx) => sealNext(ctx, tx));
    if (!head) break;
    sealed += head.entries;
    more = head.entries === AT_ONCE;
    const { sequence, hash, entries } = head;
    ctx.log.info({ event: "audit.sealed", sequence, hash, entries });
  }
  return { sealed };
}

async function sealNext(ctx: Context, tx: Transaction): Promise<(Head & { entries: number }) | undefined> {
  const rows = await READ_UNSEALED.rows(tx, {});
  if (rows.length === 0) return undefined;
  const { sequence: last, hash: before } = await readHead(tx);
  let hash = before ?? "";
  const hashes = rows.map((entry, index) => {
    hash = hashOfEntry(sealedPart(last + index + 1, entry), index === 0 ? before : hash);
    return hash;
  });
  const sequence = last + rows.length;
  await CHAIN.run(tx, { last, ids: rows.map(({ id }) => id), hashes });
  const at = ctx.clock.now();
  const { keyId, mac } = confirm(ctx.config, { kind: "seal", sequence, hash, at });
  await ADD_SEAL.run(tx, { sequence, hash, at, keyId, mac });
  await KEEP_HEAD.run(tx, { sequence, hash });
  return { sequence, hash, entries: rows.length };
}

const READ_UNSEALED = statement({
  sql: `SELECT ${ENTRY_COLUMNS} FROM "SecurityAuditLog" WHERE "sequence" IS NULL ORDER BY "createdAt", "id" LIMIT ${AT_ONCE}`,
  row: ENTRY_ROW,
});

const CHAIN = statement({
  sql: `UPDATE "SecurityAuditLog" a SET "sequence" = $1::bigint + s."place", "hash" = s."hash"
          FROM unnest($2::text[], $3::text[]) WITH ORDINALITY AS s("id", "hash", "place") WHERE a."id" = s."id"`,
  params: { last: bigint, ids: arrayOf(text), hashes: arrayOf(text) },
});

const ADD_SEAL = statement({
  sql: `INSERT INTO "AuditSeal" ("sequence", "hash", "sealedAt", "keyId", "mac") VALUES ($1, $2, $3, $4, $5)`,
  params: { sequence: bigint, hash: text, at: timestamp, keyId: text, mac: text },
});

const KEEP_HEAD = statement({
  sql: `UPDATE "Installation" SET "auditSequence" = $1, "auditHash" = $2`,
  params: { sequence: bigint, hash: text },
});
