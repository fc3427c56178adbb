import { requireAnalysis } from "../analysis/registry.ts";
import type { PipelineContext } from "../context.ts";
import { inTransaction } from "../db/pool.ts";
import type { AnswerLine, FailureLine } from "../provider/lines.ts";
import { assertLease, type Lease } from "./lease.ts";
import type { Price } from "./price.ts";
import { type Answered, recordAnswers } from "./recordAnswers.ts";
import { type Failure, recordFailures } from "./recordFailures.ts";
import { lockWaiting, type RequestInBatch } from "./requestOutcomes.ts";

/** What a chunk of lines came to. Lines of requests that have their result already count as nothing. */
export interface AppliedChunk {
  applied: number;
  notApplied: number;
  /** What a line said that was refused for lack of credit. */
  outOfCredit: string | undefined;
}

/** An answer that was cut off is asked again with more room, up to this multiple of the analysis' own limit. */
const LARGEST_OUTPUT_FACTOR = 8;

/**
 * Applies a chunk of result lines in one transaction: all of it is committed, or nothing. Only requests that still wait
 * for a result of this batch are touched, so the same chunk can come again after a crash.
 * @throws LeaseLostError
 */
export async function applyLines(
  ctx: PipelineContext,
  lease: Lease,
  lines: ReadonlyMap<string, AnswerLine | FailureLine>,
  price: Price,
): Promise<AppliedChunk> {
  return inTransaction(ctx.db, async (tx) => {
    await assertLease(tx, lease);
    const requests = await lockWaiting(tx, lease.batchId, [...lines.keys()]);
    const answered: Answered[] = [];
    const failures: Failure[] = [];
    for (const request of requests) {
      const line = lines.get(request.id);
      if (line?.kind === "failure") failures.push(toFailure(request, line));
      else if (line) checkAnswer(request, line, answered, failures);
    }
    await recordAnswers(ctx, tx, lease.batchId, answered, price);
    await recordFailures(ctx, tx, lease.batchId, failures, price);
    const outOfCredit = failures.find(({ code }) => code === "line_quota_exhausted")?.message;
    return { applied: answered.length, notApplied: failures.length, outOfCredit };
  });
}

function checkAnswer(request: RequestInBatch, line: AnswerLine, answered: Answered[], failures: Failure[]): void {
  const checked = requireAnalysis(request.processingType).check(line.text);
  if (checked.ok) {
    answered.push({ request, line, answer: checked.answer });
    return;
  }
  const message = `The answer is not valid: ${checked.fault}.`;
  failures.push({ request, code: "answer_invalid", message, usage: line.usage });
}

function toFailure(request: RequestInBatch, line: FailureLine): Failure {
  const failure: Failure = { request, code: line.code, message: line.message, usage: line.usage };
  if (line.code !== "answer_cut_off") return failure;
  const own = requireAnalysis(request.processingType).maxOutputTokens;
  const doubled = (request.maxOutputTokens ?? own) * 2;
  return { ...failure, maxOutputTokens: Math.min(doubled, own * LARGEST_OUTPUT_FACTOR) };
}
