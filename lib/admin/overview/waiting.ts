import type { Context } from "../../context.ts";
import type { Sql } from "../../db/pool.ts";
import { readInstallation } from "../../installation/installation.ts";
import { describeCopied } from "../../installation/signs.ts";
import { readModelStops } from "../../throttle/modelStop.ts";
import type { SchedulerView } from "../schedulers/readSchedulers.ts";
import { readStopped } from "../spending/setStopped.ts";
import {
  readBackingOff,
  readFailingCalls,
  readFullBudgets,
  readLimited,
  readOfModel,
  readSwitchedOff,
  readUnserved,
} from "./countWaiting.ts";
import { readHeldAccounts } from "./heldAccounts.ts";
import type { Waiting } from "./waitingShape.ts";

const NONE = { atLeast: false, subject: null, reason: null, by: null, since: null, until: null, lastUntil: null };
/** A scheduler that has not begun for so many of its intervals is run by nobody. */
const SILENT_INTERVALS = 3;

/** What waits, why and until when: what holds all of it first, then what holds some, then what goes on by itself. */
export async function readWaiting(
  ctx: Context,
  sql: Sql,
  { pending, schedulers }: { pending: number; schedulers: readonly SchedulerView[] },
): Promise<Waiting[]> {
  const calls = await readFailingCalls(ctx, sql);
  const creation = schedulers.find(({ name }) => name === "batch-creation");
  if (pending === 0 || !creation) return calls;
  const held = await readHolds(ctx, sql, pending, creation);
  const some = [
    ...(await readHeldAccounts(ctx, sql, pending)),
    ...(await readStoppedModels(ctx, sql)),
    ...(await readUnserved(sql)),
    ...(await readLimited(ctx, sql)),
    ...(await readSwitchedOff(ctx, sql)),
    ...(await readFullBudgets(ctx, sql)),
  ];
  const backingOff = await readBackingOff(ctx, sql);
  const counted = [...some, ...backingOff];
  const rest = pending - counted.reduce((sum, { count }) => sum + count, 0);
  const isRestKnown = rest > 0 && held.length === 0 && !counted.some(({ atLeast }) => atLeast);
  const next: Waiting[] = isRestKnown
    ? [{ ...NONE, kind: "next_round", count: rest, until: creation.nextRunAt, lastUntil: creation.nextRunAt }]
    : [];
  return [...held, ...some, ...calls, ...backingOff, ...next];
}

/** What holds everything that is pending. */
async function readHolds(ctx: Context, sql: Sql, count: number, creation: SchedulerView): Promise<Waiting[]> {
  const all = { ...NONE, count };
  const copied = (await readInstallation(sql))?.copied;
  const stopped = await readStopped(sql);
  const held: Waiting[] = [];
  if (copied) held.push({ ...all, kind: "copied", reason: describeCopied(copied) });
  if (stopped) held.push({ ...all, kind: "spending_stopped", ...stopped });
  if (creation.paused) held.push({ ...all, kind: "creation_paused", ...creation.paused });
  else if (!creation.enabled && isSilent(ctx, creation)) held.push({ ...all, kind: "creation_off" });
  else if (creation.lastStartedAt && isSilent(ctx, creation)) {
    held.push({ ...all, kind: "creation_silent", since: creation.lastStartedAt });
  }
  return held;
}

/** Whoever answers need not be who runs it: what counts is that it ran. */
function isSilent(ctx: Context, { lastStartedAt, intervalMs }: SchedulerView): boolean {
  const last = lastStartedAt?.getTime() ?? Number.NEGATIVE_INFINITY;
  return ctx.clock.now().getTime() - last > SILENT_INTERVALS * intervalMs;
}

async function readStoppedModels(ctx: Context, sql: Sql): Promise<Waiting[]> {
  const stops = await readModelStops({ db: sql });
  const counts = await readOfModel(
    ctx,
    sql,
    stops.map(({ model }) => model),
  );
  return stops.flatMap(({ model, message, stoppedAt }) => {
    const found = counts.get(model);
    if (!found) return [];
    return [{ ...NONE, ...found, kind: "model_stopped" as const, subject: model, reason: message, since: stoppedAt }];
  });
}
