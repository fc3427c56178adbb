import { type Batch, GOT_THROUGH } from "../../batches/batch.ts";
import { type BatchChange, type Lease, updateBatch } from "../../batches/lease.ts";
import { askTime } from "../../clock.ts";
import type { PipelineContext } from "../../context.ts";
import { mayHaveRun, type ProviderBatch, type ProviderState, resultOf } from "../../providers/contract/batch.ts";
import { step } from "../../step.ts";
import { relaxFileSize } from "../../throttle/fileSize.ts";
import { liftModelStop } from "../../throttle/modelStop.ts";
import { liftStop, type Place } from "../../throttle/providerStop.ts";
import { relaxLimit } from "../../throttle/tokenBudget.ts";
import { type Collected, collectResults } from "../collect/collectResults.ts";
import { endBatch, releaseWaiting } from "../end/endBatch.ts";
import { isTimeUp, letGo } from "../end/letGo.ts";
import { handleFailedBatch } from "./handleFailedBatch.ts";
import { isMoreToCome, type Reply } from "./lateFiles.ts";
import { retrieveBatch } from "./retrieveBatch.ts";

const ERRORS_KEPT = 200;
const VISITS_BY_LIST = 5;
const IN_FLIGHT = {
  validating: "VALIDATING",
  running: "IN_PROGRESS",
  finishing: "FINALIZING",
  // What finished is still being written; the status says so until it is over.
  cancelling: "FINALIZING",
  // Not thrown away: it stays in flight, as it is, until the provider says something that we know.
  unknown: undefined,
} as const satisfies Partial<Record<ProviderState, BatchChange["status"]>>;

type InFlight = keyof typeof IN_FLIGHT;

const RUNNING: ReadonlySet<ProviderState> = new Set(["validating", "running", "finishing", "cancelling"]);
const PAST_VALIDATION: ReadonlySet<ProviderState> = new Set(["running", "finishing", "completed"]);

/**
 * Asks the provider about a batch, records its status, and when it is over there, brings it to its end here.
 * @param listed what the provider's list has just said of it, if it was read: enough where it still runs
 */
export async function pollBatch(
  ctx: PipelineContext,
  lease: Lease,
  batch: Batch,
  openaiBatchId: string,
  listed?: ProviderBatch,
): Promise<void> {
  const askedAt = ctx.clock.now();
  const isEnough = listed && RUNNING.has(listed.state) && !isAskedForItself(batch);
  const theirs = isEnough ? listed : await retrieveBatch(ctx, lease, batch, openaiBatchId);
  if (!theirs) return;
  await liftWhatItShows(ctx, batch, theirs);
  if (theirs.word !== batch.providerStatus) {
    const { word: providerStatus, counts } = theirs;
    ctx.log.info({ event: "batch.status", batchId: batch.id, openaiBatchId, providerStatus, counts });
  }
  const news: BatchChange = {
    providerStatus: theirs.word,
    providerCounts: JSON.stringify(theirs.counts),
    ...GOT_THROUGH,
    ...(batch.expiresAt === null && theirs.expiresAt ? { expiresAt: theirs.expiresAt } : {}),
    notBefore: null,
    errorCode: null,
    errorMessage: null,
  };
  switch (theirs.state) {
    case "completed": {
      const collected = await collect(ctx, lease, batch, { theirs, askedAt }, news);
      if (!collected) return;
      const { absence } = collected;
      await releaseWaiting(ctx, lease, absence.code, absence.message);
      await endBatch(ctx, lease, { status: "PROCESSED" });
      await relaxFileSize(ctx, batch.id);
      return relaxLimit(ctx, ctx.db, batch.model);
    }
    case "expired":
      if (!(await collect(ctx, lease, batch, { theirs, askedAt }, news))) return;
      await releaseWaiting(ctx, lease, "batch_expired");
      return endBatch(ctx, lease, { status: "FAILED", errorCode: "batch_expired" });
    case "cancelled":
      if (!(await collect(ctx, lease, batch, { theirs, askedAt }, news))) return;
      await releaseWaiting(ctx, lease, "batch_cancelled");
      return endBatch(ctx, lease, { status: "CANCELLED" });
    case "failed":
      return fail(ctx, lease, batch, { theirs, askedAt }, news);
    default:
      if (isTimeUp(ctx, batch, theirs.state, askedAt)) return letGoNow(ctx, lease, batch, theirs, news);
      return waitOn(ctx, lease, batch, theirs.state, theirs.word, news);
  }
}

