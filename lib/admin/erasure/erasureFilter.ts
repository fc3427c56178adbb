import { z } from "zod";
import { externalSessionId, flag, id, moment } from "../../api/fields.ts";
import type { Parameters } from "../../db/parameters.ts";

/** So many sessions can be named in one call. */
const MOST_NAMED = 1_000;

const times = {
  from: moment.optional().meta({ description: "Sessions that started at or after this time." }),
  before: moment.optional().meta({ description: "Sessions that started before this time." }),
  importedFrom: moment.optional().meta({ description: "Sessions that were first imported at or after this time." }),
  importedBefore: moment.optional().meta({ description: "Sessions that were first imported before this time." }),
};

/** Sessions as their company names them. */
export const sessionNames = z.array(externalSessionId).min(1).max(MOST_NAMED);

/** What sessions of one company can be chosen by, to be erased. */
export const erasureFilter = z
  .strictObject({
    companyId: id,
    sessions: sessionNames.optional().meta({ description: "Sessions by the company's ids of them, or by ours." }),
    ...times,
    all: flag.optional().meta({ description: "All sessions of the company: to be set where nothing else is." }),
  })
  .refine(({ companyId: _, all, ...chosen }) => all === true || Object.values(chosen).some(isGiven), {
    error: "has to name sessions or a time, or to set all",
  })
  .refine(({ companyId: _, all, ...chosen }) => all !== true || !Object.values(chosen).some(isGiven), {
    path: ["all"],
    error: "cannot be set beside anything else",
  });

export type ErasureFilter = z.output<typeof erasureFilter>;

const isGiven = (value: unknown) => value !== undefined;

/** What the job is given: sessions that were named by our ids alone. */
export const erasureInput = z.strictObject({
  companyId: id,
  sessionIds: z.array(id).max(MOST_NAMED).optional(),
  ...times,
});

export type ErasureInput = z.output<typeof erasureInput>;

/** The condition on "Session" s that chooses what is erased. */
export function whereErased(input: ErasureInput, p: Parameters): string {
  const { companyId, sessionIds, from, before, importedFrom, importedBefore } = input;
  const conditions = [
    `s."companyId" = ${p.add(companyId)}`,
    sessionIds !== undefined && `s."id" = ANY(${p.add(sessionIds)}::text[])`,
    from !== undefined && `s."startTime" >= ${p.add(from)}`,
    before !== undefined && `s."startTime" < ${p.add(before)}`,
    importedFrom !== undefined && `s."createdAt" >= ${p.add(importedFrom)}`,
    importedBefore !== undefined && `s."createdAt" < ${p.add(importedBefore)}`,
  ];
  return conditions.filter(Boolean).join(" AND ");
}

/**
 * Whether all sessions until a time are erased, or all there are: then rows that could not be read go, too, whatever stands in them, if they
 * were read before. A file that was read before a time has no session after it.
 */
export function unreadableOf({ sessionIds, from, importedFrom, before, importedBefore }: ErasureInput) {
  if (sessionIds !== undefined || from !== undefined || importedFrom !== undefined) return undefined;
  const ends = [before, importedBefore].flatMap((at) => (at === undefined ? [] : Date.parse(at)));
  return { before: ends.length === 0 ? null : new Date(Math.min(...ends)) };
}
