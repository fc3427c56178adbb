import { audit, type CallContext } from "../api/operation.ts";
import { after } from "../clock.ts";
import { json, nullable, statement, text, timestamp } from "../db/statement.ts";

const MINUTE_MS = 60_000;
/** Who goes back and forth between a list and its sessions reads them once. */
const READ_AGAIN_AFTER_MS = 10 * MINUTE_MS;
/** A page asks several things of one search: its list, its count, its figures. */
const SEARCHED_AGAIN_AFTER_MS = MINUTE_MS;

/** Fields of a filter in which people look for words that somebody wrote. */
const TEXTS = ["search", "question"];

/** Records that somebody of a company reads a session. Without the record, nothing is shown. */
export function recordView(ctx: CallContext, companyId: string, sessionId: string): Promise<void> {
  return recordOnce(ctx, READ_AGAIN_AFTER_MS, {
    action: "company.sessions.read",
    target: { type: "session", id: sessionId },
    companyId,
  });
}

/** Records that somebody of a company lists its sessions, which shows how they begin, by the names of the filters alone. */
export function recordList(ctx: CallContext, companyId: string, filter: object): Promise<void> {
  if (isSearch(filter)) return recordSearch(ctx, companyId, filter);
  return recordOnce(ctx, READ_AGAIN_AFTER_MS, {
    action: "company.sessions.list",
    companyId,
    details: { filters: namesIn(filter) },
  });
}

/** Records that somebody of a company looks for words in its sessions, whatever is answered; not for which words. */
export async function recordSearch(ctx: CallContext, companyId: string, filter: object): Promise<void> {
  if (!isSearch(filter)) return;
  await recordOnce(ctx, SEARCHED_AGAIN_AFTER_MS, {
    action: "company.sessions.search",
    companyId,
    details: { filters: namesIn(filter) },
  });
}

/** The filters that are used, by their names alone. */
export function namesIn(filter: object): string[] {
  return Object.entries(filter)
    .flatMap(([name, value]) => (value === undefined ? [] : [name]))
    .sort();
}

function isSearch(filter: object): boolean {
  return namesIn(filter).some((name) => TEXTS.includes(name));
}

type Reading = Omit<Parameters<typeof audit>[2], "outcome">;

/** The same within so long a time is one. */
async function recordOnce(ctx: CallContext, withinMs: number, reading: Reading): Promise<void> {
  const { action, target, details } = reading;
  const known = await FIND_SAME.first(ctx.db, {
    actorId: ctx.actor.id,
    since: after(ctx.clock, -withinMs),
    action,
    targetId: target?.id ?? null,
    details: details ? JSON.stringify(details) : null,
  });
  if (!known) await audit(ctx, ctx.db, { ...reading, outcome: "done" });
}

const FIND_SAME = statement({
  sql: `SELECT 1 FROM "SecurityAuditLog"
         WHERE "actorId" = $1 AND "createdAt" > $2 AND "action" = $3 AND "targetId" IS NOT DISTINCT FROM $4
           AND "details" IS NOT DISTINCT FROM $5::jsonb LIMIT 1`,
  params: {
    actorId: nullable(text),
    since: timestamp,
    action: text,
    targetId: nullable(text),
    details: nullable(json<object>()),
  },
});
