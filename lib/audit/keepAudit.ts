import type { Context } from "../context.ts";
import { cutAudit } from "./cutAudit.ts";
import { recordCounted } from "./recordRefusal.ts";
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
