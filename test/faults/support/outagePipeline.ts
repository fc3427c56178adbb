import pg from "pg";
import { batchCreator } from "../../../lib/batch/batchCreator.ts";
import { batchPoller } from "../../../lib/batch/batchPoller.ts";
import type { Step, StepHook } from "../../../lib/batch/step.ts";
import { systemClock } from "../../../lib/clock.ts";
import type { PipelineContext } from "../../../lib/context.ts";

const MOST_ROUNDS = 300;
const LOOKS = 200;

/** Ends every connection of LiveDash to a database, once one of them is inside a transaction. Answers how many. */
async function cutConnections(url: string): Promise<number> {
  const client = new pg.Client({ connectionString: url, application_name: "livedash-fault-test" });
  await client.connect();
  try {
    for (let look = 0; look < LOOKS; look++) {
      const { rows } = await client.query<{ ended: number }>(
        `SELECT count(pg_terminate_backend("pid"))::int AS "ended" FROM pg_stat_activity
          WHERE "application_name" = 'livedash' AND "datname" = current_database()
            AND EXISTS (SELECT 1 FROM pg_stat_activity
                         WHERE "application_name" = 'livedash' AND "datname" = current_database()
                           AND "xact_start" IS NOT NULL)`,
      );
      if (rows[0]?.ended) return rows[0].ended;
    }
    return 0;
  } finally {
    await client.end();
  }
}

/** A hook that cuts the connections while these steps run, each of them the first so many times. */
export function cuttingAt(url: string, steps: readonly Step[], times: number, cuts: Map<Step, number>): StepHook {
  return async (name, action) => {
    const before = cuts.get(name) ?? 0;
    if (!steps.includes(name) || before >= times) return action();
    const running = action();
    // It fails while the cut is still awaited; without this the process would call it unhandled.
    running.catch(() => {});
    if (await cutConnections(url)) cuts.set(name, before + 1);
    return running;
  };
}

/** Rounds as the schedulers do them: what a round throws is logged there, and the next one tries again. */
export async function workThroughOutages(ctx: PipelineContext): Promise<number> {
  let brokenRounds = 0;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    for (const scheduler of [batchCreator, batchPoller]) {
      await scheduler(ctx).catch(() => {
        brokenRounds++;
      });
    }
    await systemClock.sleep(30);
    if (await isIdle(ctx)) return brokenRounds;
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
