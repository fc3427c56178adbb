import { z } from "zod";
import { Parameters } from "../../db/parameters.ts";
import type { Tenant } from "../asTenant.ts";
import { type SessionFilter, whereSessions } from "../sessions/filter.ts";
import type { Period } from "./period.ts";

const MOST = 20;

export const questionShape = z.object({
  id: z.string(),
  content: z
    .string()
    .meta({ description: "As it was first written. Other spellings of it count as the same question." }),
  sessions: z.number().int().positive().meta({ description: "How many sessions asked it." }),
  sessionsBefore: z.number().int().nonnegative().meta({ description: "The same for the previous period." }),
  overTime: z.array(z.number().int().nonnegative()).meta({ description: "The same for each interval of the period." }),
  overTimeBefore: z
    .array(z.number().int().nonnegative())
    .meta({ description: "The same for each interval of the previous period." }),
});

type Counted = z.output<typeof questionShape>;

interface Asked extends Pick<Counted, "id" | "content"> {
  /** The parts in which it is asked, from 1 on, those of the previous period first, and by how many sessions in each. */
  parts: number[];
  counts: number[];
}

/** The questions that most of the chosen sessions ask. What differs in no more than its writing is one question. */
export async function topQuestions(tenant: Tenant, filter: SessionFilter, period: Period): Promise<Counted[]> {
  const keys = await askedMost(tenant, filter);
  const asked = await countAsked(tenant, { ...filter, from: period.previous.from }, keys, period.edges);
  const { length } = period.parts;
  return asked
    .map(({ id, content, parts, counts }) => {
      const byPart = new Map(parts.map((part, index) => [part, counts[index] ?? 0]));
      const countsFrom = (first: number) => Array.from({ length }, (_, index) => byPart.get(first + index) ?? 0);
      const [overTimeBefore, overTime] = [countsFrom(1), countsFrom(length + 1)];
      return {
        id,
        content,
        sessions: sumOf(overTime),
        sessionsBefore: sumOf(overTimeBefore),
        overTime,
        overTimeBefore,
      };
    })
    .sort((a, b) => b.sessions - a.sessions || (a.id < b.id ? -1 : 1))
    .slice(0, MOST);
}

/**
 * The keys of those that are asked most often, a few more than are wanted: what a session asks twice counts twice here,
 * since to tell such sessions from the others takes as long as all the rest.
 */
async function askedMost({ tx, company }: Tenant, filter: SessionFilter): Promise<string[]> {
  const p = new Parameters();
  const chosen = whereSessions(company, filter, p);
  const { rows } = await tx.query<{ key: string }>(
    `SELECT q."key"
       FROM (SELECT sq."questionId", count(*) AS "times"
               FROM "Session" s JOIN "SessionQuestion" sq ON sq."sessionId" = s."id" WHERE ${chosen} GROUP BY 1) AS asked
       JOIN "Question" q ON q."id" = asked."questionId" AND q."companyId" = ${p.add(company.id)}
      GROUP BY 1 ORDER BY sum("times") DESC, 1 LIMIT ${3 * MOST}`,
    p.values,
  );
  return rows.map(({ key }) => key);
}

/** How many sessions ask each of them in each part, and how it was first written. */
async function countAsked(
  { tx, company }: Tenant,
  filter: SessionFilter,
  keys: readonly string[],
  edges: readonly Date[],
) {
  const p = new Parameters();
  const chosen = whereSessions(company, filter, p);
  const companyId = p.add(company.id);
  const { rows } = await tx.query<Asked>(
    `WITH variants AS MATERIALIZED (
       SELECT "id", "key" FROM "Question" WHERE "companyId" = ${companyId} AND "key" = ANY(${p.add(keys)}::uuid[]))
     SELECT first."id", first."content", array_agg("part") AS "parts", array_agg("count") AS "counts"
       FROM (SELECT v."key", width_bucket(s."startTime", ${p.add(edges)}::timestamptz[]) AS "part",
                    count(DISTINCT s."id")::int AS "count"
               FROM variants v JOIN "SessionQuestion" sq ON sq."questionId" = v."id"
               JOIN "Session" s ON s."id" = sq."sessionId" WHERE ${chosen} GROUP BY 1, 2) AS asked
      CROSS JOIN LATERAL (
        SELECT q."id", q."content" FROM "Question" q WHERE q."companyId" = ${companyId} AND q."key" = asked."key"
         ORDER BY q."createdAt", q."id" LIMIT 1) AS first
      GROUP BY 1, 2`,
    p.values,
  );
  return rows;
}

const sumOf = (counts: readonly number[]) => counts.reduce((sum, count) => sum + count, 0);
