import { z } from "zod";
import { RefusedError } from "../lib/api/errors.ts";
import { moment, reason } from "../lib/api/fields.ts";
import { parseInput } from "../lib/api/operation.ts";
import { after } from "../lib/clock.ts";
import type { Context } from "../lib/context.ts";
import { statement, text } from "../lib/db/statement.ts";
import { parseDuration } from "../lib/duration.ts";

// What people give at the command line, as the operations take it.

const MOST_ROWS = 10_000;

/**
 * The id of the row that has this name, or else this id.
 * @throws RefusedError `not_found`, with the sentence
 */
export async function idOf(
  { db }: Context,
  table: keyof typeof FIND_ID,
  given: string,
  sentence: string,
): Promise<string> {
  const found = await FIND_ID[table].first(db, { given: given.trim() });
  if (found) return found.id;
  throw new RefusedError("not_found", sentence);
}

const findId = (table: string) =>
  statement({
    sql: `SELECT "id" FROM "${table}" WHERE $1 IN ("name", "id") ORDER BY "name" = $1 DESC LIMIT 1`,
    params: { given: text },
    row: { id: text },
  });
const FIND_ID = { Company: findId("Company"), ApiKey: findId("ApiKey"), ServiceAccount: findId("ServiceAccount") };

export function companyIdOf(ctx: Context, given: string): Promise<string> {
  return idOf(ctx, "Company", given, `No company is named "${given}".`);
}

/** Why something is done. */
export function reasonOf(given: string): string {
  return parseInput(z.strictObject({ reason }), { reason: given }).reason;
}

/** So long ago (`2h`, `7d`), a day in UTC, or a moment with its zone. */
export function momentOf({ clock }: Context, option: string, given: string): string {
  const ago = parseDuration(given);
  if (ago !== undefined) return new Date(clock.now().getTime() - ago).toISOString();
  if (z.iso.date().safeParse(given).success) return `${given}T00:00:00Z`;
  if (moment.safeParse(given).success) return given;
  throw new RefusedError(
    "invalid_input",
    `${option} ${given} is not a time: write 2h, 7d, 2026-11-26 or 2026-11-26T10:00:00Z.`,
  );
}

/** So long from now: `12h`, `90d`. */
export function durationOf({ clock }: Context, option: string, given: string): Date {
  const ms = parseDuration(given);
  if (ms !== undefined && ms > 0) return after(clock, ms);
  throw new RefusedError("invalid_input", `${option} ${given} is not a valid time. Write it like 90d or 12h.`);
}

/** How many rows are wanted; 50 unless it is said. */
export function limitOf(given: string | undefined): number {
  const limit = Number(given ?? 50);
  if (Number.isInteger(limit) && limit >= 1 && limit <= MOST_ROWS) return limit;
  throw new RefusedError("invalid_input", `--limit ${given} is not a number from 1 to ${MOST_ROWS}.`);
}

/** Leaves out what was not given: an operation refuses fields that it does not know, undefined ones included. */
export function withoutGaps<T extends object>(given: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
