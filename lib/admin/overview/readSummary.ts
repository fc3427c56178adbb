import { z } from "zod";
import { defineOperation } from "../../api/operation.ts";
import { readWithin } from "../../api/timeLimit.ts";
import { batchCounts, countBatches, inLowerCase } from "./countBatches.ts";
import { movement, readMovement } from "./movement.ts";
import { type Oldest, readOldest } from "./oldest.ts";
import { readSpend, spend } from "./spend.ts";
import { countRequests, requestCounts } from "./summary.ts";

const HOUR_MS = 3_600_000;
const TIME_LIMIT_MS = 5_000;

const age = z.number().int().nonnegative().nullable();

export const readSummary = defineOperation({
  name: "readSummary",
  summary: "How many requests have each status, for how long, how fast they move, and today's cost.",
  method: "GET",
  path: "/api/admin/legacy/summary",
  permission: "pipeline.read",
  input: z.strictObject({}),
  example: {},
  output: z.object({
    summary: requestCounts,
    oldestAgeMs: z
      .object({
        pending_batching: age,
        batching_in_progress: age,
        processing_complete: age,
        processing_failed: age,
      })
      .meta({ description: "Time since the oldest request in each status was created. Null if there is none." }),
    lastHour: movement,
    batches: batchCounts,
    costToday: spend,
  }),
  run: (ctx) =>
    readWithin(ctx, TIME_LIMIT_MS, async (tx) => {
      const now = ctx.clock.now();
      return {
        summary: await countRequests(tx),
        oldestAgeMs: agesOf(await readOldest(tx), now),
        lastHour: await readMovement(tx, new Date(now.getTime() - HOUR_MS)),
        batches: inLowerCase(await countBatches(tx)),
        costToday: await readSpend(tx, now),
      };
    }),
});

function agesOf(oldest: Oldest, now: Date) {
  const age = (at: Date | null) => at && Math.max(0, now.getTime() - at.getTime());
  return {
    pending_batching: age(oldest.pending_batching),
    batching_in_progress: age(oldest.batching_in_progress),
    processing_complete: age(oldest.processing_complete),
    processing_failed: age(oldest.processing_failed),
  };
}
