import { z } from "zod";

// Fields that many operations take or answer. A query gives text, a program numbers: both are taken.

export const id = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[A-Za-z0-9_-]+$/, { error: "is not an id" });

/** The provider's own name of a model. */
export const modelName = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[\w.:/@-]+$/, { error: "is not a valid model name" });

export const pageSize = z.coerce.number().int().min(1).max(200).default(50);

/** From the answer before: where the next page begins. */
export const cursor = z.string().min(1).max(1_000).optional();

export const nextCursor = z
  .string()
  .nullable()
  .meta({ description: "Pass it to get the next page. Null on the last page." });

/** Text on one line, without control characters: PostgreSQL could not take U+0000. */
export function lineOfText(most: number) {
  return z
    .string()
    .trim()
    .min(1)
    .max(most)
    .regex(/^\P{Cc}*$/u, { error: "must not contain control characters" });
}

/** What a company calls a session of its own: anything but control characters, as the import takes it. */
export const externalSessionId = lineOfText(200);

/** Exactly `true` or `false`. */
export const flag = z.union([z.boolean(), z.enum(["true", "false"]).transform((text) => text === "true")], {
  error: "must be true or false",
});

/** A moment in time: ISO 8601 with a zone. */
export const moment = z.iso.datetime({ offset: true });

/** A moment that is answered: a Date of the database, as ISO 8601 in UTC. */
export const time = z
  .date()
  .transform((at) => at.toISOString())
  .pipe(z.iso.datetime());

/** Money in euros as a decimal, so that nothing is lost on the way. */
export const euros = z.string().regex(/^-?\d+(\.\d+)?$/);

/** PostgreSQL takes any character but this one. */
export const withoutNul = (text: string) => !text.includes("\0");
export const HAS_NUL = { error: "must not contain U+0000" };

export const reason = z.string().trim().min(3).max(500).refine(withoutNul, HAS_NUL);
