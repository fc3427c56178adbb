import { readWithin } from "../../api/timeLimit.ts";
import { LIVE } from "../../batches/states.ts";
import type { Context } from "../../context.ts";
import { AIBatchRequestStatus } from "../../db/enums.ts";
import type { Sql } from "../../db/pool.ts";
import { double, known, oneOf, statement, text, timestamp } from "../../db/statement.ts";
import { readModelStops } from "../../throttle/modelStop.ts";
import { listStops } from "../../throttle/providerStop.ts";
import { readStuck } from "../batches/stuckBatches.ts";
import { countBatches } from "../overview/countBatches.ts";
import { readMovement } from "../overview/movement.ts";
import { readOldest } from "../overview/oldest.ts";
import { countRequests } from "../overview/summary.ts";
import { readSchedulers } from "../schedulers/readSchedulers.ts";
import { readStopped } from "../spending/setStopped.ts";

const TIME_LIMIT_MS = 3_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** What the metrics say of the installation. */
export type State = Awaited<ReturnType<typeof readState>>;

/** All of one moment, from counters and indexes: what it costs does not grow with the number of requests. */
export function readState(ctx: Context) {
  return readWithin(ctx, TIME_LIMIT_MS, async (tx) => {
    await tx.query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
    const at = ctx.clock.now();
    const anHourAgo = new Date(at.getTime() - HOUR_MS);
    return {
      at,
      requests: await countRequests(tx),
      batches: await countBatches(tx),
      oldestRequests: await readOldest(tx),
      oldestBatches: await readOldestBatches(tx),
      stuck: (await readStuck(ctx, tx, 1)).count,
      lastHour: await readMovement(tx, anHourAgo),
      failures: new Map((await COUNT_FAILURES.rows(tx, { since: anHourAgo })).map(({ code, count }) => [code, count])),
      today: await SUM_UP_DAY.rows(tx, { since: new Date(Math.floor(at.getTime() / DAY_MS) * DAY_MS) }),
      schedulers: await readSchedulers(ctx, tx),
      accountsStopped: (await listStops({ db: tx })).length,
      modelsStopped: (await readModelStops({ db: tx })).length,
      spendingStopped: (await readStopped(tx)) !== null,
    };
  });
}

async function readOldestBatches(sql: Sql): Promise<Map<AIBatchRequestStatus, Date>> {
  return new Map((await FIND_OLDEST.rows(sql, {})).map(({ status, createdAt }) => [status, createdAt]));
}

const FIND_OLDEST = statement({
  sql: `SELECT "status", min("createdAt") AS "createdAt" FROM "AIBatchRequest" WHERE "status" IN ${LIVE} GROUP BY "status"`,
  row: { status: oneOf("AIBatchRequestStatus", AIBatchRequestStatus), createdAt: known(timestamp) },
});

const COUNT_FAILURES = statement({
  sql: `SELECT "code", sum("count")::float8 AS "count" FROM "FailureTally" WHERE "minute" > $1 GROUP BY "code"`,
  params: { since: timestamp },
  row: { code: text, count: known(double) },
});

const SUM_UP_DAY = statement({
  sql: `SELECT "model", sum("lines")::float8 AS "lines", sum("linesWithoutUsage")::float8 AS "linesWithoutUsage",
               sum("promptTokens")::float8 AS "promptTokens", sum("cachedTokens")::float8 AS "cachedTokens",
               sum("completionTokens")::float8 AS "completionTokens", sum("costEur")::float8 AS "costEur"
          FROM "SpendHour" WHERE "hour" >= $1 GROUP BY "model"`,
  params: { since: timestamp },
  row: {
    model: text,
    lines: known(double),
    linesWithoutUsage: known(double),
    promptTokens: known(double),
    cachedTokens: known(double),
    completionTokens: known(double),
    costEur: known(double),
  },
});
