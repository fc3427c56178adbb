import { after } from "../clock.ts";
import type { Context } from "../context.ts";
import type { Transaction } from "../db/pool.ts";
import { recordAudit } from "./recordAudit.ts";
import { changeAudit, confirm, readLastCut } from "./seal.ts";

/** So many entries are removed in one transaction, or a few more: a cut lies at a seal. */
const AT_ONCE = 20_000;
const ADDRESSES_AT_ONCE = 5_000;
/** What is older than allowed goes once a day. */
const CUT_EVERY_MS = 86_400_000;

/**
 * Removes entries that are older than AUDIT_RETENTION, up to a seal, and erases addresses that are older than
 * AUDIT_ADDRESS_RETENTION. Where the chain begins from then on is confirmed like a seal, and the cut is recorded itself.
 */
export async function cutAudit(ctx: Context): Promise<{ removed: number; addressesErased: number }> {
  const { AUDIT_RETENTION: keep, AUDIT_ADDRESS_RETENTION: keepAddresses, LIVEDASH_SECRET: secret } = ctx.config;
  const removed = keep === undefined || !secret ? 0 : await removeBefore(ctx, after(ctx.clock, -keep));
  const addressesErased = keepAddresses === undefined ? 0 : await eraseBefore(ctx, after(ctx.clock, -keepAddresses));
  return { removed, addressesErased };
}

async function removeBefore(ctx: Context, before: Date): Promise<number> {
  const last = await readLastCut(ctx.db);
  if (last && last.at.getTime() > ctx.clock.now().getTime() - CUT_EVERY_MS) return 0;
  let removed = 0;
  let upTo: number | undefined;
  for (;;) {
    const cut = ctx.stopping.aborted ? undefined : await changeAudit(ctx, "cut", (tx) => cutNext(ctx, tx, before));
    if (!cut) break;
    removed += cut.entries;
    upTo = cut.sequence;
  }
  if (upTo === undefined) return 0;
  ctx.log.info({ event: "audit.cut", upTo, removed });
  await recordAudit(ctx, ctx.db, {
    actor: { kind: "system", id: null, name: "retention" },
    action: "audit.cut",
    outcome: "done",
    from: null,
    requestId: null,
    details: { upTo, removed, before: before.toISOString() },
  });
  return removed;
}

/** Cuts at the last seal of the next so many entries that are all old enough. */
async function cutNext(ctx: Context, tx: Transaction, before: Date) {
  const from = (await readLastCut(tx))?.sequence ?? 0;
  const { rows } = await tx.query<{ sequence: number; hash: string }>(
    `SELECT "sequence"::float8 AS "sequence", "hash" FROM "AuditSeal"
      WHERE "sealedAt" < $1 AND "sequence" > $2 AND "sequence" <= $2::bigint + $3::bigint
      ORDER BY "sequence" DESC LIMIT 1`,
    [before, from, AT_ONCE],
  );
  const [seal] = rows;
  if (!seal) return undefined;
  const at = ctx.clock.now();
  const { keyId, mac } = confirm(ctx.config, { kind: "cut", ...seal, at });
  const entries = seal.sequence - from;
  await tx.query(
    `INSERT INTO "AuditCut" ("sequence", "hash", "entries", "cutAt", "keyId", "mac") VALUES ($1, $2, $3, $4, $5, $6)`,
    [seal.sequence, seal.hash, entries, at, keyId, mac],
  );
  await tx.query(`DELETE FROM "SecurityAuditLog" WHERE "sequence" <= $1`, [seal.sequence]);
  await tx.query(`DELETE FROM "AuditSeal" WHERE "sequence" <= $1`, [seal.sequence]);
  return { sequence: seal.sequence, entries };
}

async function eraseBefore(ctx: Context, before: Date): Promise<number> {
  let erased = 0;
  for (let more = true; more && !ctx.stopping.aborted; ) {
    const count = await changeAudit(ctx, "erase", async (tx) => {
      const { rowCount } = await tx.query(
        `UPDATE "SecurityAuditLog" SET "ipAddress" = NULL WHERE "id" IN (
           SELECT "id" FROM "SecurityAuditLog" WHERE "ipAddress" IS NOT NULL AND "createdAt" < $1
            ORDER BY "createdAt" LIMIT $2)`,
        [before, ADDRESSES_AT_ONCE],
      );
      return rowCount ?? 0;
    });
    erased += count ?? 0;
    more = count === ADDRESSES_AT_ONCE;
  }
  if (erased > 0) ctx.log.info({ event: "audit.addresses_erased", erased });
  return erased;
}
