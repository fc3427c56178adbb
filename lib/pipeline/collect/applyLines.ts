import { holdLease, type Lease } from "../../batches/lease.ts";
import type { PipelineContext } from "../../context.ts";
import type { Price } from "../../costs/price.ts";
import { inTransaction } from "../../db/pool.ts";
import { FAILURES } from "../../failures.ts";
import type { FailureLine } from "../../providers/contract/lines.ts";
import { type Answered, recordAnswers } from "../../requests/recordAnswers.ts";
import { type Failure, recordFailures } from "../../requests/recordFailures.ts";
import { lockWaiting, type RequestInBatch } from "../../requests/requestOutcomes.ts";
import { type CheckedLine, checkedFor } from "./checkAhead.ts";
import type { LineJudgement } from "./judgeLines.ts";
import { moreRoom, reachedLimit } from "./outputRoom.ts";

/** What a chunk of lines came to. Lines of requests that have their result already count as nothing. */
export interface AppliedChunk {
  applied: number;
  notApplied: number;
  /** Whether requests still wait because what came for them was a failure. */
  failuresLeft: boolean;
}

/** An answer that can be used, whether or not its session is still there. */
type Good = Omit<Answered, "request">;

const ERASED = FAILURES.session_erased.meaning;

/** So much of an answer that cannot be used is kept. */
const MOST_RECEIVED = 2_000;

/**
 * Applies a chunk of result lines in one transaction, which renews the lease: all of it is committed, or nothing. Only requests that still wait
 * for a result of this batch are touched, so the same chunk can come again after a crash.
 * @param judgement whose fault failures are; without it good answers alone are applied, and other requests left waiting
 * @throws LeaseLostError
 */
export async function applyLines(
  ctx: PipelineContext,
  lease: Lease,
  lines: readonly (CheckedLine | FailureLine)[],
  price: Price,
  judgement?: LineJudgement,
): Promise<AppliedChunk> {
  return inTransaction(ctx.db, async (tx) => {
    await holdLease(ctx, tx, lease);
    const byRequest = Map.groupBy(lines, (line) => line.requestId);
    const requests = await lockWaiting(tx, lease.batchId, [...byRequest.keys()]);
    const answered: Answered[] = [];
    const failures: Failure[] = [];
    const dropped: Failure[] = [];
    for (const request of requests) {
      const results = (byRequest.get(request.id) ?? []).map((line) => readResult(request, line, judgement));
      const good = results.find((result) => "answer" in result);
      // Without a good answer the first failure counts, but one that was paid for before one that was not.
      const bad = results.filter((result) => "code" in result);
      const failure = bad.find(({ usage }) => usage) ?? bad[0];
      const { sessionId } = request;
      if (good && sessionId !== null) answered.push({ ...good, request: { ...request, sessionId } });
      else if (good) dropped.push({ request, code: "session_erased", message: ERASED, usage: good.line.usage });
      else if (failure) failures.push(failure);
    }
    const failuresLeft = !judgement && failures.length > 0;
    await recordAnswers(ctx, tx, lease.batchId, answered, price);
    const failed = failuresLeft ? dropped : [...dropped, ...failures];
    await recordFailures(ctx, tx, lease.batchId, failed, price);
    return { applied: answered.length, notApplied: failed.length, failuresLeft };
  });
}

function readResult(
  request: RequestInBatch,
  line: CheckedLine | FailureLine,
  judgement: LineJudgement | undefined,
): Good | Failure {
  if (line.kind === "failure") return toFailure(request, line, judgement);
  const checked = checkedFor(request, line);
  if (checked.ok) return { line, answer: checked.answer };
  const { usage } = line;
  const received = startOf(line.text);
  if (reachedLimit(request, usage)) {
    const message = `The answer was cut off after ${usage.completionTokens} output tokens: ${checked.fault}.`;
    return { request, code: "answer_cut_off", message, usage, received, maxOutputTokens: moreRoom(request, usage) };
  }
  return { request, code: "answer_invalid", message: `The answer is not valid: ${checked.fault}.`, usage, received };
}

function startOf(text: string): string {
  return text.slice(0, MOST_RECEIVED).toWellFormed();
}

function toFailure(request: RequestInBatch, line: FailureLine, judgement: LineJudgement | undefined): Failure {
  const code = judgement?.codeOf(line, request) ?? line.code;
  const failure: Failure = { request, code, message: line.message, usage: line.usage, received: line.startOfText };
  return code === "answer_cut_off" ? { ...failure, maxOutputTokens: moreRoom(request, line.usage) } : failure;
}
