import { LIVE } from "../../batches/states.ts";
import type { Context } from "../../context.ts";
import type { Sql } from "../../db/pool.ts";
import { arrayOf, bool, int, known, nullable, statement, text, timestamp } from "../../db/statement.ts";
import { FAILURES, type FailureCode } from "../../failures.ts";
import { isWanted, PENDING_OPTIONAL } from "../../requests/toSend.ts";
import { DRAWS, readAllowances, sayLimit } from "../../throttle/companyLimit.ts";
import { SERVED } from "../../throttle/suspended.ts";
import { readLimits } from "../../throttle/tokenLimits.ts";
import type { Waiting } from "./waitingShape.ts";

/** Asked for once a second while somebody looks: so many are counted for each reason, and so many reasons of a kind are named. */
const MOST_COUNTED = 10_000;
const MOST_NAMED = 5;

const NONE = { subject: null, reason: null, by: null, since: null, until: null, lastUntil: null };

interface Counted {
  count: number;
  atLeast: boolean;
}

const counted = (count: number): Counted => ({ count, atLeast: count >= MOST_COUNTED });

/** Pending requests of companies that get no new batches. */
export async function readUnserved(sql: Sql): Promise<Waiting[]> {
  return (await COUNT_UNSERVED.rows(sql, {})).map(({ name, status, count }) => ({
    ...NONE,
    ...counted(count),
    kind: "company_not_served" as const,
    subject: name,
    reason: status,
  }));
}

/** Pending requests of companies whose limit for the day or the month is used up. */
export async function readLimited(ctx: Context, sql: Sql): Promise<Waiting[]> {
  const usedUp = [...(await readAllowances(ctx, sql)).values()].filter(({ until }) => until !== null);
  if (usedUp.length === 0) return [];
  const rows = await COUNT_LIMITED.rows(sql, { companyIds: usedUp.map(({ companyId }) => companyId) });
  const byId = new Map(usedUp.map((allowance) => [allowance.companyId, allowance]));
  return rows.flatMap(({ id, name, count }) => {
    const allowance = byId.get(id);
    if (!allowance) return [];
    const { until } = allowance;
    return [
      {
        ...NONE,
        ...counted(count),
        kind: "company_limit" as const,
        subject: name,
        reason: sayLimit(allowance),
        until,
        lastUntil: until,
      },
    ];
  });
}

/** Pending requests of companies for what they have switched off; of all, where it is switched off here. */
export async function readSwitchedOff(ctx: Context, sql: Sql): Promise<Waiting[]> {
  const isOff = !ctx.config.QUESTION_TOPICS;
  const rows = await COUNT_SWITCHED_OFF.rows(sql, { isOff });
  return rows.map(({ name, count }) => ({
    ...NONE,
    ...counted(count),
    kind: "switched_off" as const,
    subject: isOff ? null : name,
  }));
}

/** Pending requests that wait out a failure, by its code. */
export async function readBackingOff(ctx: Context, sql: Sql): Promise<Waiting[]> {
  const rows = await COUNT_BACKING_OFF.rows(sql, { now: ctx.clock.now() });
  return rows.map(({ code, count, until, lastUntil, all }) => ({
    ...NONE,
    kind: "backing_off" as const,
    count,
    atLeast: all >= MOST_COUNTED,
    subject: code,
    reason: meaningOf(code),
    until,
    lastUntil,
  }));
}

/** Requests in batches whose calls do not get through, and that are not tried again before a time. */
export async function readFailingCalls(ctx: Context, sql: Sql): Promise<Waiting[]> {
  const rows = await COUNT_FAILING_CALLS.rows(sql, { now: ctx.clock.now() });
  return rows.map((row) => ({ ...NONE, atLeast: false, kind: "calls_failing" as const, ...row }));
}

/** Due requests of each of these models, where there are any. */
export async function readOfModel(ctx: Context, sql: Sql, models: readonly string[]): Promise<Map<string, Counted>> {
  if (models.length === 0) return new Map();
  const rows = await COUNT_OF_MODELS.rows(sql, { now: ctx.clock.now(), models });
  return new Map(rows.map(({ model, count, seen }) => [model, { count, atLeast: seen >= MOST_COUNTED }]));
}

/** Due requests for which there is no room in the token budget of their model. */
export async function readFullBudgets(ctx: Context, sql: Sql): Promise<Waiting[]> {
  const limits = await readLimits(ctx, sql);
  const due = await readOfModel(
    ctx,
    sql,
    limits.map(({ model }) => model),
  );
  return limits.flatMap(({ model, tokens, inFlight, tokensPerLine, restsUntil }) => {
    const found = due.get(model);
    if (!found) return [];
    const fitting =
      restsUntil || tokensPerLine === null ? 0 : Math.floor(Math.max(0, tokens - inFlight) / tokensPerLine);
    // Nothing in flight: then one batch goes, however large it seems.
    if (found.count <= fitting || (!restsUntil && inFlight === 0)) return [];
    const reason = `${inFlight} of ${tokens} tokens are in flight`;
    const count = found.count - fitting;
    const rest = { reason, until: restsUntil, lastUntil: restsUntil };
    return [{ ...NONE, ...found, ...rest, count, kind: "budget_full" as const, subject: model }];
  });
}

