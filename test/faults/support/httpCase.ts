import { expect } from "vitest";
import { systemClock } from "../../../lib/clock.ts";
import { batchCreator } from "../../../lib/pipeline/batchCreator.ts";
import { batchPoller } from "../../../lib/pipeline/batchPoller.ts";
import { reaper } from "../../../lib/pipeline/reap/reaper.ts";
import { readStop } from "../../../lib/throttle/providerStop.ts";
import { isComplete } from "../../support/accounts.ts";
import { advance } from "../../support/emulatorControl.ts";
import { inEachAccount } from "../../support/inEachAccount.ts";
import { addRequests, type HttpAccount, type HttpAccounts, openHttpAccounts } from "./httpAccounts.ts";
import type { CallFault, Endpoint } from "./httpMatrix.ts";
import { BLAMELESS, fetchLedger, judge } from "./killJudge.ts";

const LINES = 6;
/** Of the account that is not hit. */
const LINES_ELSEWHERE = 2;
/** The SDK makes three calls of one; so many are seen when the pipeline itself has come back to it. */
const CALLS_DURING_OUTAGE = 4;
/** A call that took effect is not made again: then it is enough that it was met. */
const ROUNDS_WITHOUT_CALL = 6;
const MOST_ROUNDS = 80;
/** In a hurry is only who has to sit out a slow reply: elsewhere, to be late as a loaded machine is must be no fault. */
const HURRIED = { lease: "1s", timeouts: { call: 400, upload: 600, silence: 400 } };
const PATIENT = { lease: "60s", timeouts: { call: 30_000, upload: 30_000, silence: 30_000 } };

/** One fault at one call while it lasts, then the end of the outage, then the judgement of both accounts. */
export async function runHttpCase(
  endpoint: Endpoint,
  fault: CallFault,
): Promise<{ fired: number; requests: number; there: number }> {
  const { lease, timeouts } = fault.kind === "slow_reply" ? HURRIED : PATIENT;
  const rules = [...(endpoint.prelude ?? []), asRule(endpoint, fault)];
  const one = await openHttpAccounts({ lease, timeouts, rules, atAzure: endpoint.atAzure, manual: endpoint.duplicate });
  try {
    const { hit, other } = one;
    await addRequests(hit, LINES);
    await addRequests(other, LINES_ELSEWHERE);
    const fired = await sufferOutage(one, endpoint, fault);
    await fetch(new URL(`/_emulator/faults/${fault.kind}`, hit.url), { method: "DELETE" });
    await recover(one, endpoint);
    const there = endpoint.atAzure ? LINES + 1 : LINES_ELSEWHERE;
    return { fired, requests: LINES + 1 + LINES_ELSEWHERE, there };
  } finally {
    await one.close();
  }
}

function asRule({ filter, calls }: Endpoint, { kind, params }: CallFault): string {
  return [kind, ...(calls ? [`${calls}x`] : []), [filter, params].filter(Boolean).join(",")].join(":");
}

/** Ends when the call was made often enough, and the account that is not hit has done all its work meanwhile. */
async function sufferOutage(one: HttpAccounts, endpoint: Endpoint, fault: CallFault): Promise<number> {
  let longestWait = 0;
  let fired = 0;
  let still = 0;
  const isMet = () => fired >= CALLS_DURING_OUTAGE || still >= ROUNDS_WITHOUT_CALL;
  for (let round = 0; !(isMet() && (await isComplete(one.other.ctx, one.other.model))); round++) {
    expect(round, "rounds until the call was made and the other account was done").toBeLessThan(MOST_ROUNDS);
    const began = one.hit.ctx.clock.now().getTime();
    await runRound(one);
    if (round === 0 && endpoint.duplicate) await createDuplicate(one.hit);
    await expectNothingChanged(one.hit, endpoint, fault);
    longestWait = Math.max(longestWait, (await skipWaits(one, one.hit)) - began);
    // The reaper leaves a batch alone that has only just ended.
    if (endpoint.afterTheEnd) one.skip(61_000);
    const before = fired;
    fired = (await fetchLedger(one.hit.url)).faultsFired[fault.kind] ?? 0;
    still = fired > 0 && fired === before ? still + 1 : 0;
  }
  await expectStop(one.hit, endpoint, fault);
  expect(await readStop(one.other.ctx), "a stop of the other account").toBeUndefined();
  // Within a round, it is not the batch that waits.
  if (fault.retryAfterMs && !endpoint.afterTheEnd && !endpoint.duplicate && !endpoint.calls) {
    expect(longestWait, "as long as the provider asked").toBeGreaterThan(fault.retryAfterMs * 0.9);
  }
  return fired;
}

async function runRound({ hit: { ctx } }: HttpAccounts): Promise<void> {
  await inEachAccount(ctx, batchCreator);
  await inEachAccount(ctx, batchPoller);
  // The scheduler logs what it throws, and its next round tries again.
  await reaper(ctx).catch(() => {});
  // Replies, deadlines and the provider's batches are in real time here: they get some.
  await systemClock.sleep(20);
}

