import type { Context } from "../context.ts";
import { cutAudit } from "./cutAudit.ts";
import { recordCounted } from "./recordRefusal.ts";
import { sealAudit } from "./sealAudit.ts";

/** What has to be done for the audit log from time to time: what was counted is written down, all is sealed, what is too old goes. */
export async function keepAudit(ctx: Context): Promise<{ sealed: number; removed: number; addressesErased: number }> {
  await recordCounted(ctx);
  return { ...(await sealAudit(ctx)), ...(await cutAudit(ctx)) };
}
