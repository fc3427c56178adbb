import type { Context } from "../context.ts";
import type { Sql } from "../db/pool.ts";

/** Who a record names: somebody known, nobody yet, or LiveDash itself. */
interface AuditActor {
  kind: "user" | "key" | "company_user" | "company_key" | "command" | "anonymous" | "system";
  id: string | null;
  name: string | null;
}

export interface AuditEntry {
  actor: AuditActor;
  /** A verb and its object, such as `requests.requeue`. */
  action: string;
  outcome: "done" | "denied" | "failed";
  target?: { type: string; id: string | null } | undefined;
  companyId?: string | null | undefined;
  from: string | null;
  requestId: string | null;
  /** Counts, ids, names of fields: never what people wrote, never a secret. */
  details?: Record<string, unknown> | undefined;
}

/** Records what was done. `sql` is the transaction of the change itself: both are committed, or neither. */
export async function recordAudit(ctx: Pick<Context, "clock" | "newId">, sql: Sql, entry: AuditEntry): Promise<void> {
  await sql.query(
    `INSERT INTO "SecurityAuditLog" ("id", "createdAt", "actorKind", "actorId", "actorName", "action", "targetType",
       "targetId", "companyId", "outcome", "ipAddress", "requestId", "details")
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
    [
      ctx.newId(),
      ctx.clock.now(),
      entry.actor.kind,
      entry.actor.id,
      entry.actor.name,
      entry.action,
      entry.target?.type ?? null,
      entry.target?.id ?? null,
      entry.companyId ?? null,
      entry.outcome,
      entry.from,
      entry.requestId,
      entry.details ? JSON.stringify(entry.details) : null,
    ],
  );
}
