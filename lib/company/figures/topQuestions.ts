import { z } from "zod";
import { Parameters } from "../../db/parameters.ts";
import type { Tenant } from "../asTenant.ts";
import { type SessionFilter, whereSessions } from "../sessions/filter.ts";
import type { Period } from "./period.ts";

const MOST = 20;

export const questionShape = z.object({
  id: z.string(),
  content: z.string(),
  sessions: z.number().int().positive().meta({ description: "How many sessions asked it." }),
  overTime: z.array(z.number().int().nonnegative()).meta({ description: "The same for each interval of the period." }),
});

interface Asked extends Omit<z.output<typeof questionShape>, "overTime"> {
  parts: number[];
  counts: number[];
}

/** The questions that most of the chosen sessions ask. */
export async function topQuestions({ tx, company }: Tenant, filter: SessionFilter, period: Period) {
  const p = new Parameters();
  const chosen = whereSessions(company, filter, p);
  const { rows } = await tx.query<Asked>(
    `WITH asked AS (
       SELECT sq."questionId", width_bucket(s."startTime", ${p.add(period.edges)}::timestamptz[]) AS "part",
              count(DISTINCT s."id")::int AS "count"
         FROM "Session" s JOIN "SessionQuestion" sq ON sq."sessionId" = s."id" WHERE ${chosen} GROUP BY 1, 2)
     SELECT q."id", q."content", top."sessions", top."parts", top."counts"
       FROM (SELECT "questionId", sum("count")::int AS "sessions", array_agg("part") AS "parts",
                    array_agg("count") AS "counts"
               FROM asked GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT ${MOST}) AS top
       JOIN "Question" q ON q."id" = top."questionId" WHERE q."companyId" = ${p.add(company.id)}
      ORDER BY top."sessions" DESC, q."id"`,
    p.values,
  );
  return rows.map(({ parts, counts, ...question }) => {
    const byPart = new Map(parts.map((part, index) => [part, counts[index] ?? 0]));
    return { ...question, overTime: period.parts.map((_, index) => byPart.get(index + 1) ?? 0) };
  });
}
