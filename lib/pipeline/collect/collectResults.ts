import type { Batch } from "../../batches/batch.ts";
import type { Lease } from "../../batches/lease.ts";
import type { PipelineContext } from "../../context.ts";
import { findPrice } from "../../costs/price.ts";
import { LiveDashError } from "../../errors.ts";
import { FAILURES, type FailureCode } from "../../failures.ts";
import type { ResultRef } from "../../providers/contract/batch.ts";
import { ProviderError } from "../../providers/contract/errors.ts";
import { listWaiting } from "../../requests/requestOutcomes.ts";
import { step } from "../../step.ts";
import { onlyAnalysis } from "./checkAhead.ts";
import { collectFile, type Seen } from "./collectFile.ts";
import { emptyTally, judgeLines, type LineJudgement, mostSaid } from "./judgeLines.ts";

/** A file that was so many times in a row not found, or not whole, with growing pauses, will never be. */
const GONE_AFTER_FAILURES = 5;

export interface Collected {
  /** Whether all files were still there. */
  allThere: boolean;
  /** Lines of requests that could be named, how many requests that are, and whether the model answered any. */
  lines: number;
  came: number;
  hasAnswers: boolean;
  /** What most of the failures said. */
  failure: string | undefined;
  /** Why a request that still waits has got no result. */
  absence: { code: FailureCode; message: string };
}

/**
 * Downloads the results of a batch and applies every line. Good answers come first, from all files; only then are those
 * files read again that hold failures: a good answer was paid for, wherever it stands beside a failure of its request.
 * A file that cannot be had holds nothing back that stands in the other one, and once every request has its line it is not
 * missed. Whose fault the failures are is decided in between, when all lines are counted. Can be stopped at any line and
 * run again from the start.
 * @throws LeaseLostError, ProviderError, LiveDashError `download_cut`, `download_unreadable`, `result_file_not_found`
 */
export async function collectResults(
  ctx: PipelineContext,
  lease: Lease,
  batch: Batch,
  results: readonly ResultRef[],
): Promise<Collected> {
  const price = await step(ctx, "collect.price", () => findPrice(ctx.db, batch.model, ctx.clock.now()));
  if (price.pricingId === null) {
    ctx.log.warn({ event: "price.unknown", batchId: batch.id, model: batch.model });
  }
  const seen = new Map<string, Seen>();
  let troubles: Trouble[] = [];
  const tally = emptyTally();
  const analysis = onlyAnalysis(batch);
  const collect = async (fileId: string, left?: { answers: Seen; judgement: LineJudgement }) => {
    try {
      const file = await step(ctx, "collect.open_file", () => ctx.provider.openFile(fileId, lease.signal));
      const read = await collectFile(ctx, lease, fileId, file, price, left ?? { tally }, left ? undefined : analysis);
      if (!left) seen.set(fileId, read);
      if (read.cut) troubles.push({ fileId, error: read.cut });
    } catch (error) {
      lease.signal.throwIfAborted();
      if (!(error instanceof ProviderError)) throw error;
      troubles.push({ fileId, error: error.code === "provider_not_found" ? notFound(error) : error });
    }
  };

  for (const { id } of results) await collect(id);
  const named = new Set(Array.from(seen.values(), (file) => [...file.named]).flat());
  const answersThere = await settleTroubles(ctx, batch, troubles, named);
  troubles = [];
  const judgement = await judgeLines(ctx, batch, tally);
  for (const [fileId, answers] of seen) if (answers.failuresLeft) await collect(fileId, { answers, judgement });
  const failuresThere = await settleTroubles(ctx, batch, troubles, new Set());

  const allThere = answersThere && failuresThere;
  const sum = (count: (file: Seen) => number) => Array.from(seen.values(), count).reduce((a, b) => a + b, 0);
  const absence = explainAbsence(
    allThere,
    sum((file) => file.unreadable),
  );
  const hasAnswers = tally.answered > 0;
  return {
    allThere,
    lines: sum((file) => file.lines),
    came: named.size,
    hasAnswers,
    failure: mostSaid(tally),
    absence,
  };
}

/** By a code of its own: that the batch was not found before says nothing of its files. */
function notFound(cause: ProviderError): LiveDashError {
  return new LiveDashError("result_file_not_found", cause.message, { cause, retryable: true });
}

interface Trouble {
  fileId: string;
  error: LiveDashError;
}

/**
 * Whether what is in the files that could be had is all that there is. A file that could not be had is waited for, unless
 * every request has its line, or it is given up.
 * @param named requests with a line that is still to be applied
 */
async function settleTroubles(
  ctx: PipelineContext,
  batch: Batch,
  troubles: readonly Trouble[],
  named: ReadonlySet<string>,
): Promise<boolean> {
  if (troubles.length === 0) return true;
  const waiting = await listWaiting(ctx.db, batch.id);
  const isMissed = waiting.some((id) => !named.has(id));
  const pressing = troubles.find(({ error }) => !isGivenUp(batch, error));
  if (isMissed && pressing) throw pressing.error;
  for (const { fileId, error } of troubles) {
    const event = isMissed ? "batch.file_gone" : "batch.file_not_needed";
    ctx.log.error({ event, batchId: batch.id, fileId, code: error.code });
  }
  return !isMissed;
}

/** It says the same again and again, and waiting on would be for ever. A file that is shorter than stated is never given up. */
function isGivenUp(batch: Batch, { code }: LiveDashError): boolean {
  const mayBeFinal = code === "result_file_not_found" || code === "download_unreadable";
  return mayBeFinal && batch.errorCode === code && batch.callFailures >= GONE_AFTER_FAILURES;
}

function explainAbsence(allThere: boolean, unreadable: number): Collected["absence"] {
  const code = unreadable > 0 ? "line_unreadable" : allThere ? "line_missing" : "result_file_gone";
  if (unreadable === 0) return { code, message: FAILURES[code].meaning };
  const message = `${unreadable} lines in the batch's files could not be read, and none of the others belongs to this request`;
  return { code, message };
}
