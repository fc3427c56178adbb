import { z } from "zod";
import { Parameters } from "../../db/parameters.ts";
import { bool, known, statement, text } from "../../db/statement.ts";
import type { Tenant } from "../asTenant.ts";
import { type SessionFilter, whereSessions } from "../sessions/filter.ts";
import { countedFields, countedIn, mostAsked, readOf } from "./counted.ts";
import type { Period } from "./period.ts";

export const topicShape = z.object({
  topic: z.string().meta({ description: "In two to four English words." }),
  ...countedFields,
});

type Counted = z.output<typeof topicShape>;

/**
 * What most of the chosen sessions ask about, of what is labelled.
 * @param sessions how many are chosen, those of the previous period too
 */
export async function topTopics(
  tenant: Tenant,
  filter: SessionFilter,
  period: Period,
  sessions: number,
): Promise<Counted[]> {
  const { tx, company } = tenant;
  if (!(await HAS_TOPICS.first(tx, { companyId: company.id }))?.has) return [];
  const p = new Parameters();
  const chosen = whereSessions(company, { ...filter, from: period.previous.from }, p);
  const sql = `SELECT q."topic", width_bucket(s."startTime", ${p.add(period.edges)}::timestamptz[]) AS "part",
            count(DISTINCT s."id")::int AS "count"
       FROM "Session" s JOIN "SessionQuestion" sq ON sq."sessionId" = s."id" JOIN "Question" q ON q."id" = sq."questionId"
      WHERE ${chosen} AND q."companyId" = ${p.add(company.id)} AND q."topic" IS NOT NULL GROUP BY 1, 2`;
  const { rows } = await readOf(tenant, sessions, () =>
    tx.query<{ topic: string; part: number; count: number }>(sql, p.values),
  );
  const counted = [...Map.groupBy(rows, ({ topic }) => topic)].map(([topic, ofIt]) => {
    return { topic, ...countedIn(period, new Map(ofIt.map(({ part, count }) => [part, count]))) };
  });
  return mostAsked(
    counted.filter(({ sessions }) => sessions > 0),
    ({ topic }) => topic,
  );
}

const HAS_TOPICS = statement({
  sql: `SELECT EXISTS (SELECT 1 FROM "Question" WHERE "companyId" = $1 AND "topic" IS NOT NULL) AS "has"`,
  params: { companyId: text },
  row: { has: known(bool) },
});
