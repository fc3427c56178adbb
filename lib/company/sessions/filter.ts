import { z } from "zod";
import { externalSessionId, flag, HAS_NUL, id, withoutNul } from "../../api/fields.ts";
import { SentimentCategory, SessionCategory } from "../../db/enums.ts";
import type { Parameters } from "../../db/parameters.ts";
import type { Company } from "../asTenant.ts";
import { assertInOrder, day, endOfDay, startOfDay } from "../days.ts";
import { RESPONSE_TIMES, type ResponseTime, secondsOf } from "./responseTimes.ts";

const text = z
  .string()
  .trim()
  .min(2)
  .max(100)
  .refine((given) => !given.includes("\0"), { error: "contains an invalid character" });

/** What sessions can be chosen by; every operation that lists, counts or exports them takes all of it. */
export const filterFields = {
  from: day.optional().meta({ description: "The first day, in the company's time zone." }),
  to: day.optional().meta({ description: "The last day (inclusive)." }),
  sentiment: z.enum(SentimentCategory).optional(),
  category: z.enum(SessionCategory).optional(),
  language: z
    .string()
    .regex(/^[a-z]{2}$/, { error: "is not a language code such as nl" })
    .optional()
    .meta({ description: "ISO 639-1." }),
  escalated: flag.optional(),
  forwardedHr: flag.optional(),
  analysed: flag.optional().meta({
    description:
      "Whether it has been analysed. Sessions in which nothing was written never are: neither value finds them.",
  }),
  empty: flag.optional().meta({ description: "Whether nothing was written in it." }),
  country: z
    .string()
    .trim()
    .min(1)
    .max(200)
    .refine(withoutNul, HAS_NUL)
    .transform((country) => country.toUpperCase())
    .optional()
    .meta({ description: "As imported, in upper or lower case; usually an ISO 3166-1 code such as NL." }),
  hour: z.coerce.number().int().min(0).max(23).optional().meta({
    description: "The hour of the day it began in, in the company's time zone: 9 is 09:00 to 09:59.",
  }),
  responseTime: z
    .enum(RESPONSE_TIMES)
    .optional()
    .meta({ description: "How long the user waited for an answer, on average." }),
  questionId: id.optional(),
  question: text.optional().meta({ description: "Part of one of its questions." }),
  topic: text
    .transform((topic) => topic.charAt(0).toUpperCase() + topic.slice(1).replaceAll(/\s+/g, " "))
    .optional()
    .meta({ description: "What one of its questions is about: the whole label." }),
  externalSessionId: externalSessionId.optional().meta({ description: "What the company calls it." }),
  externalSessionIdPrefix: externalSessionId.optional().meta({ description: "How that begins." }),
  search: text
    .optional()
    .meta({ description: "A part of its summary, its first message or what the company calls it." }),
};

export type SessionFilter = z.output<z.ZodObject<typeof filterFields>>;

const SEARCHED = ["summary", "initialMsg", "externalSessionId"];

/** Of "Session" s: that there is nothing to analyse. What was analysed before its text was taken away keeps its analysis. */
export const IS_EMPTY = `(s."isEmpty" AND s."analysedAt" IS NULL)`;
export const COUNTRY = `upper(s."country")`;
/** The hour of the day in which the session began, on the company's clocks. */
export const hourIn = ({ timeZone }: Company, p: Parameters) =>
  `extract(hour FROM s."startTime" AT TIME ZONE ${p.add(timeZone)})::int`;

/**
 * The condition on "Session" s that chooses the company's sessions by a filter. Figures and lists are made of it alike:
 * that is why they agree.
 * @throws RefusedError `invalid_input` if the period ends before it begins
 */
export function whereSessions(company: Company, filter: SessionFilter, p: Parameters): string {
  const { from, to, search, question, externalSessionIdPrefix: prefix } = filter;
  assertInOrder(from, to);
  const is = (column: string, value: unknown) => (value === undefined ? undefined : `s."${column}" = ${p.add(value)}`);
  const conditions = [
    is("companyId", company.id),
    from && `s."startTime" >= ${p.add(startOfDay(from, company.timeZone))}`,
    to && `s."startTime" < ${p.add(endOfDay(to, company.timeZone))}`,
    is("sentiment", filter.sentiment),
    is("category", filter.category),
    is("language", filter.language),
    is("escalated", filter.escalated),
    is("forwardedHr", filter.forwardedHr),
    filter.analysed === true && `s."analysedAt" IS NOT NULL`,
    filter.analysed === false && `s."analysedAt" IS NULL AND NOT s."isEmpty"`,
    filter.empty !== undefined && `${filter.empty ? "" : "NOT "}${IS_EMPTY}`,
    filter.country && `${COUNTRY} = ${p.add(filter.country)}`,
    filter.hour !== undefined && `${hourIn(company, p)} = ${p.add(filter.hour)}`,
    filter.responseTime && tookAsLong(filter.responseTime, p),
    filter.questionId && asksTheSame(company, filter.questionId, p),
    question &&
      `s."id" IN (SELECT sq."sessionId" FROM "SessionQuestion" sq JOIN "Question" q ON q."id" = sq."questionId"
                   WHERE q."companyId" = ${p.add(company.id)} AND q."content" ILIKE ${p.add(contains(question))})`,
    filter.topic &&
      `s."id" IN (SELECT sq."sessionId" FROM "SessionQuestion" sq JOIN "Question" q ON q."id" = sq."questionId"
                   WHERE q."companyId" = ${p.add(company.id)} AND q."topic" = ${p.add(filter.topic)})`,
    is("externalSessionId", filter.externalSessionId),
    prefix !== undefined && `s."externalSessionId" ^@ ${p.add(prefix)}`,
    search && `(${SEARCHED.map((column) => `s."${column}" ILIKE ${p.add(contains(search))}`).join(" OR ")})`,
  ];
  return conditions.filter(Boolean).join("\n AND ");
}

function tookAsLong(responseTime: ResponseTime, p: Parameters): string {
  const [from, below] = secondsOf(responseTime);
  const further = below === undefined ? "" : ` AND s."avgResponseTime" < ${p.add(below)}`;
  return `s."avgResponseTime" >= ${p.add(from)}${further}`;
}

/** Asks this question, in whatever way it is written. */
function asksTheSame({ id: companyId }: Company, questionId: string, p: Parameters): string {
  return `s."id" IN (
    SELECT sq."sessionId" FROM "SessionQuestion" sq JOIN "Question" q ON q."id" = sq."questionId"
     WHERE q."companyId" = ${p.add(companyId)}
       AND q."key" = (SELECT "key" FROM "Question" WHERE "id" = ${p.add(questionId)} AND "companyId" = ${p.add(companyId)}))`;
}

/** A pattern for LIKE: the text as it is, anywhere. */
function contains(part: string): string {
  return `%${part.replaceAll(/[\\%_]/g, "\\$&")}%`;
}
