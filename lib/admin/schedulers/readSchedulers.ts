import { z } from "zod";
import { time } from "../../api/fields.ts";
import type { Context } from "../../context.ts";
import type { Sql } from "../../db/pool.ts";
import { int, json, nullable, type RowOf, statement, text, timestamp } from "../../db/statement.ts";
import { SCHEDULER_NAMES, SCHEDULES, type SchedulerName, slotAt } from "../../schedulers/schedules.ts";
import type { RunResult } from "../../schedulers/state.ts";

export const schedulerShape = z.object({
  name: z.enum(SCHEDULER_NAMES),
  enabled: z.boolean().meta({ description: "Whether it is enabled in the configuration of the process that answers." }),
  intervalMs: z.number().int().positive(),
  paused: z.object({ by: z.string().nullable(), reason: z.string().nullable(), since: time }).nullable(),
  nextRunAt: time.nullable().meta({ description: "Null while it is paused or switched off." }),
  lastStartedAt: time.nullable(),
  lastFinishedAt: time.nullable().meta({ description: "Earlier than the last start while a run is in progress." }),
  lastDurationMs: z.number().int().nonnegative().nullable(),
  lastResult: z.record(z.string(), z.number()).nullable().meta({ description: "Counts; null after a failed run." }),
  lastError: z
    .string()
    .nullable()
    .meta({ description: "From the last run that failed, which may not be the last run." }),
  lastErrorAt: time.nullable(),
});

export type SchedulerView = z.input<typeof schedulerShape>;

/** Every scheduler as its last run left it, over all workers. */
export async function readSchedulers(ctx: Context, sql: Sql = ctx.db): Promise<SchedulerView[]> {
  const states = new Map((await READ.rows(sql, {})).map((row) => [row.name, row]));
  return SCHEDULER_NAMES.map((name) => describe(ctx, name, states.get(name)));
}

/** Whoever runs it may have another interval than this process: theirs counts, once they have run it. */
function describe(ctx: Context, name: SchedulerName, state: RowOf<typeof READ> | undefined): SchedulerView {
  const enabled = SCHEDULES[name].isEnabled(ctx.config);
  const intervalMs = state?.intervalMs ?? SCHEDULES[name].intervalMs(ctx.config);
  const pausedAt = state?.pausedAt ?? null;
  const nextSlot = new Date((slotAt(ctx.clock.now(), intervalMs) + 1) * intervalMs);
  return {
    name,
    enabled,
    intervalMs,
    paused: pausedAt && { by: state?.pausedBy ?? null, reason: state?.pauseReason ?? null, since: pausedAt },
    nextRunAt: enabled && !pausedAt ? nextSlot : null,
    lastStartedAt: state?.lastStartedAt ?? null,
    lastFinishedAt: state?.lastFinishedAt ?? null,
    lastDurationMs: state?.lastDurationMs ?? null,
    lastResult: state?.lastResult ?? null,
    lastError: state?.lastError ?? null,
    lastErrorAt: state?.lastErrorAt ?? null,
  };
}

const READ = statement({
  sql: `SELECT "name", "pausedAt", "pausedBy", "pauseReason", "intervalMs", "lastStartedAt", "lastFinishedAt",
               "lastDurationMs", "lastResult", "lastError", "lastErrorAt" FROM "SchedulerState"`,
  row: {
    name: text,
    pausedAt: nullable(timestamp),
    pausedBy: nullable(text),
    pauseReason: nullable(text),
    intervalMs: nullable(int),
    lastStartedAt: nullable(timestamp),
    lastFinishedAt: nullable(timestamp),
    lastDurationMs: nullable(int),
    lastResult: nullable(json<RunResult>()),
    lastError: nullable(text),
    lastErrorAt: nullable(timestamp),
  },
});
