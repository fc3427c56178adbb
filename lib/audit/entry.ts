import { createHash } from "node:crypto";
import { json, known, nullable, text, timestamp, type ValuesOf } from "../db/statement.ts";

/** An entry of the audit log as it is sealed and handed on: everything but where it came from. */
export interface SealedPart {
  sequence: number;
  id: string;
  at: string;
  actor: { kind: string; id: string | null; name: string | null };
  action: string;
  outcome: string;
  target: { type: string; id: string | null } | null;
  companyId: string | null;
  requestId: string | null;
  details: unknown;
}

export type StoredEntry = ValuesOf<typeof ENTRY_ROW>;

/** The columns of a StoredEntry, of "SecurityAuditLog". */
export const ENTRY_COLUMNS = `"id", "createdAt" AS "at", "action", "outcome", "companyId", "requestId", "details",
  json_build_object('kind', "actorKind", 'id', "actorId", 'name', "actorName") AS "actor",
  CASE WHEN "targetType" IS NOT NULL THEN json_build_object('type', "targetType", 'id', "targetId") END AS "target"`;
/** What comes back for them. */
export const ENTRY_ROW = {
  id: text,
  at: timestamp,
  action: text,
  outcome: text,
  companyId: nullable(text),
  requestId: nullable(text),
  details: nullable(json<unknown>()),
  actor: known(json<SealedPart["actor"]>()),
  target: nullable(json<SealedPart["target"]>()),
};

export function sealedPart(sequence: number, entry: StoredEntry): SealedPart {
  const { id, at, actor, action, outcome, target, companyId, requestId, details } = entry;
  return { sequence, id, at: at.toISOString(), actor, action, outcome, target, companyId, requestId, details };
}

/**
 * The hash that chains an entry to the one before it: SHA-256 over canonical JSON (RFC 8785) of the entry with `previous`, the
 * hash of the one before (null for the first). Its address is left out: it can be erased without breaking the chain.
 */
export function hashOfEntry(part: SealedPart, previous: string | null): string {
  return createHash("sha256")
    .update(canonical({ ...part, previous }))
    .digest("hex");
}

/** JSON in the one form that RFC 8785 gives it: the names of each object in order, no blanks. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const names = Object.keys(value).sort();
  return `{${names.map((name) => `${JSON.stringify(name)}:${canonical(Reflect.get(value, name))}`).join(",")}}`;
}
