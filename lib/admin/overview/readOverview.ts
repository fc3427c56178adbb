import { z } from "zod";
import { time } from "../../api/fields.ts";
import { readWithin } from "../../api/timeLimit.ts";
import type { Context } from "../../context.ts";
import { readModelStops } from "../../throttle/modelStop.ts";
import { listStops } from "../../throttle/providerStop.ts";
import { readStuck, stuckBatches } from "../batches/stuckBatches.ts";
import { readSchedulers, schedulerShape } from "../schedulers/readSchedulers.ts";
import { readStopped, stopped } from "../spending/setStopped.ts";
import { batchCounts, countBatches, inLowerCase } from "./countBatches.ts";
import { liveBatch, readLiveBatches } from "./liveBatches.ts";
import { movement, readMovement } from "./movement.ts";
import { oldest, readOldest } from "./oldest.ts";
import { bucket, readSeries, series } from "./series.ts";
import { readSpend, spend } from "./spend.ts";
import { countRequests, requestCounts } from "./summary.ts";
import { readWaiting } from "./waiting.ts";
import { waiting } from "./waitingShape.ts";

const HOUR_MS = 3_600_000;
const TIME_LIMIT_MS = 5_000;

const nextTrialAt = time.meta({ description: "When a small batch will try whether sending can resume." });

/** The pipeline at a glance, in parts of which each is sent again when it changes. */
export const overviewShape = z.object({
  at: time,
  requests: z.object({
    counts: requestCounts,
    oldest: oldest.meta({ description: "When the oldest request in each status was created." }),
    lastHour: movement,
  }),
  batches: z.object({
    counts: batchCounts,
    live: z.array(liveBatch).meta({ description: "The oldest 200 that have not ended." }),
    stuck: stuckBatches,
  }),
  series,
  current: bucket.meta({ description: "The current five minutes, which continue the series." }),
  spend,
  schedulers: z.array(schedulerShape),
  providerStop: z
    .object({ code: z.string(), message: z.string(), stoppedAt: time, nextTrialAt })
    .nullable()
    .meta({ description: "Why nothing new is sent to an account: the one that has been on hold longest." }),
  providerStops: z
    .array(z.object({ provider: z.string(), code: z.string(), message: z.string(), stoppedAt: time, nextTrialAt }))
    .meta({ description: "Accounts to which nothing new is sent, and why. Other accounts continue." }),
  modelStops: z
    .array(z.object({ model: z.string(), code: z.string(), message: z.string(), stoppedAt: time, nextTrialAt }))
    .meta({ description: "Models for which nothing new is sent, and why. Other models continue." }),
  spendingStop: stopped,
  waiting: z
    .array(waiting)
    .meta({ description: "What is waiting, why and until when. Whatever holds up everything comes first." }),
});

/** All parts show one moment. What it costs does not grow with the number of requests. */
export async function readOverview(ctx: Context): Promise<z.input<typeof overviewShape>> {
  return readWithin(ctx, TIME_LIMIT_MS, async (tx) => {
    await tx.query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
    const at = ctx.clock.now();
    const counts = await countRequests(tx);
    const schedulers = await readSchedulers(ctx, tx);
    const providerStops = await listStops({ db: tx });
    return {
      at,
      requests: {
        counts,
        oldest: await readOldest(tx),
        lastHour: await readMovement(tx, new Date(at.getTime() - HOUR_MS)),
      },
      batches: {
        counts: inLowerCase(await countBatches(tx)),
        live: await readLiveBatches(ctx, tx),
        stuck: await readStuck(ctx, tx),
      },
      ...(await readSeries(tx, at, counts)),
      spend: await readSpend(tx, at),
      schedulers,
      providerStop: providerStops[0] ?? null,
      providerStops,
      modelStops: await readModelStops({ db: tx }),
      spendingStop: await readStopped(tx),
      waiting: await readWaiting(ctx, tx, { pending: counts.pending_batching, schedulers }),
    };
  });
}
