import { withAccountOf } from "../../../lib/accounts/inAccount.ts";
import { disableAccount, enableAccount } from "../../../lib/accounts/storeAccount.ts";
import type { PipelineContext } from "../../../lib/context.ts";
import { giveUpBatch } from "../../../lib/pipeline/giveUp.ts";
import { liftSpendingStop, recordSpendingStop, waitForCreates } from "../../../lib/throttle/spendingStop.ts";
import type { Scene } from "./simCase.ts";
import type { Crew } from "./simCrew.ts";
import { THERE } from "./simWorld.ts";

const TRY_AGAIN_MS = 5_000;

/** A crew that was told of the stop, what it had created by then, and since when its database may have forgotten it. */
type Stopped = { crew: Crew; creates: number; forgetsUntil: number };

/**
 * A person who stops all spending. From the moment that the stop has answered, no create may reach the provider until it
 * is resumed, which is looked at when `resumeSpending` is called.
 */
export async function stopSpending(scene: Scene, { afterMs }: { afterMs: number }): Promise<Stopped[]> {
  await sleep(scene, afterMs);
  const stop = { stoppedBy: "operator", reason: "in the simulation" };
  scene.wishes.spendingStopped = true;
  const stopped: Stopped[] = [];
  for (const crew of scene.inCharge()) {
    // From before it is recorded: one that is set back while creates are waited for has forgotten the stop.
    const { forgetsUntil } = crew;
    await insist(scene, (ctx) => recordSpendingStop(ctx.db, { ...stop, stoppedAt: ctx.clock.now() }), crew);
    await insist(scene, waitForCreates, crew);
    stopped.push({ crew, creates: crew.creates, forgetsUntil });
  }
  return stopped;
}

export async function resumeSpending(
  scene: Scene,
  stopped: readonly Stopped[],
  { afterMs }: { afterMs: number },
): Promise<void> {
  await sleep(scene, afterMs);
  for (const { crew, creates, forgetsUntil } of stopped) {
    const sent = crew.forgetsUntil === forgetsUntil ? crew.creates - creates : 0;
    if (sent > 0) scene.violation(`${sent} creates were sent while all spending was stopped`);
  }
  scene.wishes.spendingStopped = false;
  for (const crew of scene.inCharge()) await liftForgottenStop(scene, crew);
}

/** A person who disables the second account, and enables it after a while. */
export async function disableThere(
  scene: Scene,
  { afterMs, forMs }: { afterMs: number; forMs: number },
): Promise<void> {
  await sleep(scene, afterMs);
  if (scene.isOver()) return;
  scene.did("account disabled");
  const crews = scene.inCharge();
  for (const crew of crews) {
    const disabled = { by: "operator", reason: "in the simulation" };
    await insist(scene, (ctx) => disableAccount(ctx.db, THERE.id, { ...disabled, at: ctx.clock.now() }), crew);
    await insist(scene, waitForCreates, crew);
  }
  const before = crews.map((crew) => ({ crew, creates: crew.createsThere }));
  await sleep(scene, forMs);
  for (const { crew, creates } of before) {
    const sent = crew.createsThere - creates;
    if (sent > 0) scene.violation(`${sent} creates were sent to an account that was disabled`);
  }
  // Its key is replaced by then, too.
  const reopen = `UPDATE "ProviderAccount" SET "version" = "version" + 1 WHERE "id" = '${THERE.id}'`;
  for (const crew of crews) {
    await insist(scene, (ctx) => enableAccount(ctx.db, THERE.id), crew);
    await insist(scene, (ctx) => ctx.db.query(reopen), crew);
  }
}

/** Lifts a stop that stands in a database, where nobody wants it any more. */
export async function liftForgottenStop(scene: Scene, crew: Crew): Promise<void> {
  if (!scene.wishes.spendingStopped) await insist(scene, (ctx) => liftSpendingStop(ctx.db), crew);
}

/** A person who gives up the newest batch that is not over, if there is one. */
export async function giveUpNewest(
  scene: Scene,
  { afterMs, now, whenSent = false }: { afterMs: number; now: boolean; whenSent?: boolean },
): Promise<void> {
  await sleep(scene, afterMs);
  await insist(scene, async (ctx) => {
    const { rows } = await ctx.db.query<{ id: string; provider: string }>(
      `SELECT "id", "provider" FROM "AIBatchRequest" WHERE "processedAt" IS NULL AND ("openaiBatchId" IS NOT NULL OR NOT $1)
        ORDER BY "createdAt" DESC, "id" LIMIT 1`,
      [whenSent],
    );
    // No batch is sent yet: the one that will be stuck is still to come.
    if (whenSent && !rows[0]) return undefined;
    const decision = { by: "operator", reason: "in the simulation", requeueNow: now };
    return rows[0]
      ? giveUpBatch(await withAccountOf(ctx, rows[0].provider), rows[0].id, decision, async () => {})
      : false;
  });
}

/** Asks again, as a person does, until it is done, or until nobody works with that database any more: a copy has taken over. */
export async function insist<T>(
  scene: Scene,
  work: (ctx: PipelineContext) => Promise<T>,
  crew: Crew = scene.main,
): Promise<void> {
  const isReplaced = () => crew.isHalted && !crew.isInCharge;
  while (!scene.isOver() && !isReplaced() && (await crew.act(work)) === undefined) await sleep(scene, TRY_AGAIN_MS);
}

export function sleep({ world }: Pick<Scene, "world">, ms: number): Promise<void> {
  const time = world.time();
  return time.sleepUntil(time.now() + ms);
}
