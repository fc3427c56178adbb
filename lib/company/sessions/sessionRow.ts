import { z } from "zod";
import { moment } from "../../api/fields.ts";
import { SentimentCategory, SessionCategory } from "../../db/generated/enums.ts";

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

const TIMES = ["startTime", "endTime", "analysedAt"] as const;

/** Asked of those alone that wait for an analysis. */
const ANALYSIS_FAILED = `(s."analysedAt" IS NULL AND NOT s."isEmpty" AND livedash_analysis_failed(s."id"))`;

/** The columns of a SessionRow, of "Session" s. */
export const SESSION_COLUMNS = Object.keys(sessionShape.shape)
  .map((name) => (name === "analysisFailed" ? `${ANALYSIS_FAILED} AS "${name}"` : `s."${name}"`))
  .join(", ");

/** A row as the database gives it: moments are dates. */
export type StoredSession = Omit<SessionRow, (typeof TIMES)[number]> & {
  startTime: Date;
  endTime: Date;
  analysedAt: Date | null;
};

export function toSessionRow<T extends StoredSession>(row: T) {
  return {
    ...row,
    startTime: row.startTime.toISOString(),
    endTime: row.endTime.toISOString(),
    analysedAt: row.analysedAt?.toISOString() ?? null,
  };
}
