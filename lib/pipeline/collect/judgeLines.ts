import type { Batch } from "../../batches/batch.ts";
import type { PipelineContext } from "../../context.ts";
import { FAILURES, type FailureCode } from "../../failures.ts";
import type { Fault } from "../../providers/contract/fault.ts";
import type { FailureLine, ResultLine } from "../../providers/contract/lines.ts";
import { recordModelRefusal } from "../../throttle/modelStop.ts";
import { type Place, recordStop } from "../../throttle/providerStop.ts";
import { ALIKE_LINES } from "../end/refuseBatch.ts";

/** What the lines of both files of a batch say, counted before any failure is applied. */
export interface LineTally {
  /** Lines that the model answered, well or not: account and model were good for these. */
  answered: number;
  failed: Map<Fault, { lines: number; message: string }>;
  /** Lines by their words, up to a number of different ones. */
  alike: Map<string, number>;
}

/** What becomes of a failure line, once it is known whose fault it is. */
export interface LineJudgement {
  codeOf(line: FailureLine, request: { attempt: number; failedAttempts: number }): FailureCode;
}

/** So often may a line go back uncounted though others of its batch were answered. */
const MOST_RETURNS = 3;
const MOST_WORDINGS = 100;
/** Credit runs out at some line, and all after it are refused. Fewer than this may be a moment of the provider's own. */
const SHARE_OUT_OF_CREDIT = 0.05;
/** What stops the account where more lines are refused for it than answered. */
const STOPS = { access: "line_access_refused", storage: "line_storage_full" } as const;
/** These did not run for a reason that says nothing of the account, the model or the line. */
const NOT_RUN: ReadonlySet<FailureCode> = new Set(["batch_expired", "batch_cancelled"]);

export function emptyTally(): LineTally {
  return { answered: 0, failed: new Map(), alike: new Map() };
}

export function countLine(tally: LineTally, line: ResultLine): void {
  if (line.kind === "unreadable" || (line.kind === "failure" && NOT_RUN.has(line.code))) return;
  if (line.kind === "answer" || wasAnswered(line)) {
    tally.answered++;
    return;
  }
  const fault = faultOf(line);
  const seen = tally.failed.get(fault);
  if (seen) seen.lines++;
  else tally.failed.set(fault, { lines: 1, message: line.message });
  const words = wordsOf(line);
  const alike = tally.alike.get(words);
  if (alike !== undefined || tally.alike.size < MOST_WORDINGS) tally.alike.set(words, (alike ?? 0) + 1);
}

/**
 * Decides by shares whose fault the failures are, and stops what is at fault. An account or a model that is refused
 * answers nothing: what is refused beside more answers than that is a matter of the line, and costs it an attempt.
 */
export async function judgeLines(ctx: PipelineContext, batch: Batch, tally: LineTally): Promise<LineJudgement> {
  const codes = new Map<Fault, FailureCode>();
  const credit = tally.failed.get("credit");
  const model = tally.failed.get("model");
  const met = { sentAt: batch.submittedAt };
  if (credit && credit.lines >= SHARE_OUT_OF_CREDIT * (tally.answered + countFailed(tally))) {
    await recordStop(ctx, "line_quota_exhausted", `The account has no credit left: ${credit.message}`, met);
  }
  for (const fault of ["access", "storage"] as const) {
    const refused = tally.failed.get(fault);
    if (!refused) continue;
    const isShared = refused.lines > tally.answered;
    const stop = STOPS[fault];
    if (isShared) await recordStop(ctx, stop, `${FAILURES[stop].meaning}: ${refused.message}`, met);
    codes.set(fault, isShared ? stop : "line_refused");
  }
  if (model) {
    const isShared = model.lines > tally.answered;
    if (isShared) await refuseModel(ctx, batch, model.message, true);
    codes.set("model", isShared ? "line_model_refused" : "line_refused");
  }
  const isStopped = await judgeAlike(ctx, batch, tally);
  return { codeOf };

  function codeOf(line: FailureLine, request: { attempt: number; failedAttempts: number }): FailureCode {
    if (NOT_RUN.has(line.code) || wasAnswered(line) || line.code === "line_unreadable") return line.code;
    const fault = faultOf(line);
    // One that is refused time and again while others are answered is not paid for some other reason.
    const returns = request.attempt - 1 - request.failedAttempts;
    if (fault === "credit")
      return tally.answered > 0 && returns >= MOST_RETURNS ? "line_refused" : "line_quota_exhausted";
    if (fault === "line") return line.code === "line_server_error" ? "line_rejected" : line.code;
    return isStopped ? "line_model_refused" : (codes.get(fault) ?? line.code);
  }
}

/**
 * A whole batch without an answer, of which every line was refused in the same words, or was not served. Answers whether
 * the model is stopped for it.
 */
async function judgeAlike(ctx: PipelineContext, batch: Batch, tally: LineTally): Promise<boolean> {
  const [[fault, { lines, message }] = [null, { lines: 0, message: "" }]] = tally.failed;
  if (tally.answered > 0 || tally.failed.size !== 1) return false;
  const isRefused = fault === "unknown" && tally.alike.size === 1;
  if (!isRefused && fault !== "busy") return false;
  // The provider counts those that cannot be read as answered.
  const metAt = tally.alike.has("line_unreadable") ? "reading" : "answers";
  return refuseModel(ctx, batch, message, isRefused && lines >= ALIKE_LINES, metAt);
}

/** The words of the most frequent failure. */
export function mostSaid(tally: LineTally): string | undefined {
  return [...tally.failed.values()].sort((a, b) => b.lines - a.lines)[0]?.message;
}

function refuseModel(
  ctx: PipelineContext,
  batch: Batch,
  message: string,
  isCertain: boolean,
  metAt: Place = "answers",
): Promise<boolean> {
  const code = isCertain ? "line_model_refused" : "refused_again";
  return recordModelRefusal(ctx, batch, { code, message, metAt, isCertain });
}

function countFailed(tally: LineTally): number {
  let lines = 0;
  for (const failed of tally.failed.values()) lines += failed.lines;
  return lines;
}

/** What the model itself came to is billed, or says so by its code. What cannot be read may be anything. */
function wasAnswered(line: FailureLine): boolean {
  return line.code !== "line_unreadable" && (line.usage !== null || line.code.startsWith("answer_"));
}

function faultOf({ fault, code }: FailureLine): Fault {
  // What cannot be read may be paid for: where nothing else comes, no more is bought. A line without a word says as little
  // as one that was not served.
  if (code === "line_unreadable") return "unknown";
  if (fault === null) return "busy";
  return fault === "size" || fault === "tokens" || fault === "file_not_seen" ? "line" : fault;
}

/** With what differs from line to line taken out: numbers, ids. */
function wordsOf({ code, wording }: FailureLine): string {
  return (wording ?? code).replaceAll(/[\w-]*\d[\w-]*/g, "#");
}
