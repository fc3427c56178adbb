import { after } from "../clock.ts";
import type { Context } from "../context.ts";
import type { Transaction } from "../db/pool.ts";
import { bigint, double, int, known, statement, text, timestamp } from "../db/statement.ts";
import { recordAudit } from "./recordAudit.ts";
import { changeAudit, confirm, READ_LAST_CUT } from "./seal.ts";

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
  const last = await READ_LAST_CUT.first(ctx.db, {});
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
  const from = (await READ_LAST_CUT.first(tx, {}))?.sequence ?? 0;
  const seal = await FIND_SEAL.first(tx, { before, from, atOnce });
  if (!seal) return undefined;
  const at = ctx.clock.now();
  const { keyId, mac } = confirm(ctx.config, { kind: "cut", ...seal, at });
  const upTo = seal.sequence;
  // Workers of an older version write the places that it passes, too; nothing reads them.
  await ADD_CUT.run(tx, { ...seal, entries: upTo - from, at, keyId, mac });
  const removed = await REMOVE_ENTRIES.run(tx, { upTo });
  await REMOVE_SEALS.run(tx, { upTo });
  const cut = { upTo, removed };
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

const FIND_SEAL = statement({
  sql: `SELECT "sequence"::float8 AS "sequence", "hash" FROM "AuditSeal"
         WHERE "sealedAt" < $1 AND "sequence" > $2
           AND "sequence" <= GREATEST($2::bigint + $3::bigint, (SELECT min("sequence") FROM "AuditSeal" WHERE "sequence" > $2))
         ORDER BY "sequence" DESC LIMIT 1`,
  params: { before: timestamp, from: bigint, atOnce: bigint },
  row: { sequence: known(double), hash: text },
});

const ADD_CUT = statement({
  sql: `INSERT INTO "AuditCut" ("sequence", "hash", "entries", "cutAt", "keyId", "mac") VALUES ($1, $2, $3, $4, $5, $6)`,
  params: { sequence: bigint, hash: text, entries: int, at: timestamp, keyId: text, mac: text },
});

const REMOVE_ENTRIES = statement({
  sql: `DELETE FROM "SecurityAuditLog" WHERE "sequence" <= $1`,
  params: { upTo: bigint },
});

const REMOVE_SEALS = statement({ sql: `DELETE FROM "AuditSeal" WHERE "sequence" <= $1`, params: { upTo: bigint } });

async function eraseBefore(ctx: Context, before: Date): Promise<number> {
  let erased = 0;
  for (let more = true; more && !ctx.stopping.aborted; ) {
    const count = await changeAudit(ctx, "erase", (tx) => ERASE_ADDRESSES.run(tx, { before }));
    erased += count ?? 0;
    more = count === ADDRESSES_AT_ONCE;
  }
  if (erased > 0) ctx.log.info({ event: "audit.addresses_erased", erased });
  return erased;
}

const ERASE_ADDRESSES = statement({
  sql: `UPDATE "SecurityAuditLog" SET "ipAddress" = NULL WHERE "id" IN (
          SELECT "id" FROM "SecurityAuditLog" WHERE "ipAddress" IS NOT NULL AND "createdAt" < $1
           ORDER BY "createdAt" LIMIT ${ADDRESSES_AT_ONCE})`,
  params: { before: timestamp },
});
