import { z } from "zod";
import { euros, time } from "../../api/fields.ts";
import { AIAttemptOutcome } from "../../db/enums.ts";
import { int, json, known, nullable, numeric, statement, text, textOf, timestamp } from "../../db/statement.ts";

/** The newest ones; what lies before them of a request that went round so often is left out. */
const MOST_ATTEMPTS = 100;

const tokens = z.number().int().nonnegative().nullable();

export const usage = z
  .object({
    promptTokens: tokens,
    cachedTokens: tokens,
    completionTokens: tokens,
    reasoningTokens: tokens,
    totalTokens: tokens,
  })
  .meta({ description: "0 if nothing ran; null if the provider did not report it." });

/** The usage in a row of the name given, as one JSON object. */
export const usageOf = (row: string) =>
  `json_build_object('promptTokens', ${row}."promptTokens", 'cachedTokens', ${row}."cachedTokens",
     'completionTokens', ${row}."completionTokens", 'reasoningTokens', ${row}."reasoningTokens",
     'totalTokens', ${row}."totalTokens")`;

type Outcome = Lowercase<AIAttemptOutcome>;

export const attempt = z.object({
  attempt: z.number().int(),
  batchId: z.string(),
  outcome: z.enum(Object.values(AIAttemptOutcome).map((outcome) => outcome.toLowerCase()) as [Outcome]),
  code: z.string().nullable(),
  message: z.string().nullable(),
  at: time,
  usage,
  cacheWriteTokens: tokens.meta({ description: "The part of the prompt tokens written to a cache, if reported." }),
  costEur: euros.meta({ description: "For the tokens that are known." }),
});

/** How often a request went into a batch and what came of it, newest first. */
export const READ_ATTEMPTS = statement({
  sql: `SELECT a."attempt", a."batchId", lower(a."outcome"::text) AS "outcome", a."code", a."message",
               a."createdAt" AS "at", ${usageOf("a")} AS "usage", a."cacheWriteTokens", a."costEur"
          FROM "AIRequestAttempt" a WHERE a."requestId" = $1 ORDER BY a."attempt" DESC LIMIT ${MOST_ATTEMPTS}`,
  params: { requestId: text },
  row: {
    attempt: int,
    batchId: text,
    outcome: known(textOf<Outcome>()),
    code: nullable(text),
    message: nullable(text),
    at: timestamp,
    usage: known(json<z.input<typeof usage>>()),
    cacheWriteTokens: nullable(int),
    costEur: numeric,
  },
});
