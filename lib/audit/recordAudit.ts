import type { Context } from "../context.ts";
import type { Sql } from "../db/pool.ts";
import { arrayOf, json, nullable, statement, text, timestamp } from "../db/statement.ts";

/** Who a record names: somebody known, nobody yet, or LiveDash itself. */
interface AuditActor {
  kind: "user" | "key" | "company_user" | "company_key" | "command" | "anonymous" | "system";
  id: string | null;
  name: string | null;
}

export interface AuditEntry {
  actor: AuditActor;
  /** An operation and its object, such as `requests.requeue`. */
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
  await RECORD.run(sql, {
    now: ctx.clock.now(),
    ids: entries.map(() => ctx.newId()),
    actorKinds: entries.map(({ actor }) => actor.kind),
    actorIds: entries.map(({ actor }) => actor.id),
    actorNames: entries.map(({ actor }) => actor.name),
    actions: entries.map(({ action }) => action),
    targetTypes: entries.map(({ target }) => target?.type ?? null),
    targetIds: entries.map(({ target }) => target?.id ?? null),
    companyIds: entries.map(({ companyId }) => companyId ?? null),
    outcomes: entries.map(({ outcome }) => outcome),
    addresses: entries.map(({ from }) => from),
    requestIds: entries.map(({ requestId }) => requestId),
    details: entries.map(({ details }) => (details ? JSON.stringify(details) : null)),
  });
}

const RECORD = statement({
  sql: `
  INSERT INTO "SecurityAuditLog" ("createdAt", "id", "actorKind", "actorId", "actorName", "action", "targetType",
    "targetId", "companyId", "outcome", "ipAddress", "requestId", "details")
  SELECT $1::timestamptz, * FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
    $9::text[], $10::text[], $11::text[], $12::text[], $13::jsonb[])`,
  params: {
    now: timestamp,
    ids: arrayOf(text),
    actorKinds: arrayOf(text),
    actorIds: arrayOf(nullable(text)),
    actorNames: arrayOf(nullable(text)),
    actions: arrayOf(text),
    targetTypes: arrayOf(nullable(text)),
    targetIds: arrayOf(nullable(text)),
    companyIds: arrayOf(nullable(text)),
    outcomes: arrayOf(text),
    addresses: arrayOf(nullable(text)),
    requestIds: arrayOf(nullable(text)),
    details: arrayOf(nullable(json<Record<string, unknown>>())),
  },
});
