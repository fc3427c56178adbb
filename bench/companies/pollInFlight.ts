import { setTimeout as delay } from "node:timers/promises";
import { batchCreator } from "../../lib/pipeline/batchCreator.ts";
import { batchPoller } from "../../lib/pipeline/batchPoller.ts";
import { setFaults } from "../../test/support/emulatorControl.ts";
import { openScene, sumOf } from "./scene.ts";

interface Given {
  batches: number;
  /** What the provider takes for each call, once all are sent. */
  callMs: number;
  /** How long a batch runs there: a range, such as `2m-14m`. */
  runFor: string;
  /** From the start of one round to that of the next. */
  intervalMs: number;
}

/** A round of polling. */
interface Round {
  /** Before it. */
  inFlight: number;
  collected: number;
  calls: number;
  seconds: number;
}

/** Sends so many batches, and polls them until the results of all are there. Answers every round. */
export async function pollInFlight({ batches, callMs, runFor, intervalMs }: Given): Promise<Round[]> {
  const scene = await openScene(batches, "--validating", "0ms", "--in-progress", runFor);
  const { ctx, emulator } = scene;
  try {
    const sent = await batchCreator(ctx);
    if (sent.batches !== batches) throw new Error(`${sent.batches} of ${batches} batches were sent.`);
    await setFaults(emulator, [`slow_reply:ms=${callMs}ms`]);
    const rounds: Round[] = [];
    let callsBefore = sumOf(await scene.readCalls());
    for (let inFlight = batches; inFlight > 0; ) {
      const startedAt = performance.now();
      await batchPoller(ctx);
      const seconds = (performance.now() - startedAt) / 1_000;
      const callsAfter = sumOf(await scene.readCalls());
      const { rows } = await ctx.db.query<{ n: number }>(
        `SELECT count(*)::int AS "n" FROM "AIBatchRequest" WHERE "processedAt" IS NULL`,
      );
      const left = rows[0]?.n ?? 0;
      rounds.push({ inFlight, collected: inFlight - left, calls: callsAfter - callsBefore, seconds });
      [inFlight, callsBefore] = [left, callsAfter];
      if (inFlight > 0) await delay(Math.max(0, intervalMs - seconds * 1_000));
    }
    return rounds;
  } finally {
    await scene.close();
  }
}
