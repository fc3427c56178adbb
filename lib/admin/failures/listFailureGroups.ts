import { z } from "zod";
import { pageSize, time } from "../../api/fields.ts";
import { defineOperation } from "../../api/operation.ts";
import { readWithin } from "../../api/timeLimit.ts";
import { readCostPerLine } from "../../costs/price.ts";
import { bigint, double, int, json, known, nullable, statement, text, timestamp } from "../../db/statement.ts";
import { type CountedGroup, explainGroup, failureGroup, MOST_COUNTED } from "./failureGroup.ts";

const TIME_LIMIT_MS = 5_000;
const HOUR_MS = 3_600_000;
const MOST_COMPANIES = 20;

/** Counted by a trigger as requests fail, so it costs the same however many there are, and outlives a requeue. */
export const listFailureGroups = defineOperation({
  name: "listFailureGroups",
  summary: "Failures of the last hour, day and week by code and message, most frequent of the day first.",
  method: "GET",
  path: "/api/admin/errors",
  permission: "requests.read",
  input: z.strictObject({ limit: pageSize }),
  example: { limit: 50 },
  output: z.object({
    groups: z.array(failureGroup),
    more: z.boolean().meta({ description: "Whether there are more groups than the limit." }),
    since: z
      .object({ lastHour: time, lastDay: time, lastWeek: time })
      .meta({ description: "When these begin: as `failedSince`, it lists what was counted." }),
  }),
  run: async (ctx, { limit }) => {
    const now = ctx.clock.now().getTime();
    const ago = (hours: number) => new Date(now - hours * HOUR_MS);
    const since = { lastHour: ago(1), lastDay: ago(24), lastWeek: ago(7 * 24) };
    return readWithin(ctx, TIME_LIMIT_MS, async (tx) => {
      const rows = await COUNT_GROUPS.rows(tx, { ...since, limit: limit + 1 });
      const costPerLine = await readCostPerLine(ctx, tx);
      const groups = rows.slice(0, limit).map((row) => explainGroup(row, costPerLine));
      return { groups, more: rows.length > limit, since };
    });
  },
});

/** The newest of each group that are still failed, up to the limit, are read once and counted in several ways. */
const COUNT_GROUPS = statement({
  sql: `
  SELECT g.*, f.*
    FROM (SELECT "code", "group" AS "message",
                 COALESCE(sum("count") FILTER (WHERE "minute" > $1), 0)::float8 AS "lastHour",
                 COALESCE(sum("count") FILTER (WHERE "minute" > $2), 0)::float8 AS "lastDay",
                 sum("count")::float8 AS "lastWeek", min("minute") AS "firstAt", max("minute") AS "lastAt"
            FROM "FailureTally" WHERE "minute" > $3 GROUP BY "code", "group"
           ORDER BY "lastDay" DESC, "lastWeek" DESC, "code", "message" LIMIT $4) g
   CROSS JOIN LATERAL (
     WITH failed AS MATERIALIZED (
       SELECT r."id", r."sessionId", r."companyId", r."model", r."errorMessage", r."completedAt" FROM "AIProcessingRequest" r
        WHERE r."processingStatus" = 'PROCESSING_FAILED' AND r."errorCode" = g."code"
          AND livedash_error_group(r."errorMessage") = g."message"
        ORDER BY r."completedAt" DESC LIMIT ${MOST_COUNTED})
     SELECT (SELECT count(*)::int FROM failed) AS "stillFailed",
            (SELECT json_build_object(
               'lastHour', count(*) FILTER (WHERE "completedAt" >= $1), 'lastDay', count(*) FILTER (WHERE "completedAt" >= $2),
               'lastWeek', count(*) FILTER (WHERE "completedAt" >= $3)) FROM failed) AS "stillFailedOf",
            (SELECT COALESCE(json_agg(json_build_object('id', c."id", 'name', c."name", 'count', n."count")
                               ORDER BY n."count" DESC, c."name"), '[]')
               FROM (SELECT "companyId", count(*)::int AS "count" FROM failed GROUP BY "companyId"
                      ORDER BY 2 DESC LIMIT ${MOST_COMPANIES}) n JOIN "Company" c ON c."id" = n."companyId") AS "companies",
            (SELECT COALESCE(json_agg(json_build_object('model', "model", 'count', "count")), '[]')
               FROM (SELECT "model", count(*)::int AS "count" FROM failed GROUP BY "model") m) AS "models",
            newest."id" AS "sampleId",
            (SELECT "externalSessionId" FROM "Session" WHERE "id" = newest."sessionId") AS "sampleName", left(newest."errorMessage", 500) AS "sampleError", newest."completedAt" AS "sampleAt"
       FROM (SELECT 1) one
       LEFT JOIN LATERAL (SELECT * FROM failed ORDER BY "completedAt" DESC, "id" LIMIT 1) newest ON true) f
   ORDER BY g."lastDay" DESC, g."lastWeek" DESC, g."code", g."message"`,
  params: { lastHour: timestamp, lastDay: timestamp, lastWeek: timestamp, limit: bigint },
  row: {
    code: known(text),
    message: known(text),
    lastHour: known(double),
    lastDay: known(double),
    lastWeek: known(double),
    firstAt: known(timestamp),
    lastAt: known(timestamp),
    stillFailed: known(int),
    stillFailedOf: known(json<CountedGroup["stillFailedOf"]>()),
    companies: known(json<CountedGroup["companies"]>()),
    models: known(json<CountedGroup["models"]>()),
    sampleId: nullable(text),
    sampleName: nullable(text),
    sampleError: nullable(text),
    sampleAt: nullable(timestamp),
  },
});
