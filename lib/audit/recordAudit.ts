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
export function recordAudit(ctx: Pick<Context, "clock" | "newId">, sql: Sql, entry: AuditEntry): Promise<void> {
  return recordAll(ctx, sql, [entry]);
}

/** Records several things at once, in one statement. */
export async function recordAll(
  ctx: Pick<Context, "clock" | "newId">,
  sql: Sql,
  entries: readonly AuditEntry[],
): Promise<void> {
  if (entries.length === 0) return;
  const columns: readonly ((entry: AuditEntry) => string | null | undefined)[] = [
    () => ctx.newId(),
    ({ actor }) => actor.kind,
    ({ actor }) => actor.id,
    ({ actor }) => actor.name,
    ({ action }) => action,
    ({ target }) => target?.type,
    ({ target }) => target?.id,
    ({ companyId }) => companyId,
    ({ outcome }) => outcome,
    ({ from }) => from,
    ({ requestId }) => requestId,
    ({ details }) => (details ? JSON.stringify(details) : null),
  ];
  await sql.query(
    `INSERT INTO "SecurityAuditLog" ("createdAt", "id", "actorKind", "actorId", "actorName", "action", "targetType",
       "targetId", "companyId", "outcome", "ipAddress", "requestId", "details")
     SELECT $1::timestamptz, * FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
       $9::text[], $10::text[], $11::text[], $12::text[], $13::jsonb[])`,
    [ctx.clock.now(), ...columns.map((column) => entries.map((entry) => column(entry) ?? null))],
  );
}
