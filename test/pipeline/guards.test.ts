import { afterEach, describe, expect, it } from "vitest";
import { withLease } from "../../lib/batches/lease.ts";
import { after } from "../../lib/clock.ts";
import type { PipelineContext } from "../../lib/context.ts";
import { batchCreator } from "../../lib/pipeline/batchCreator.ts";
import { batchPoller } from "../../lib/pipeline/batchPoller.ts";
import type { Step, StepHook } from "../../lib/step.ts";
import { expectInvariants } from "../support/invariants.ts";
import { addSessions, runUntilIdle, startPipelineInOwnTime, type TestPipeline } from "../support/pipeline.ts";
import { passTime } from "../support/testClock.ts";

const LINES = 5;

let pipeline: TestPipeline;
afterEach(async () => pipeline.close());

/** What happens at the provider, and the steps at which a worker may sleep while its lease goes to another one. */
const NIGHTS: [story: string, faults: string[], steps: Step[]][] = [
  [
    "submitting",
    [],
    ["submit.begin", "submit.upload", "submit.record_file", "lease.renew", "submit.create", "submit.record_batch"],
  ],
  ["submitting in vain", ["connection_reset:once:method=POST,path=/v1/batches"], ["submit.create", "postpone"]],
  ["submitting what is refused", ["http_error:once:status=400,method=POST,path=/v1/batches"], ["submit.create"]],
  [
    "recovering",
    ["connection_reset:once:method=POST,path=/v1/batches"],
    ["recover.list", "recover.delete_file", "recover.settle", "recover.forget_file", "recover.rewrite"],
  ],
  ["adopting", ["lost_reply_create:once"], ["recover.list"]],
  [
    "collecting",
    ["line_missing:once"],
    ["poll.retrieve", "poll.record", "collect.begin", "collect.open_file", "collect.apply", "collect.release", "end"],
  ],
  [
    "ending what failed",
    ["failed_validation:once:code=missing_required_parameter,param=body.messages,line=3"],
    ["failed.record", "failed.lines"],
  ],
  ["ending what was too much", ["failed_validation:once:code=token_limit_exceeded"], ["failed.learn"]],
];

describe("a worker that wakes after its lease went to another one writes nothing", () => {
  for (const [story, faults, steps] of NIGHTS) {
    for (const step of steps) {
      it(`${story}: asleep before ${step}`, async () => {
        pipeline = await startPipelineInOwnTime({ emulator: { faults }, env: { BATCH_LEASE_DURATION: "60s" } });
        await addSessions(pipeline.ctx, LINES);
        const other = pipeline.anotherWorker();
        const { before, handBack } = await sleepAt(step, other);
        expect(await written()).toEqual(before);
        await handBack();
        await runUntilIdle(other);
        const named = faults.some((fault) => fault.includes("line=3")) ? 1 : 0;
        expect(await countComplete()).toBe(LINES - named);
        await expectInvariants(pipeline);
      });
    }
  }
});

/**
 * Lets a worker work until it comes to a step; there another one takes its batch over, and it goes on without knowing.
 * Answers what stood in the database as the other took over.
 */
async function sleepAt(step: Step, other: PipelineContext) {
  let before: unknown;
  let held: { id: string; epoch: number } | undefined;
  let asleep = false;
  const steps: StepHook = async (name, action) => {
    if (name === step && !asleep) {
      asleep = true;
      // In one statement: a lease that ran out could be taken up by the sleeper's own next turn.
      const { rows } = await pipeline.ctx.db.query<{ id: string; epoch: number }>(
        `UPDATE "AIBatchRequest" SET "epoch" = "epoch" + 1, "leaseOwner" = $1, "leaseExpiresAt" = $2
         RETURNING "id", "epoch"`,
        [other.worker, after(other.clock, other.config.BATCH_LEASE_DURATION)],
      );
      held = rows[0];
      before = await written();
    }
    return action();
  };
  const sleeper = { ...pipeline.ctx, steps };
  for (let round = 0; round < 100 && !asleep; round++) {
    await batchCreator(sleeper);
    if (!asleep) await batchPoller(sleeper);
    await passTime(sleeper, 20);
  }
  if (!held) throw new Error(`${step} was never reached`);
  const taken = held;
  return { before, handBack: () => withLease(other, taken, async () => {}) };
}

/** Everything that the work on a batch writes. */
async function written(): Promise<unknown> {
  const tables = ["AIBatchRequest", "AIProcessingRequest", "AIRequestAttempt", "Session"];
  const all = tables.map((table) => pipeline.ctx.db.query(`SELECT * FROM "${table}" ORDER BY 1, 2`));
  return (await Promise.all(all)).map(({ rows }) => rows);
}

async function countComplete(): Promise<number> {
  const { rows } = await pipeline.ctx.db.query(
    `SELECT count(*)::int AS "n" FROM "AIProcessingRequest" WHERE "processingStatus" = 'PROCESSING_COMPLETE'`,
  );
  return rows[0].n;
}
