import { expect } from "vitest";
import { systemClock } from "../../../lib/clock.ts";
import type { PipelineContext } from "../../../lib/context.ts";
import { batchCreator } from "../../../lib/pipeline/batchCreator.ts";
import { batchPoller } from "../../../lib/pipeline/batchPoller.ts";
import { reaper } from "../../../lib/pipeline/reap/reaper.ts";
import { openProvider } from "../../../lib/providers/openProvider.ts";
import { readStop } from "../../../lib/throttle/providerStop.ts";
import { addSessions, startPipeline } from "../../support/pipeline.ts";
import type { CallFault, Endpoint } from "./httpMatrix.ts";
import { BLAMELESS, fetchLedger, judge } from "./killJudge.ts";

export const LINES = 6;
/** The SDK makes three calls of one; so many are seen when the pipeline itself has come back to it. */
const CALLS_DURING_OUTAGE = 4;
/** A call that took effect is not made again: then it is enough that it was met. */
const ROUNDS_WITHOUT_CALL = 6;
const MOST_ROUNDS = 80;
/** In a hurry is only who has to sit out a slow reply: elsewhere, to be late as a loaded machine is must be no fault. */
const HURRIED = { lease: "1s", timeouts: { call: 400, upload: 600, silence: 400 } };
const PATIENT = { lease: "60s", timeouts: { call: 30_000, upload: 30_000, silence: 30_000 } };

interface Case {
  ctx: PipelineContext;
  emulatorUrl: string;
  /** Moves the clock of the pipeline, so that nobody has to sit out a wait of minutes. */
  skip(ms: number): void;
}

/** One fault at one call while it lasts, then the end of the outage, then the judgement. Answers how often it fired. */
export async function runHttpCase(endpoint: Endpoint, fault: CallFault): Promise<number> {
  const { lease, timeouts } = fault.kind === "slow_reply" ? HURRIED : PATIENT;
  const pipeline = await startPipeline({
    env: { BATCH_LEASE_DURATION: lease, BATCH_SETTLE_TIME: "300ms" },
    emulator: {
      times: { validating: 20, inProgress: 30, finalizing: 20, cancelling: 20 },
      // Calls that are given up in the middle are what these cases are made of.
      logger: { error: () => {} },
      // The duplicate must not run while it cannot be cancelled: that would be bought twice by the test itself.
      manualClock: endpoint.duplicate ?? false,
      faults: [...(endpoint.prelude ?? []), asRule(endpoint, fault)],
    },
  });
  try {
    let offset = 0;
    const { url } = pipeline.emulator;
    const clock = { ...systemClock, now: () => new Date(Date.now() + offset) };
    const provider = openProvider("openai", { apiKey: "test-key", baseURL: url, timeouts });
    const one: Case = {
      ctx: { ...pipeline.ctx, clock, provider },
      emulatorUrl: url,
      skip: (ms) => {
        offset += ms;
      },
    };
    await addSessions(one.ctx, LINES);
    const fired = await sufferOutage(one, endpoint, fault);
    await fetch(new URL(`/_emulator/faults/${fault.kind}`, url), { method: "DELETE" });
    await recover(one, endpoint);
    return fired;
  } finally {
    await pipeline.close();
  }
}

function asRule({ filter }: Endpoint, { kind, params }: CallFault): string {
  return `${kind}:${[filter, params].filter(Boolean).join(",")}`;
}

async function sufferOutage(one: Case, endpoint: Endpoint, fault: CallFault): Promise<number> {
  let longestWait = 0;
  let fired = 0;
  for (let round = 0, still = 0; fired < CALLS_DURING_OUTAGE && still < ROUNDS_WITHOUT_CALL; round++) {
    expect(round, "rounds until the call was made").toBeLessThan(MOST_ROUNDS);
    await runRound(one);
    if (round === 0 && endpoint.duplicate) await createDuplicate(one);
    await expectNothingChanged(one, endpoint, fault);
    longestWait = Math.max(longestWait, await skipWaits(one));
    // The reaper leaves a batch alone that has only just ended.
    if (endpoint.afterTheEnd) one.skip(61_000);
    const before = fired;
    fired = (await fetchLedger(one.emulatorUrl)).faultsFired[fault.kind] ?? 0;
    still = fired > 0 && fired === before ? still + 1 : 0;
  }
  await expectStop(one, endpoint, fault);
  if (fault.retryAfterMs && !endpoint.afterTheEnd && !endpoint.duplicate) {
    expect(longestWait, "as long as the provider asked").toBeGreaterThan(fault.retryAfterMs * 0.9);
  }
  return fired;
}

async function runRound({ ctx }: Case): Promise<void> {
  await batchCreator(ctx);
  await batchPoller(ctx);
  // The scheduler logs what it throws, and its next round tries again.
  await reaper(ctx).catch(() => {});
  // Replies, deadlines and the provider's batches are in real time here: they get some.
  await systemClock.sleep(20);
}

