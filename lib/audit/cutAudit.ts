import { after } from "../clock.ts";
import type { Context } from "../context.ts";
import type { Transaction } from "../db/pool.ts";
import { recordAudit } from "./recordAudit.ts";
import { changeAudit, confirm, readLastCut } from "./seal.ts";

/** So many places are passed in one transaction, up to a seal; more only where no seal lies within them. */
const AT_ONCE = 20_000;
const ADDRESSES_AT_ONCE = 5_000;
/** What is older than allowed goes once a day. */
const CUT_EVERY_MS = 86_400_000;

/**
 * Removes entries that are older than AUDIT_RETENTION, up to a seal, and erases addresses that are older than
 * AUDIT_ADDRESS_RETENTION. Where the chain begins from then on is confirmed like a seal, and the cut is recorded itself.
 * @param atOnce so many places at most are passed in one transaction
 */
export async function cutAudit(ctx: Context, atOnce = AT_ONCE): Promise<{ removed: number; addressesErased: number }> {
  const { AUDIT_RETENTION: keep, AUDIT_ADDRESS_RETENTION: keepAddresses, LIVEDASH_SECRET: secret } = ctx.config;
  const removed = keep === undefined || !secret ? 0 : await removeBefore(ctx, after(ctx.clock, -keep), atOnce);
  const addressesErased = keepAddresses === undefined ? 0 : await eraseBefore(ctx, after(ctx.clock, -keepAddresses));
  return { removed, addressesErased };
}

async function removeBefore(ctx: Context, before: Date, atOnce: number): Promise<number> {
  const last = await readLastCut(ctx.db);
  if (last && last.at.getTime() > ctx.clock.now().getTime() - CUT_EVERY_MS) return 0;
  let total = 0;
  while (!ctx.stopping.aborted) {
    const cut = await changeAudit(ctx, "cut", (tx) => cutNext(ctx, tx, before, atOnce));
    if (!cut) break;
    ctx.log.info({ event: "audit.cut", ...cut });
    total += cut.removed;
  }
  return total;
}

/** Cuts at the last seal of the next so many places that are all old enough; where these have lost theirs, at the next one. */
async function cutNext(
  ctx: Context,
  tx: Transaction,
  before: Date,
  atOnce: number,
): Promise<{ upTo: number; removed: number } | undefined> {
  const from = (await readLastCut(tx))?.sequence ?? 0;
  const { rows } = await tx.query<{ sequence: number; hash: string }>(
    `SELECT "sequence"::float8 AS "sequence", "hash" FROM "AuditSeal"
      WHERE "sealedAt" < $1 AND "sequence" > $2
        AND "sequence" <= GREATEST($2::bigint + $3::bigint, (SELECT min("sequence") FROM "AuditSeal" WHERE "sequence" > $2))
      ORDER BY "sequence" DESC LIMIT 1`,
    [before, from, atOnce],
  );
  const [seal] = rows;
  if (!seal) return undefined;
  const at = ctx.clock.now();
  const { keyId, mac } = confirm(ctx.config, { kind: "cut", ...seal, at });
  await tx.query(
    `INSERT INTO "AuditCut" ("sequence", "hash", "entries", "cutAt", "keyId", "mac") VALUES ($1, $2, $3, $4, $5, $6)`,
    // Workers of an older version write the places that it passes, too; nothing reads them.
    [seal.sequence, seal.hash, seal.sequence - from, at, keyId, mac],
  );
  const { rowCount } = await tx.query(`DELETE FROM "SecurityAuditLog" WHERE "sequence" <= $1`, [seal.sequence]);
  await tx.query(`DELETE FROM "AuditSeal" WHERE "sequence" <= $1`, [seal.sequence]);
  const cut = { upTo: seal.sequence, removed: rowCount ?? 0 };
  await recordAudit(ctx, tx, {
    actor: { kind: "system", id: null, name: "retention" },
    action: "audit.cut",
    outcome: "done",
    from: null,
    requestId: null,
    details: { ...cut, before: before.toISOString() },
  });
  return cut;
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
