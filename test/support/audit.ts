import type { Pool } from "pg";
import { recordAudit } from "../../lib/audit/recordAudit.ts";
import { sealAudit } from "../../lib/audit/sealAudit.ts";
import type { Context } from "../../lib/context.ts";
import { inTransaction } from "../../lib/db/pool.ts";

export interface AuditRecord {
  action: string;
  outcome: string;
  actorId: string | null;
  companyId: string | null;
  details: unknown;
}

/** What the audit says of one thing, oldest first. */
export async function auditOf(pool: Pool, type: string, id: string): Promise<AuditRecord[]> {
  const { rows } = await pool.query<AuditRecord>(
    `SELECT "action", "outcome", "actorId", "companyId", "details" FROM "SecurityAuditLog"
      WHERE "targetType" = $1 AND "targetId" = $2 ORDER BY "createdAt", "id"`,
    [type, id],
  );
  return rows;
}

/** Records that somebody has done something, and seals it. */
export async function recordSealed(ctx: Context, action: string): Promise<void> {
  const actor = { kind: "user", id: "x", name: "x" } as const;
  await recordAudit(ctx, ctx.db, { actor, action, outcome: "done", from: null, requestId: null });
  await sealAudit(ctx);
}

/** Changes the log as somebody who has the whole database, and switches its guards off. */
export async function tamperWith(owner: Pool, statements: string): Promise<void> {
  await inTransaction(owner, (tx) => tx.query(`SET LOCAL session_replication_role = replica; ${statements}`));
}

/** As if nothing had ever been recorded or sealed. */
export function emptyAudit(owner: Pool): Promise<void> {
  const tables = ["SecurityAuditLog", "AuditSeal", "AuditCut", "Installation"];
  return tamperWith(owner, tables.map((table) => `DELETE FROM "${table}"`).join(";"));
}
