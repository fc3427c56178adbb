import { z } from "zod";
import { pageSize } from "../../api/fields.ts";
import { readWithin } from "../../api/timeLimit.ts";
import { defineVerb } from "../../api/verb.ts";
import { FAILURES, type FailureCode } from "../../failures.ts";

const TIME_LIMIT_MS = 5_000;
const HOUR_MS = 3_600_000;
/** So many that are still failed are counted for each group, and no more. */
export const MOST_COUNTED = 1_000;

const count = z.number().int().nonnegative();

export const failureGroup = z.object({
  code: z.string(),
  message: z
    .string()
    .meta({ description: "Without names and numbers: what the messages of the group have in common." }),
  meaning: z.string(),
  retryable: z
    .boolean()
    .meta({ description: "Whether such requests go back by themselves, until their attempts are used." }),
  lastHour: count,
  lastDay: count,
  lastWeek: count,
  stillFailed: count.meta({ description: `At this moment; ${MOST_COUNTED} stands for that many or more.` }),
  filter: z
    .object({ status: z.literal("processing_failed"), errorCode: z.string(), errorGroup: z.string() })
    .nullable()
    .meta({ description: "Lists, counts and requeues those that are still failed." }),
});

type Group = z.input<typeof failureGroup>;

/** Counted by a trigger as requests fail, so it costs the same however many there are, and outlives a requeue. */
export const listFailureGroups = defineVerb({
  name: "listFailureGroups",
  summary: "What failed in the last hour, day and week, by code and message; the most frequent of the day come first.",
  method: "GET",
  path: "/api/admin/legacy/errors",
  permission: "requests.read",
  input: z.strictObject({ limit: pageSize }),
  example: { limit: 50 },
  output: z.object({
    groups: z.array(failureGroup),
    more: z.boolean().meta({ description: "Whether there are groups beyond the limit." }),
  }),
  run: async (ctx, { limit }) => {
    const now = ctx.clock.now().getTime();
    const [hour, day, week] = [1, 24, 7 * 24].map((hours) => new Date(now - hours * HOUR_MS));
    const rows = await readWithin(ctx, TIME_LIMIT_MS, async (tx) => {
      const found = await tx.query<Omit<Group, "meaning" | "retryable" | "filter">>(
        `SELECT g.*, (SELECT count(*)::int FROM (
                  SELECT 1 FROM "AIProcessingRequest" r
                   WHERE r."processingStatus" = 'PROCESSING_FAILED' AND r."errorCode" = g."code"
                     AND livedash_error_group(r."errorMessage") = g."message" LIMIT ${MOST_COUNTED}) f) AS "stillFailed"
           FROM (SELECT "code", "group" AS "message",
                        COALESCE(sum("count") FILTER (WHERE "minute" > $1), 0)::float8 AS "lastHour",
                        COALESCE(sum("count") FILTER (WHERE "minute" > $2), 0)::float8 AS "lastDay",
                        sum("count")::float8 AS "lastWeek"
                   FROM "FailureTally" WHERE "minute" > $3 GROUP BY "code", "group"
                  ORDER BY "lastDay" DESC, "lastWeek" DESC, "code", "message" LIMIT $4) g
          ORDER BY "lastDay" DESC, "lastWeek" DESC, "code", "message"`,
        [hour, day, week, limit + 1],
      );
      return found.rows;
    });
    return { groups: rows.slice(0, limit).map(explain), more: rows.length > limit };
  },
});

function explain(row: Omit<Group, "meaning" | "retryable" | "filter">): Group {
  const { code, message } = row;
  if (!isKnown(code)) {
    return { ...row, meaning: "A reason that this version of LiveDash does not know", retryable: false, filter: null };
  }
  const { meaning, retryable } = FAILURES[code];
  return { ...row, meaning, retryable, filter: { status: "processing_failed", errorCode: code, errorGroup: message } };
}

function isKnown(code: string): code is FailureCode {
  return Object.hasOwn(FAILURES, code);
}
