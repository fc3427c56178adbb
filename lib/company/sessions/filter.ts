import { z } from "zod";
import { externalSessionId, flag, id } from "../../api/fields.ts";
import { SentimentCategory, SessionCategory } from "../../db/generated/enums.ts";
import type { Parameters } from "../../db/parameters.ts";
import type { Company } from "../asTenant.ts";
import { assertInOrder, day, endOfDay, startOfDay } from "../days.ts";

const text = z
  .string()
  .trim()
  .min(2)
  .max(100)
  .refine((given) => !given.includes("\0"), { error: "contains an invalid character" });

/** What sessions can be chosen by; every verb that lists, counts or exports them takes all of it. */
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
  analysed: flag.optional().meta({ description: "Whether it has been analysed." }),
  questionId: id.optional(),
  question: text.optional().meta({ description: "Part of one of its questions." }),
  externalSessionId: externalSessionId.optional().meta({ description: "What the company calls it." }),
  externalSessionIdPrefix: externalSessionId.optional().meta({ description: "How that begins." }),
  search: text
    .optional()
    .meta({ description: "A part of its summary, its first message or what the company calls it." }),
};

export type SessionFilter = z.output<z.ZodObject<typeof filterFields>>;

const SEARCHED = ["summary", "initialMsg", "externalSessionId"];

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
    filter.analysed !== undefined && `s."analysedAt" IS ${filter.analysed ? "NOT " : ""}NULL`,
    filter.questionId &&
      `s."id" IN (SELECT sq."sessionId" FROM "SessionQuestion" sq WHERE sq."questionId" = ${p.add(filter.questionId)})`,
    question &&
      `s."id" IN (SELECT sq."sessionId" FROM "SessionQuestion" sq JOIN "Question" q ON q."id" = sq."questionId"
                   WHERE q."companyId" = ${p.add(company.id)} AND q."content" ILIKE ${p.add(contains(question))})`,
    is("externalSessionId", filter.externalSessionId),
    prefix !== undefined && `s."externalSessionId" ^@ ${p.add(prefix)}`,
    search && `(${SEARCHED.map((column) => `s."${column}" ILIKE ${p.add(contains(search))}`).join(" OR ")})`,
  ];
  return conditions.filter(Boolean).join("\n AND ");
}

/** A pattern for LIKE: the text as it is, anywhere. */
function contains(part: string): string {
  return `%${part.replaceAll(/[\\%_]/g, "\\$&")}%`;
}
