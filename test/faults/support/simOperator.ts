import { giveUpBatch } from "../../../lib/batch/giveUp.ts";
import { liftSpendingStop, recordSpendingStop, waitForCreates } from "../../../lib/batch/spendingStop.ts";
import type { Scene } from "./simCase.ts";

const TRY_AGAIN_MS = 5_000;

/**
 * A person who stops all spending. From the moment that the stop has answered, no create may reach the provider until it
 * is resumed, which is looked at when `resumeSpending` is called.
 */
export async function stopSpending(scene: Scene, { afterMs }: { afterMs: number }): Promise<void> {
  await sleep(scene, afterMs);
  const stop = { stoppedBy: "operator", reason: "in the simulation" };
  await insist(scene, (ctx) => recordSpendingStop(ctx.db, { ...stop, stoppedAt: ctx.clock.now() }));
  await insist(scene, waitForCreates);
}

/** A person who gives up the newest batch that is not over, if there is one. */
export async function giveUpNewest(scene: Scene, { afterMs, now }: { afterMs: number; now: boolean }): Promise<void> {
  await sleep(scene, afterMs);
  await insist(scene, async (ctx) => {
    const { rows } = await ctx.db.query<{ id: string }>(
      `SELECT "id" FROM "AIBatchRequest" WHERE "processedAt" IS NULL ORDER BY "createdAt" DESC, "id" LIMIT 1`,
    );
    const decision = { by: "operator", reason: "in the simulation", requeueNow: now };
    return rows[0] ? giveUpBatch(ctx, rows[0].id, decision, async () => {}) : false;
  });
}

export async function resumeSpending(scene: Scene, { afterMs }: { afterMs: number }): Promise<void> {
  const before = scene.creates();
  await sleep(scene, afterMs);
  const sent = scene.creates() - before;
  if (sent > 0) scene.violation(`${sent} creates were sent while all spending was stopped`);
  await insist(scene, (ctx) => liftSpendingStop(ctx.db));
}

/** Asks again, as a person does, until it is done. */
async function insist<T>(scene: Scene, work: Parameters<typeof scene.act<T>>[0]): Promise<void> {
  while (!scene.isOver() && (await scene.act(work)) === undefined) await sleep(scene, TRY_AGAIN_MS);
}

function sleep({ world }: Scene, ms: number): Promise<void> {
  const time = world.time();
  return time.sleepUntil(time.now() + ms);
}
