import { notFound } from "../../api/errors.ts";
import { audit, type CallContext } from "../../api/operation.ts";
import { inTransaction } from "../../db/pool.ts";
import { statement, text, timestamp } from "../../db/statement.ts";
import { SCHEDULER_NAMES } from "../../schedulers/schedules.ts";
import { tellOfWants } from "../../schedulers/wants.ts";
import { readSchedulers, type SchedulerView } from "./readSchedulers.ts";

/**
 * Pauses a scheduler or lets it go on, over all workers. Asked for a second time it changes nothing, and records nothing.
 * @throws RefusedError `not_found`
 */
export async function setPaused(
  ctx: CallContext,
  input: { name: string; reason: string },
  paused: boolean,
): Promise<{ changed: boolean; scheduler: SchedulerView }> {
  const name = SCHEDULER_NAMES.find((known) => known === input.name);
  if (!name) throw notFound("scheduler");
  const changed = await inTransaction(ctx.db, async (tx) => {
    const rows = paused
      ? await PAUSE.run(tx, { name, at: ctx.clock.now(), by: ctx.actor.name, reason: input.reason })
      : await RESUME.run(tx, { name });
    if (rows === 0) return false;
    // What was wanted while it was paused is sent now.
    if (!paused) await tellOfWants(tx);
    const action = paused ? "schedulers.pause" : "schedulers.resume";
    const target = { type: "scheduler", id: name };
    await audit(ctx, tx, { action, outcome: "done", target, details: { reason: input.reason } });
    return true;
  });
  if (changed) ctx.log.info({ event: paused ? "scheduler.paused" : "scheduler.resumed", scheduler: name });
  const scheduler = (await readSchedulers(ctx)).find((view) => view.name === name);
  if (!scheduler) throw notFound("scheduler");
  return { changed, scheduler };
}

const PAUSE = statement({
  sql: `INSERT INTO "SchedulerState" AS s ("name", "pausedAt", "pausedBy", "pauseReason") VALUES ($1, $2, $3, $4)
        ON CONFLICT ("name") DO UPDATE SET "pausedAt" = $2, "pausedBy" = $3, "pauseReason" = $4 WHERE s."pausedAt" IS NULL`,
  params: { name: text, at: timestamp, by: text, reason: text },
});

const RESUME = statement({
  sql: `UPDATE "SchedulerState" SET "pausedAt" = NULL, "pausedBy" = NULL, "pauseReason" = NULL
         WHERE "name" = $1 AND "pausedAt" IS NOT NULL`,
  params: { name: text },
});
