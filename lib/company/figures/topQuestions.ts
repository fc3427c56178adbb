import { z } from "zod";
import { Parameters } from "../../db/parameters.ts";
import { arrayOf, bool, known, nullable, type RowOf, statement, text, timestamp, uuid } from "../../db/statement.ts";
import type { Tenant } from "../asTenant.ts";
import { endOfDay, startOfDay } from "../days.ts";
import { type SessionFilter, whereSessions } from "../sessions/filter.ts";
import { questionTopic } from "../sessions/sessionRow.ts";
import { countedFields, countedIn, MOST_SHOWN, mostAsked, readOf } from "./counted.ts";
import type { Period } from "./period.ts";

export const questionShape = z.object({
  id: z.string(),
  content: z
    .string()
    .meta({ description: "As it was first written. Other spellings of it count as the same question." }),
  topic: questionTopic,
  ...countedFields,
});

type Counted = z.output<typeof questionShape>;

interface Asked extends Pick<Counted, "id" | "content" | "topic"> {
  /** The parts in which it is asked, from 1 on, those of the previous period first, and by how many sessions in each. */
  parts: number[];
  counts: number[];
}

/**
 * The questions that most of the chosen sessions ask. What differs in no more than its writing is one question.
 * @param sessions how many are chosen, those of the previous period too
 */
export async function topQuestions(
  tenant: Tenant,
  filter: SessionFilter,
  period: Period,
  sessions: number,
): Promise<Counted[]> {
  const asked = await readOf(tenant, sessions, async () => {
    const keys = await askedMost(tenant, filter);
    const variants = await READ_VARIANTS.rows(tenant.tx, { companyId: tenant.company.id, keys });
    return countAsked(tenant, { ...filter, from: period.previous.from }, variants, period.edges);
  });
  const counted = asked.map(({ parts, counts, ...question }) => {
    const byPart = new Map(parts.map((part, index) => [part, counts[index] ?? 0]));
    return { ...question, ...countedIn(period, byPart) };
  });
  return mostAsked(counted, ({ id }) => id);
}

/**
 * The keys of those that are asked most often, a few more than are wanted: what a session asks twice counts twice here,
 * since to tell such sessions from the others takes as long as all the rest.
 */
async function askedMost(tenant: Tenant, filter: SessionFilter): Promise<string[]> {
  const { tx, company } = tenant;
  const p = new Parameters();
  // Of all sessions it need not be looked up which ones ask: a third of the time.
  const asking = (await isEverything(tenant, filter))
    ? `"SessionQuestion" sq WHERE sq."companyId" = ${p.add(company.id)}`
    : `"Session" s JOIN "SessionQuestion" sq ON sq."sessionId" = s."id" WHERE ${whereSessions(company, filter, p)}`;
  const { rows } = await tx.query<{ key: string }>(
    `SELECT q."key"
       FROM (SELECT sq."questionId", count(*) AS "times" FROM ${asking} GROUP BY 1) AS asked
       JOIN "Question" q ON q."id" = asked."questionId" AND q."companyId" = ${p.add(company.id)}
      GROUP BY 1 ORDER BY sum("times") DESC, 1 LIMIT ${3 * MOST_SHOWN}`,
    p.values,
  );
  return rows.map(({ key }) => key);
}

/** Whether a filter leaves out no session: it names a period alone, and none lies before or after that. */
async function isEverything({ tx, company }: Tenant, { from, to, ...others }: SessionFilter): Promise<boolean> {
  if (!from || !to || Object.values(others).some((value) => value !== undefined)) return false;
  const found = await IS_ALL.first(tx, {
    companyId: company.id,
    from: startOfDay(from, company.timeZone),
    to: endOfDay(to, company.timeZone),
  });
  return found?.all === true;
}

/** How many sessions ask each of them in each part. Their ids are given, so that their statistics tell how many there are. */
async function countAsked(
  { tx, company }: Tenant,
  filter: SessionFilter,
  variants: readonly RowOf<typeof READ_VARIANTS>[],
  edges: readonly Date[],
): Promise<Asked[]> {
  const p = new Parameters();
  const chosen = whereSessions(company, filter, p);
  const ids = p.add(variants.map(({ id }) => id));
  const keys = p.add(variants.map(({ key }) => key));
  const { rows } = await tx.query<{ key: string; parts: number[]; counts: number[] }>(
    `SELECT "key", array_agg("part") AS "parts", array_agg("count") AS "counts"
       FROM (SELECT v."key", width_bucket(s."startTime", ${p.add(edges)}::timestamptz[]) AS "part",
                    count(DISTINCT s."id")::int AS "count"
               FROM "SessionQuestion" sq
               JOIN unnest(${ids}::text[], ${keys}::uuid[]) AS v("id", "key") ON v."id" = sq."questionId"
               JOIN "Session" s ON s."id" = sq."sessionId"
              WHERE sq."questionId" = ANY(${ids}::text[]) AND ${chosen} GROUP BY 1, 2) AS asked
      GROUP BY 1`,
    p.values,
  );
  const firstOf = new Map(variants.map((variant) => [variant.key, variant]));
  return rows.flatMap(({ key, parts, counts }) => {
    const first = firstOf.get(key);
    return first ? [{ id: first.firstId, content: first.content, topic: first.topic, parts, counts }] : [];
  });
}

const IS_ALL = statement({
  sql: `SELECT NOT EXISTS (SELECT 1 FROM "Session" s WHERE s."companyId" = $1 AND s."startTime" < $2)
           AND NOT EXISTS (SELECT 1 FROM "Session" s WHERE s."companyId" = $1 AND s."startTime" >= $3) AS "all"`,
  params: { companyId: text, from: timestamp, to: timestamp },
  row: { all: known(bool) },
});

/** All ways in which they are written, each with the one that was written first. */
const READ_VARIANTS = statement({
  sql: `SELECT "id", "key", first_value("id") OVER written AS "firstId", first_value("content") OVER written AS "content",
               first_value("topic") OVER written AS "topic"
          FROM "Question" WHERE "companyId" = $1 AND "key" = ANY($2::uuid[])
        WINDOW written AS (PARTITION BY "key" ORDER BY "createdAt", "id")`,
  params: { companyId: text, keys: arrayOf(uuid) },
  row: { id: text, key: known(uuid), firstId: known(text), content: known(text), topic: nullable(text) },
});
