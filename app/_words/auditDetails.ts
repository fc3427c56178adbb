import { FAILURES } from "../../lib/failures.ts";
import { labelOf, spellOut } from "./labels.ts";
import { inGroups } from "./numbers.ts";

/** One thing that an entry of the audit log says; of what was changed, both how it was and how it is. */
export type Detail = { name: string } & ({ value: Said } | { before: Said; after: Said });

/** A value as people read it: a time is written by the page's own clock. */
export type Said = { kind: "text" | "time" | "id"; text: string };

const NAMES: ReadonlyMap<string, string> = new Map([
  ["addressesErased", "IP addresses erased"],
  ["badRows", "Bad rows"],
  ["boughtTwice.costEur", "Their cost in euros"],
  ["boughtTwice.lines", "Lines that may be paid for twice"],
  ["count", "Times"],
  ["different", "Different callers"],
  ["disabled", "Disabled"],
  ["fields", "Fields"],
  ["filters", "Filters"],
  ["from", "From"],
  ["id", "Id"],
  ["openaiBatchId", "The provider's id"],
  ["origin", "Website"],
  ["prefix", "Start of the key"],
  ["previousExpiresAt", "The old key works until"],
  ["priceId", "Price"],
  ["expiresAt", "Works until"],
  ["requeued", "Requeued"],
  ["requeueAt", "Requeued at"],
  ["scopes", "Limited to"],
  ["to", "To"],
  ["waiting", "Requests waiting for a result"],
]);

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?Z$/;
/** Fields whose values are words of ours, such as `SUPER_ADMIN` and `not_allowed`, not what somebody wrote. */
const IN_OUR_WORDS = new Set(["code", "kind", "list", "realm", "reason", "role", "status", "tier", "what"]);
const FAILURE_MEANINGS = new Map(Object.entries(FAILURES).map(([code, { meaning }]) => [code, meaning]));
const MOST_SHOWN = 20;

/** What an entry of the audit log says beside its reason, in words. */
export function auditDetails(details: Readonly<Record<string, unknown>>): Detail[] {
  return Object.entries(details).flatMap(([name, value]) => detailsOf([name], value));
}

function detailsOf(path: readonly string[], value: unknown): Detail[] {
  if (!isRecord(value)) return value === undefined ? [] : [{ name: nameOf(path), value: say(path, value) }];
  const { from, to, ...others } = value;
  if (from !== undefined && to !== undefined && Object.keys(others).length === 0) {
    return [{ name: nameOf(path), before: say(path, from), after: say(path, to) }];
  }
  return Object.entries(value).flatMap(([name, inner]) => detailsOf([...path, name], inner));
}

function nameOf(path: readonly string[]): string {
  const whole = NAMES.get(path.join("."));
  if (whole !== undefined) return whole;
  const [first = "", ...inner] = path;
  const names = [NAMES.get(first) ?? labelOf(first), ...inner.map((name) => spellOut(name).toLowerCase())];
  return names.join(", ");
}

function say(path: readonly string[], value: unknown): Said {
  const name = path.at(-1) ?? "";
  if (Array.isArray(value)) return { kind: "text", text: sayList(name, value) };
  if (value === null || value === undefined || value === "") return { kind: "text", text: "none" };
  if (typeof value === "boolean") return { kind: "text", text: value ? "yes" : "no" };
  if (typeof value === "number") return { kind: "text", text: inGroups(value) };
  if (isRecord(value)) return { kind: "text", text: sayList(name, Object.values(value)) };
  const text = String(value);
  if (TIME.test(text)) return { kind: "time", text };
  if (/Id$|^(?:id|prefix)$/.test(name)) return { kind: "id", text };
  const meaning = /^(?:code|errorCode)$/.test(name) ? FAILURE_MEANINGS.get(text) : undefined;
  if (meaning !== undefined) return { kind: "text", text: meaning };
  return { kind: "text", text: IN_OUR_WORDS.has(name) ? text.replaceAll("_", " ").toLowerCase() : text };
}

function sayList(name: string, values: readonly unknown[]): string {
  if (values.length === 0) return "none";
  const isNames = name === "fields" || name === "filters";
  const said = values
    .slice(0, MOST_SHOWN)
    .map((value) => (isNames && typeof value === "string" ? labelOf(value) : say([name], value).text));
  return said.join(", ") + (values.length > MOST_SHOWN ? ` and ${inGroups(values.length - MOST_SHOWN)} more` : "");
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