/**
 * A list that is never brought up to date must hide no end: every so many visits a batch is asked for itself. Which of them these
 * are depends on its id, for batches of one round would all have them in the same one.
 */
function isAskedForItself({ id, epoch }: Batch): boolean {
  return (epoch + id.charCodeAt(id.length - 1)) % VISITS_BY_LIST === 0;
}

async function lift(ctx: PipelineContext, batch: Batch, shownBy: Place): Promise<void> {
  const sentAt = batch.submittedAt ?? batch.createdAt;
  await liftStop(ctx, shownBy, sentAt);
  await liftModelStop(ctx, batch.model, shownBy, sentAt);
}

/** Answers count as soon as it says that it has some: waiting for its end could take the whole day. */
async function liftWhatItShows(ctx: PipelineContext, batch: Batch, theirs: ProviderBatch): Promise<void> {
  if (!PAST_VALIDATION.has(theirs.state)) return;
  const hasAnswers = theirs.state !== "completed" && theirs.counts.completed > 0;
  await lift(ctx, batch, hasAnswers ? "answers" : "validation");
}

/**
 * Records that it is done at the provider, then fetches what there is: expired and cancelled batches have results too.
 * Undefined while more is to come: it stays COMPLETED, and the next round asks again.
 */
async function collect(
  ctx: PipelineContext,
  lease: Lease,
  batch: Batch,
  reply: Reply,
  news: BatchChange,
): Promise<Collected | undefined> {
  const { theirs } = reply;
  const completedAt = batch.status === "COMPLETED" ? {} : { completedAt: await askTime(ctx.clock) };
  const change = { ...news, ...completedAt, status: "COMPLETED", ...resultsOf(theirs) };
  await step(ctx, "collect.begin", () => updateBatch(ctx.db, lease, change));
  const collected = await collectResults(ctx, lease, batch, theirs.results);
  if (collected.hasAnswers) await lift(ctx, batch, "reading");
  return collected.allThere && (await isMoreToCome(ctx, batch, reply, collected.came)) ? undefined : collected;
}

/** Lines may have run before it failed: they are paid for, and the reason may stand in the error file alone. */
async function fail(ctx: PipelineContext, lease: Lease, batch: Batch, reply: Reply, news: BatchChange): Promise<void> {
  const { theirs } = reply;
  const hasRun = mayHaveRun(theirs);
  const collected = hasRun ? await collect(ctx, lease, batch, reply, news) : undefined;
  if (hasRun && !collected) return;
  const kept = theirs.errors.slice(0, ERRORS_KEPT);
  const errors = JSON.stringify(kept.map(({ line, code, param, message }) => ({ line, code, param, message })));
  await step(ctx, "failed.record", () => updateBatch(ctx.db, lease, { ...news, errors }));
  await handleFailedBatch(ctx, lease, batch, theirs, collected);
}

/** What a batch that was given up has by now is applied, though it is not over there. */
async function letGoNow(
  ctx: PipelineContext,
  lease: Lease,
  batch: Batch,
  theirs: ProviderBatch,
  news: BatchChange,
): Promise<void> {
  await step(ctx, "poll.record", () => updateBatch(ctx.db, lease, { ...news, ...resultsOf(theirs) }));
  if (theirs.results.length > 0) await collectResults(ctx, lease, batch, theirs.results);
  await letGo(ctx, lease, batch);
}

/** The columns that name the results. */
function resultsOf(theirs: ProviderBatch): Pick<BatchChange, "outputFileId" | "errorFileId"> {
  return { outputFileId: resultOf(theirs, "answers"), errorFileId: resultOf(theirs, "failures") };
}

async function waitOn(
  ctx: PipelineContext,
  lease: Lease,
  batch: Batch,
  state: InFlight,
  word: string,
  news: BatchChange,
): Promise<void> {
  const status = IN_FLIGHT[state];
  if (status === undefined) {
    ctx.log.warn({ event: "batch.status_unknown", batchId: batch.id, providerStatus: word.slice(0, 50) });
  }
  const change = status === undefined ? news : { ...news, status };
  await step(ctx, "poll.record", () => updateBatch(ctx.db, lease, change));
}
