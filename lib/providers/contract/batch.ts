import type { Fault, RefusedLimit } from "./fault.ts";
import type { WrittenMark } from "./mark.ts";

/**
 * How far a provider batch has got.
 * - `validating`: its file is looked at; nothing has run. `running`: its lines run. `finishing`: results are being written.
 * - `cancelling`: what runs is being ended; then it is `cancelled`.
 * - `completed`, `expired`, `cancelled`, `failed`: it has ended. Lines may have run in each case, and are paid for.
 * - `unknown`: they say something that their adapter does not know. It may be anything, so it is never taken for an end.
 */
export type ProviderState =
  | "validating"
  | "running"
  | "finishing"
  | "cancelling"
  | "completed"
  | "expired"
  | "cancelled"
  | "failed"
  | "unknown";

/** Results to be read. A kind is a hint: an answer may stand among the failures, and the other way round. */
export interface ResultRef {
  id: string;
  holds: "answers" | "failures";
}

/** One error that the provider found in an input file. */
export interface ProviderBatchError {
  /** From 1; null where it concerns the whole file. */
  line: number | null;
  fault: Fault;
  limit: RefusedLimit | null;
  /** The provider's own code, field and words: to be shown and recorded, and nothing more. */
  code: string;
  param: string | null;
  message: string;
}

/** Their record of a batch, in our words. Whatever is stated in it beside its id and its state may be missing or wrong. */
export interface ProviderBatch {
  id: string;
  state: ProviderState;
  /** What they call that state themselves: to be shown and recorded, and nothing more. */
  word: string;
  inputFileId: string | null;
  results: readonly ResultRef[];
  createdAt: Date | null;
  expiresAt: Date | null;
  /** All 0 where none were stated. */
  counts: { total: number; completed: number; failed: number };
  errors: readonly ProviderBatchError[];
  /** Null where it bears none. */
  mark: WrittenMark | null;
}

const LIVE: ReadonlySet<ProviderState> = new Set(["validating", "running", "finishing"]);
const ENDED: ReadonlySet<ProviderState> = new Set(["completed", "expired", "cancelled", "failed"]);

/** Whether a provider batch runs or may yet run, and can be cancelled. */
export function isLive({ state }: ProviderBatch): boolean {
  return LIVE.has(state);
}

/** Whether nothing more comes of it. */
export function hasEnded({ state }: ProviderBatch): boolean {
  return ENDED.has(state);
}

/** Whether lines of it may have run, and been paid for: one that failed at its validation names no results and counts none. */
export function mayHaveRun({ results, counts }: ProviderBatch): boolean {
  return results.length > 0 || counts.completed + counts.failed > 0;
}

/** Whether lines of it ran or may yet run: one that failed at its validation cost nothing, and brings nothing. */
export function ranOrMayRun(batch: ProviderBatch): boolean {
  return batch.state !== "failed" || mayHaveRun(batch);
}

/** The id of the results of one kind, the first of them if there are several. */
export function resultOf({ results }: ProviderBatch, holds: ResultRef["holds"]): string | null {
  return results.find((result) => result.holds === holds)?.id ?? null;
}
