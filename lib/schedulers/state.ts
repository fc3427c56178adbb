import type { Context } from "../context.ts";
import type { Sql } from "../db/pool.ts";
import { bool, int, json, known, nullable, statement, text, textOf, timestamp } from "../db/statement.ts";
import { messageOf } from "../errors.ts";
import type { SchedulerName } from "./schedules.ts";

const LONGEST_ERROR = 1_000;

/** Records that a run begins, unless the scheduler is paused: then nothing is recorded, and it must not run. */
export async function beginRun(ctx: Context, name: SchedulerName, intervalMs: number): Promise<boolean> {
  return (await BEGIN_RUN.run(ctx.db, { name, intervalMs, now: ctx.clock.now() })) === 1;
}

const name = textOf<SchedulerName>();
const BEGIN_RUN = statement({
  sql: `INSERT INTO "SchedulerState" AS s ("name", "intervalMs", "lastStartedAt") VALUES ($1, $2, $3)
        ON CONFLICT ("name") DO UPDATE SET "intervalMs" = $2, "lastStartedAt" = $3 WHERE s."pausedAt" IS NULL`,
  params: { name, intervalMs: int, now: timestamp },
});

/** Records a run that had nothing to do, in one statement; nothing while the scheduler is paused or runs. */
export async function recordIdleRun(ctx: Context, name: SchedulerName, intervalMs: number): Promise<void> {
  await RECORD_IDLE.run(ctx.db, { name, intervalMs, now: ctx.clock.now() });
}

const RECORD_IDLE = statement({
  sql: `UPDATE "SchedulerState"
           SET "intervalMs" = $2, "lastStartedAt" = $3, "lastFinishedAt" = $3, "lastDurationMs" = 0, "lastResult" = '{}'
         WHERE "name" = $1 AND "pausedAt" IS NULL AND "lastFinishedAt" >= "lastStartedAt"`,
  params: { name, intervalMs: int, now: timestamp },
});

/** Notes that a run of a scheduler is wanted at once. */
export async function noteWanted(ctx: Pick<Context, "clock">, sql: Sql, name: SchedulerName): Promise<void> {
  await WANT_RUN.run(sql, { name, now: ctx.clock.now() });
}

const WANT_RUN = statement({
  sql: `INSERT INTO "SchedulerState" ("name", "wantedAt") VALUES ($1, $2)
        ON CONFLICT ("name") DO UPDATE SET "wantedAt" = $2`,
  params: { name, now: timestamp },
});

/** The schedulers of which a run is wanted that has not begun yet, each with the moment at which it was asked for. */
export const LIST_WANTED = statement({
  sql: `SELECT "name", "wantedAt" FROM "SchedulerState"
         WHERE "wantedAt" > COALESCE("lastStartedAt", 'epoch') AND "pausedAt" IS NULL`,
  row: { name: text, wantedAt: known(timestamp) },
});

/** What a run has to say of itself. Numbers alone: it is kept and shown. */
export type RunResult = Record<string, number>;

/** How a run ended. */
export type RunEnd = { durationMs: number } & ({ result: RunResult } | { error: unknown });

/** The last error stays until another one comes, with its time: it is what an operator looks for. */
export async function endRun(ctx: Context, name: SchedulerName, end: RunEnd): Promise<void> {
  const failed = "error" in end;
  await END_RUN.run(ctx.db, {
    name,
    now: ctx.clock.now(),
    durationMs: end.durationMs,
    result: failed ? null : JSON.stringify(end.result),
    failed,
    error: failed ? messageOf(end.error).slice(0, LONGEST_ERROR) : null,
  });
}

const END_RUN = statement({
  sql: `UPDATE "SchedulerState"
           SET "lastFinishedAt" = $2, "lastDurationMs" = $3, "lastResult" = $4,
               "lastError" = CASE WHEN $5 THEN $6 ELSE "lastError" END,
               "lastErrorAt" = CASE WHEN $5 THEN $2 ELSE "lastErrorAt" END
         WHERE "name" = $1`,
  params: {
    name,
    now: timestamp,
    durationMs: int,
    result: nullable(json<RunResult>()),
    failed: bool,
    error: nullable(text),
  },
});