/** An outage fails no request, ends no batch and sends nothing back; what the batch says of itself stays true. */
async function expectNothingChanged({ ctx, model }: HttpAccount, endpoint: Endpoint, fault: CallFault): Promise<void> {
  const { rows } = await ctx.db.query(
    `WITH b AS (SELECT * FROM "AIBatchRequest" WHERE "provider" = $1)
     SELECT (SELECT count(*)::int FROM b) AS "batches",
            (SELECT count(*)::int FROM b WHERE "status" IN ('FAILED', 'CANCELLED')) AS "ended",
            (SELECT count(*)::int FROM b WHERE "status" = 'PROCESSED') AS "processed",
            (SELECT count(*)::int FROM "AIRequestAttempt" WHERE "outcome" <> 'APPLIED') AS "unsuccessful",
            (SELECT count(*)::int FROM "AIProcessingRequest"
              WHERE "model" = $2
                AND "processingStatus" NOT IN ('BATCHING_IN_PROGRESS', 'PROCESSING_COMPLETE')) AS "outside"`,
    [ctx.provider.name, model],
  );
  const mayEnd = endpoint.afterTheEnd || endpoint.calls || (endpoint.foundOut && fault.handled);
  const nothing = { batches: 1, ended: 0, unsuccessful: 0, outside: 0 };
  const { processed, ...rest } = rows[0] ?? {};
  expect(rest, "during the outage").toEqual(nothing);
  if (!mayEnd) expect(processed, "ended during the outage").toBe(0);
}

/** Skips waits of an account that are longer than what the provider itself does in the meantime. Answers until when. */
async function skipWaits({ skip }: HttpAccounts, { ctx }: HttpAccount): Promise<number> {
  const { rows } = await ctx.db.query<{ at: Date | null; settling: boolean }>(
    `SELECT "notBefore" AS "at", "settlingSince" IS NOT NULL AS "settling" FROM "AIBatchRequest"
      WHERE "provider" = $1 AND "processedAt" IS NULL LIMIT 1`,
    [ctx.provider.name],
  );
  const until = rows[0]?.at?.getTime() ?? 0;
  const wait = until - ctx.clock.now().getTime();
  if (wait > 0 && rows[0]?.settling) await systemClock.sleep(wait);
  else if (wait > 0) skip(wait + 1);
  return until;
}

async function expectStop({ ctx }: HttpAccount, endpoint: Endpoint, fault: CallFault): Promise<void> {
  const stop = await readStop(ctx);
  if (endpoint.afterTheEnd || endpoint.duplicate) return;
  expect(stop?.code, "why it stopped").toBe(fault.stop);
}

/** What a worker would do that sent its create, lost its lease and woke. */
async function createDuplicate({ ctx, url }: HttpAccount): Promise<void> {
  const { rows } = await ctx.db.query<{ id: string; inputFileId: string }>(
    `SELECT "id", "inputFileId" FROM "AIBatchRequest" WHERE "provider" = $1`,
    [ctx.provider.name],
  );
  const reply = await fetch(`${url}/batches`, {
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

/** The outage is over: everything is worked off, and all that was left at the providers is cleared away. */
async function recover(one: HttpAccounts, endpoint: Endpoint): Promise<void> {
  const { hit, other } = one;
  await workOff(one, endpoint);
  // What is refused for want of credit or a key is asked again by the next batch, if by nobody else.
  await addRequests(hit, 1, "Who plans the shifts after the outage?");
  await workOff(one, endpoint);
  one.skip(61_000);
  await inEachAccount(hit.ctx, reaper);
  const { ledgers, ...judgement } = await judge(hit.ctx.db, hit.url, other.url);
  const allowed = endpoint.duplicate ? { liveDuplicates: 1 } : {};
  expect(judgement).toEqual({ ...BLAMELESS, ...allowed });
  expect(ledgers, "at the providers").toMatchObject([
    { linesExecuted: LINES + 1, files: { live: 0 }, batches: { live: 0 } },
    { linesExecuted: LINES_ELSEWHERE, files: { live: 0 }, batches: { live: 0 } },
  ]);
  expect(await readStop(hit.ctx), "the stop is lifted").toBeUndefined();
  expect(await isComplete(hit.ctx), "complete").toBe(true);
}

async function workOff(one: HttpAccounts, endpoint: Endpoint): Promise<void> {
  const { hit, other } = one;
  for (let round = 0; !(await isIdle(one)); round++) {
    expect(round, "rounds until all was worked off").toBeLessThan(400);
    await runRound(one);
    for (const account of [hit, other]) await skipWaits(one, account);
    if (endpoint.duplicate && (await isDuplicateCancelled(hit))) await advance(hit, 25);
  }
}

async function isDuplicateCancelled({ url }: HttpAccount): Promise<boolean> {
  const { batches } = await fetchLedger(url);
  return batches.live <= 1 || (batches.byStatus.cancelling ?? 0) > 0;
}

async function isIdle({ hit, other }: HttpAccounts): Promise<boolean> {
  const { rows } = await hit.ctx.db.query<{ busy: boolean }>(
    `SELECT EXISTS (SELECT 1 FROM "AIBatchRequest" WHERE "processedAt" IS NULL)
         OR EXISTS (SELECT 1 FROM "AIProcessingRequest" WHERE "processingStatus" = 'PENDING_BATCHING') AS "busy"`,
  );
  if (rows[0]?.busy) return false;
  const ledgers = await Promise.all([hit, other].map(({ url }) => fetchLedger(url)));
  return ledgers.every(({ batches }) => batches.live === 0);
}