/** An outage fails no request, ends no batch and sends nothing back; what the batch says of itself stays true. */
async function expectNothingChanged({ ctx }: Case, endpoint: Endpoint, fault: CallFault): Promise<void> {
  const { rows } = await ctx.db.query(
    `SELECT (SELECT count(*)::int FROM "AIBatchRequest") AS "batches",
            (SELECT count(*)::int FROM "AIBatchRequest" WHERE "status" IN ('FAILED', 'CANCELLED')) AS "ended",
            (SELECT count(*)::int FROM "AIBatchRequest" WHERE "status" = 'PROCESSED') AS "processed",
            (SELECT count(*)::int FROM "AIRequestAttempt" WHERE "outcome" <> 'APPLIED') AS "unsuccessful",
            (SELECT count(*)::int FROM "AIProcessingRequest"
              WHERE "processingStatus" NOT IN ('BATCHING_IN_PROGRESS', 'PROCESSING_COMPLETE')) AS "outside"`,
  );
  const mayEnd = endpoint.afterTheEnd || (endpoint.foundOut && fault.handled);
  const nothing = { batches: 1, ended: 0, unsuccessful: 0, outside: 0 };
  const { processed, ...rest } = rows[0] ?? {};
  expect(rest, "during the outage").toEqual(nothing);
  if (!mayEnd) expect(processed, "ended during the outage").toBe(0);
}

/** Skips waits that are longer than what the provider itself does in the meantime. Answers the longest, in ms. */
async function skipWaits({ ctx, skip }: Case): Promise<number> {
  const { rows } = await ctx.db.query<{ at: Date | null; settling: boolean }>(
    `SELECT "notBefore" AS "at", "settlingSince" IS NOT NULL AS "settling" FROM "AIBatchRequest" LIMIT 1`,
  );
  const wait = (rows[0]?.at?.getTime() ?? 0) - ctx.clock.now().getTime();
  if (wait > 0 && rows[0]?.settling) await systemClock.sleep(wait);
  else if (wait > 0) skip(wait + 1);
  return wait;
}

async function expectStop({ ctx }: Case, endpoint: Endpoint, fault: CallFault): Promise<void> {
  const stop = await readStop(ctx);
  if (endpoint.afterTheEnd || endpoint.duplicate) return;
  expect(stop?.code, "why it stopped").toBe(fault.stop);
}

/** What a worker would do that sent its create, lost its lease and woke. */
async function createDuplicate({ ctx, emulatorUrl }: Case): Promise<void> {
  const { rows } = await ctx.db.query<{ id: string; inputFileId: string }>(
    `SELECT "id", "inputFileId" FROM "AIBatchRequest"`,
  );
  const reply = await fetch(`${emulatorUrl}/batches`, {
    method: "POST",
    headers: { authorization: "Bearer test-key", "content-type": "application/json" },
    body: JSON.stringify({
      input_file_id: rows[0]?.inputFileId,
      endpoint: "/v1/chat/completions",
      completion_window: "24h",
      metadata: { batch_id: rows[0]?.id, epoch: "1" },
    }),
  });
  expect(reply.status, "creating the duplicate").toBe(200);
}

/** The outage is over: everything is worked off, and all that was left at the provider is cleared away. */
async function recover(one: Case, endpoint: Endpoint): Promise<void> {
  const { ctx, emulatorUrl } = one;
  await workOff(one, endpoint);
  // What is refused for want of credit or a key is asked again by the next batch, if by nobody else.
  await addSessions(ctx, 1, { text: () => "Who plans the shifts after the outage?" });
  await workOff(one, endpoint);
  one.skip(61_000);
  await reaper(ctx);
  const { ledgers, ...judgement } = await judge(ctx.db, emulatorUrl);
  const allowed = endpoint.duplicate ? { liveDuplicates: 1 } : {};
  expect(judgement).toEqual({ ...BLAMELESS, ...allowed });
  expect(ledgers, "at the provider").toMatchObject([
    { linesExecuted: LINES + 1, files: { live: 0 }, batches: { live: 0 } },
  ]);
  expect(await readStop(ctx), "the stop is lifted").toBeUndefined();
  const { rows } = await ctx.db.query(
    `SELECT count(*)::int AS "n" FROM "AIProcessingRequest" WHERE "processingStatus" = 'PROCESSING_COMPLETE'`,
  );
  expect(rows[0]?.n, "complete").toBe(LINES + 1);
}

async function workOff(one: Case, endpoint: Endpoint): Promise<void> {
  for (let round = 0; !(await isIdle(one)); round++) {
    expect(round, "rounds until all was worked off").toBeLessThan(400);
    await runRound(one);
    await skipWaits(one);
    if (endpoint.duplicate && (await isDuplicateCancelled(one))) await advance(one, 25);
  }
}

async function isDuplicateCancelled({ emulatorUrl }: Case): Promise<boolean> {
  const { batches } = await fetchLedger(emulatorUrl);
  return batches.live <= 1 || (batches.byStatus.cancelling ?? 0) > 0;
}

async function advance({ emulatorUrl }: Case, ms: number): Promise<void> {
  await fetch(new URL("/_emulator/advance", emulatorUrl), { method: "POST", body: JSON.stringify({ ms }) });
}

async function isIdle({ ctx, emulatorUrl }: Case): Promise<boolean> {
  const { rows } = await ctx.db.query<{ busy: boolean }>(
    `SELECT EXISTS (SELECT 1 FROM "AIBatchRequest" WHERE "processedAt" IS NULL)
         OR EXISTS (SELECT 1 FROM "AIProcessingRequest" WHERE "processingStatus" = 'PENDING_BATCHING') AS "busy"`,
  );
  return !rows[0]?.busy && (await fetchLedger(emulatorUrl)).batches.live === 0;
}
