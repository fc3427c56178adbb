import { z } from "zod";
import { Parameters } from "../../db/parameters.ts";
import { bool, known, statement, text } from "../../db/statement.ts";
import type { Tenant } from "../asTenant.ts";
import { type SessionFilter, whereSessions } from "../sessions/filter.ts";
import type { Period } from "./period.ts";

const MOST = 20;
const counts = z.array(z.number().int().nonnegative());

export const topicShape = z.object({
  topic: z.string().meta({ description: "In two to four English words." }),
  sessions: z.number().int().nonnegative().meta({ description: "How many sessions ask about it." }),
  sessionsBefore: z.number().int().nonnegative().meta({ description: "The same for the previous period." }),
  overTime: counts.meta({ description: "The same for each interval of the period." }),
  overTimeBefore: counts.meta({ description: "The same for each interval of the previous period." }),
});

type Counted = z.output<typeof topicShape>;

/** What most of the chosen sessions ask about, of what is labelled. */
export async function topTopics(tenant: Tenant, filter: SessionFilter, period: Period): Promise<Counted[]> {
  const { tx, company } = tenant;
  if (!(await HAS_TOPICS.first(tx, { companyId: company.id }))?.has) return [];
  const p = new Parameters();
  const chosen = whereSessions(company, { ...filter, from: period.previous.from }, p);
  const { rows } = await tx.query<{ topic: string; part: number; count: number }>(
    `SELECT q."topic", width_bucket(s."startTime", ${p.add(period.edges)}::timestamptz[]) AS "part",
            count(DISTINCT s."id")::int AS "count"
       FROM "Session" s JOIN "SessionQuestion" sq ON sq."sessionId" = s."id" JOIN "Question" q ON q."id" = sq."questionId"
      WHERE ${chosen} AND q."companyId" = ${p.add(company.id)} AND q."topic" IS NOT NULL GROUP BY 1, 2`,
    p.values,
  );
  const { length } = period.parts;
  return [...Map.groupBy(rows, ({ topic }) => topic)]
    .map(([topic, ofIt]) => {
      const byPart = new Map(ofIt.map(({ part, count }) => [part, count]));
      const countsFrom = (first: number) => Array.from({ length }, (_, index) => byPart.get(first + index) ?? 0);
      const [overTimeBefore, overTime] = [countsFrom(1), countsFrom(length + 1)];
      return { topic, sessions: sumOf(overTime), sessionsBefore: sumOf(overTimeBefore), overTime, overTimeBefore };
    })
    .filter(({ sessions }) => sessions > 0)
    .sort((a, b) => b.sessions - a.sessions || (a.topic < b.topic ? -1 : 1))
    .slice(0, MOST);
}

const sumOf = (counts: readonly number[]) => counts.reduce((sum, count) => sum + count, 0);

const HAS_TOPICS = statement({
  sql: `SELECT EXISTS (SELECT 1 FROM "Question" WHERE "companyId" = $1 AND "topic" IS NOT NULL) AS "has"`,
  params: { companyId: text },
  row: { has: known(bool) },
});
