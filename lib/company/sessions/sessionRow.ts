import { z } from "zod";
import { moment } from "../../api/fields.ts";
import { SentimentCategory, SessionCategory } from "../../db/enums.ts";
import { bool, double, int, known, nullable, oneOf, text, timestamp, type ValuesOf } from "../../db/statement.ts";

/** What a question is about, where that is labelled. */
export const questionTopic = z
  .string()
  .nullable()
  .meta({ description: "What it is about, in two to four English words. Null if it has no label." });

/** A session as lists show it. What an analysis says is null until there is one. */
export const sessionShape = z.object({
  externalSessionId: z.string().nullable().meta({ description: "What the company calls it." }),
  id: z.string(),
  startTime: moment,
  endTime: moment,
  country: z.string().nullable(),
  avgResponseTime: z
    .number()
    .nullable()
    .meta({ description: "How long the user waited for an answer on average, in seconds." }),
  messagesSent: z.number().int().nullable().meta({ description: "Sent by the user." }),
  initialMsg: z.string().nullable(),
  isEmpty: z.boolean().meta({ description: "Whether nothing was written in it, so that there is nothing to analyse." }),
  analysedAt: moment.nullable(),
  analysisFailed: z
    .boolean()
    .meta({ description: "Whether its analysis has failed for good. An operator can try it again." }),
  language: z.string().nullable(),
  sentiment: z.enum(SentimentCategory).nullable(),
  category: z.enum(SessionCategory).nullable(),
  escalated: z.boolean().nullable(),
  forwardedHr: z.boolean().nullable(),
  summary: z.string().nullable(),
});

export type SessionRow = z.output<typeof sessionShape>;

/** Asked of those alone that wait for an analysis. */
const ANALYSIS_FAILED = `(s."analysedAt" IS NULL AND NOT s."isEmpty" AND livedash_analysis_failed(s."id"))`;

/** What SESSION_COLUMNS select. */
export const sessionColumns = {
  externalSessionId: nullable(text),
  id: text,
  startTime: timestamp,
  endTime: timestamp,
  country: nullable(text),
  avgResponseTime: nullable(double),
  messagesSent: nullable(int),
  initialMsg: nullable(text),
  isEmpty: bool,
  analysedAt: nullable(timestamp),
  analysisFailed: known(bool),
  language: nullable(text),
  sentiment: nullable(oneOf("SentimentCategory", SentimentCategory)),
  category: nullable(oneOf("SessionCategory", SessionCategory)),
  escalated: nullable(bool),
  forwardedHr: nullable(bool),
  summary: nullable(text),
};

/** The columns of a SessionRow, of "Session" s. */
export const SESSION_COLUMNS = Object.keys(sessionColumns)
  .map((name) => (name === "analysisFailed" ? `${ANALYSIS_FAILED} AS "${name}"` : `s."${name}"`))
  .join(", ");

/** A row as the database gives it: moments are dates. */
export type StoredSession = ValuesOf<typeof sessionColumns>;

export function toSessionRow<T extends StoredSession>(row: T) {
  return {
    ...row,
    startTime: row.startTime.toISOString(),
    endTime: row.endTime.toISOString(),
    analysedAt: row.analysedAt?.toISOString() ?? null,
  };
}
