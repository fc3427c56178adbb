import { createHash } from "node:crypto";
import { z } from "zod";
import { RefusedError } from "./errors.ts";

const MARK_CHARACTERS = 12;

/** The list that a cursor belongs to, with everything that decides which rows it has and in which order. */
type ListQuery = Record<string, unknown>;

/** Writes where a page ended. Whoever gets it can pass it on, and read nothing into it that the page did not show. */
export function encodeCursor(query: ListQuery, position: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify([markOf(query), ...position])).toString("base64url");
}

/**
 * Reads a cursor that was given for the same query.
 * @throws RefusedError `invalid_cursor`
 */
export function decodeCursor<T extends z.ZodTuple>(query: ListQuery, text: string, position: T): z.output<T> {
  const read = z.tuple([z.string()], z.unknown()).safeParse(parse(text));
  const [mark, ...rest] = read.success ? read.data : [];
  const result = position.safeParse(rest);
  if (mark === markOf(query) && result.success) return result.data;
  throw new RefusedError(
    "invalid_cursor",
    "The cursor does not belong to this list. Pass the nextCursor of the previous page, with the same filters.",
  );
}

function markOf(query: ListQuery): string {
  const entries = Object.entries(query).filter(([, value]) => value !== undefined);
  const text = JSON.stringify(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
  return createHash("sha256").update(text).digest("base64url").slice(0, MARK_CHARACTERS);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, "base64url").toString("utf8"));
  } catch {
    return undefined;
  }
}
