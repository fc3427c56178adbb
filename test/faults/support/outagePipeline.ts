import pg from "pg";
import { systemClock } from "../../../lib/clock.ts";
import type { PipelineContext } from "../../../lib/context.ts";
import { batchCreator } from "../../../lib/pipeline/batchCreator.ts";
import { batchPoller } from "../../../lib/pipeline/batchPoller.ts";
import type { Step, StepHook } from "../../../lib/step.ts";
import { inEachAccount } from "../../support/inEachAccount.ts";

/** Some wait for a lease that a cut kept from being handed back; what never ends is for the test's own limit. */
const MOST_ROUNDS = 20_000;
/** Nothing tells when a statement waits for the lock: it is looked for. */
const LOOK_EVERY_MS = 5;

/**
 * Runs an action and ends every connection of LiveDash to the database while it is inside a transaction: a lock stops it
 * there, so it does not depend on who is faster. Answers whether it came to that; the action ends as it ends.
 */
async function cutWhileItWrites(url: string, action: () => Promise<unknown>): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, application_name: "livedash-fault-test" });
  await client.connect();
  try {
    await client.query(`BEGIN; LOCK TABLE "AIProcessingRequest", "AIBatchRequest" IN EXCLUSIVE MODE`);
    let isOver = false;
    const over = () => {
      isOver = true;
    };
    void action().then(over, over);
    while (!isOver) {
      // Within a transaction the view would show for ever what it showed first.
      await client.query("SELECT pg_stat_clear_snapshot()");
      const { rows } = await client.query<{ ended: number }>(
        `SELECT count(pg_terminate_backend("pid"))::int AS "ended" FROM pg_stat_activity
          WHERE "application_name" = 'livedash' AND "datname" = current_database()
            AND EXISTS (SELECT 1 FROM pg_stat_activity
                         WHERE "application_name" = 'livedash' AND "datname" = current_database()
                           AND "wait_event_type" = 'Lock')`,
      );
      if (rows[0]?.ended) return true;
      await systemClock.sleep(LOOK_EVERY_MS);
    }
    return false;
  } finally {
    await client.end();
  }
}

/** A hook that cuts the connections while these steps run, each of them the first so many times. */
export function cuttingAt(url: string, steps: readonly Step[], times: number, cuts: Map<Step, number>): StepHook {
  return async (name, action) => {
    const before = cuts.get(name) ?? 0;
    if (!steps.includes(name) || before >= times) return action();
    let running: ReturnType<typeof action> | undefined;
    const begin = () => (running = action());
    if (await cutWhileItWrites(url, begin)) cuts.set(name, (cuts.get(name) ?? 0) + 1);
    return running ?? action();
  };
}

/** Rounds as the schedulers do them: what a round throws is logged there, and the next one tries again. */
export async function workThroughOutages(ctx: PipelineContext): Promise<number> {
  let brokenRounds = 0;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    for (const scheduler of [batchCreator, batchPoller]) {
      await inEachAccount(ctx, scheduler).catch(() => {
        brokenRounds++;
      });
    }
    // The provider's batches go on meanwhile, in everybody's time: workers and database are processes of their own.
    await systemClock.sleep(30);
    // The question itself may meet a connection that has just been cut: then the next round asks again.
    if (await isIdle(ctx).catch(() => false)) return brokenRounds;
  }
  throw new Error(`The pipeline was not idle after ${MOST_ROUNDS} rounds.`);
}

async function isIdle({ db }: PipelineContext): Promise<boolean> {
  const { rows } = await db.query<{ busy: boolean }>(
    `SELECT EXISTS (SELECT 1 FROM "AIProcessingRequest"
                     WHERE "processingStatus" IN ('PENDING_BATCHING', 'BATCHING_IN_PROGRESS'))
         OR EXISTS (SELECT 1 FROM "AIBatchRequest" WHERE "processedAt" IS NULL) AS "busy"`,
  );
  return !rows[0]?.busy;
}
