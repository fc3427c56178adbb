import { after } from "../clock.ts";
import type { Context } from "../context.ts";
import { bool, known, statement, timestamp } from "../db/statement.ts";
import { cutAudit } from "./cutAudit.ts";
import { COUNTED_FOR_MS, recordCounted } from "./recordRefusal.ts";
import { sealAudit } from "./sealAudit.ts";

/**
 * What has to be done for the audit log from time to time: what was counted is written down, all is sealed, what is too old goes.
 * What cannot be written down leaves nothing unsealed: it fails the run once the rest is done.
 */
export async function keepAudit(ctx: Context): Promise<{ sealed: number; removed: number; addressesErased: number }> {
  let kept: { sealed: number; removed: number; addressesErased: number };
  try {
    await recordCounted(ctx);
  } finally {
    kept = { ...(await sealAudit(ctx)), ...(await cutAudit(ctx)) };
  }
  return kept;
}

/** Whether there is something to seal or to write down. What is too old goes with a later run. */
export async function hasAuditToKeep({ db, clock, config }: Context): Promise<boolean> {
  const given = { countedBefore: after(clock, -COUNTED_FOR_MS), seals: config.LIVEDASH_SECRET !== undefined };
  return (await LOOK.one(db, given)).isDue;
}

const LOOK = statement({
  sql: `SELECT ($2 AND EXISTS (SELECT 1 FROM "SecurityAuditLog" WHERE "sequence" IS NULL))
            OR EXISTS (SELECT 1 FROM "RefusedCall" WHERE "windowStart" <= $1) AS "isDue"`,
  params: { countedBefore: timestamp, seals: bool },
  row: { isDue: known(bool) },
});