function meaningOf(code: string | null): string | null {
  return code !== null && Object.hasOwn(FAILURES, code) ? FAILURES[code as FailureCode].meaning : null;
}

const COUNT_UNSERVED = statement({
  sql: `SELECT c."name", lower(c."status"::text) AS "status", n."count" FROM "Company" c CROSS JOIN LATERAL (
          SELECT count(*)::int AS "count" FROM (
            SELECT 1 FROM "AIProcessingRequest" r
             WHERE r."companyId" = c."id" AND r."processingStatus" = 'PENDING_BATCHING' LIMIT ${MOST_COUNTED}) found) n
         WHERE c."status" NOT IN ${SERVED} AND n."count" > 0 ORDER BY n."count" DESC, c."name" LIMIT ${MOST_NAMED}`,
  row: { name: text, status: known(text), count: known(int) },
});

const COUNT_LIMITED = statement({
  sql: `SELECT c."id", c."name", n."count" FROM "Company" c CROSS JOIN LATERAL (
          SELECT count(*)::int AS "count" FROM (
            SELECT 1 FROM "AIProcessingRequest" r
             WHERE r."companyId" = c."id" AND r."processingStatus" = 'PENDING_BATCHING' AND r.${DRAWS}
               AND ${isWanted('c."questionTopics"', "r.")} LIMIT ${MOST_COUNTED}) found) n
         WHERE c."id" = ANY($1) AND c."status" IN ${SERVED} AND n."count" > 0
         ORDER BY n."count" DESC, c."name" LIMIT ${MOST_NAMED}`,
  params: { companyIds: arrayOf(text) },
  row: { id: text, name: text, count: known(int) },
});

const COUNT_SWITCHED_OFF = statement({
  sql: `SELECT CASE WHEN NOT $1 THEN c."name" END AS "name", sum(n."count")::int AS "count" FROM "Company" c CROSS JOIN LATERAL (
          SELECT count(*) AS "count" FROM (
            SELECT 1 FROM "AIProcessingRequest" WHERE "companyId" = c."id" AND ${PENDING_OPTIONAL} LIMIT ${MOST_COUNTED}) found) n
         WHERE ($1 OR NOT c."questionTopics") AND c."status" IN ${SERVED} AND n."count" > 0
         GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT ${MOST_NAMED}`,
  params: { isOff: bool },
  row: { name: nullable(text), count: known(int) },
});

const COUNT_BACKING_OFF = statement({
  sql: `SELECT b."errorCode" AS "code", count(*)::int AS "count", min(b."notBefore") AS "until",
               max(b."notBefore") AS "lastUntil", (sum(count(*)) OVER ())::int AS "all"
          FROM (SELECT "errorCode", "notBefore", "companyId" FROM "AIProcessingRequest"
                 WHERE "processingStatus" = 'PENDING_BATCHING' AND "notBefore" > $1
                 ORDER BY "notBefore" LIMIT ${MOST_COUNTED}) b
          JOIN "Company" c ON c."id" = b."companyId" AND c."status" IN ${SERVED}
         GROUP BY b."errorCode" ORDER BY 2 DESC, 1`,
  params: { now: timestamp },
  row: {
    code: nullable(text),
    count: known(int),
    until: known(timestamp),
    lastUntil: known(timestamp),
    all: known(int),
  },
});

const COUNT_FAILING_CALLS = statement({
  sql: `SELECT sum("requestCount")::int AS "count", min("failingSince") AS "since", min("notBefore") AS "until",
               max("notBefore") AS "lastUntil", "errorMessage" AS "reason"
          FROM "AIBatchRequest"
         WHERE "status" IN ${LIVE} AND "callFailures" > 0 AND "settlingSince" IS NULL AND "notBefore" > $1
         GROUP BY "errorMessage" ORDER BY 1 DESC LIMIT ${MOST_NAMED}`,
  params: { now: timestamp },
  row: {
    count: known(int),
    since: nullable(timestamp),
    until: known(timestamp),
    lastUntil: known(timestamp),
    reason: nullable(text),
  },
});

const COUNT_OF_MODELS = statement({
  sql: `SELECT m."model", n."count", n."seen" FROM unnest($2::text[]) AS m("model") CROSS JOIN LATERAL (
          SELECT count(*)::int AS "seen",
                 count(*) FILTER (WHERE (p."notBefore" IS NULL OR p."notBefore" <= $1) AND c."status" IN ${SERVED}
                   AND ${isWanted('c."questionTopics"', "p.")})::int AS "count"
            FROM (SELECT "notBefore", "companyId", "processingType" FROM "AIProcessingRequest"
                   WHERE "model" = m."model" AND "processingStatus" = 'PENDING_BATCHING'
                   ORDER BY "requestedAt", "id" LIMIT ${MOST_COUNTED}) p
            JOIN "Company" c ON c."id" = p."companyId") n
         WHERE n."count" > 0`,
  params: { now: timestamp, models: arrayOf(text) },
  row: { model: known(text), count: known(int), seen: known(int) },
});
