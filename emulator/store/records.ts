/** A file as the emulator keeps it. Times are milliseconds. */
export interface FileRecord {
  id: string;
  bytes: number;
  createdAt: number;
  expiresAt: number | null;
  filename: string;
  purpose: string;
  /** Until when it is being looked through; left out for one that is not. */
  pendingUntil?: number;
}

type BatchStatus =
  | "validating"
  | "failed"
  | "in_progress"
  | "finalizing"
  | "completed"
  | "expired"
  | "cancelling"
  | "cancelled";

/** One reason why a file was refused by validation; `line` is 1-based. */
export interface BatchError {
  code: string;
  message: string;
  param: string | null;
  line: number | null;
}

export interface Usage {
  inputTokens: number;
  cachedTokens: number;
  outputTokens: number;
  reasoningTokens: number;
}

/** How long each state of one batch takes, in milliseconds. Drawn once, so that a restart does not change it. */
export interface BatchTimes {
  validating: number;
  inProgress: number;
  perLine: number;
  finalizing: number;
  cancelling: number;
}

/** A fault that was chosen for this batch when it was created. */
export interface ChosenFault {
  kind: string;
  params: unknown;
}

/** A batch as the emulator keeps it. Times are milliseconds. */
export interface BatchRecord {
  id: string;
  /** 1 for the first batch ever created here. */
  ordinal: number;
  endpoint: string;
  model: string | null;
  inputFileId: string;
  completionWindow: string;
  metadata: Record<string, string> | null;
  outputExpiresAfterSeconds: number | null;
  status: BatchStatus;
  errors: BatchError[] | null;
  outputFileId: string | null;
  errorFileId: string | null;
  createdAt: number;
  /** Null where its window ends nothing. */
  expiresAt: number | null;
  inProgressAt: number | null;
  finalizingAt: number | null;
  completedAt: number | null;
  failedAt: number | null;
  expiredAt: number | null;
  cancellingAt: number | null;
  cancelledAt: number | null;
  counts: { total: number; completed: number; failed: number };
  usage: Usage;
  /** Input tokens that count against the model's enqueued limit while the batch is active. */
  enqueuedTokens: number;
  times: BatchTimes;
  faults: ChosenFault[];
  /** How many lines had run when the cancel came: a restart runs just as many again. */
  linesRunAtCancel: number | null;
  /** True when the output and error files stand, so that nothing has to run again after a restart. */
  linesWritten: boolean;
}

const overStatuses = new Set<BatchStatus>(["failed", "completed", "expired", "cancelled"]);

/** True when a batch will not change any more. */
export function isOver(batch: BatchRecord): boolean {
  return overStatuses.has(batch.status);
}

/** Whether no batch can be made of a file yet. */
export function isPending(file: FileRecord, now: number): boolean {
  return file.pendingUntil !== undefined && now < file.pendingUntil;
}

/** When a batch ended (ms), or null while it lives. */
export function endedAt(batch: BatchRecord): number | null {
  return batch.completedAt ?? batch.failedAt ?? batch.expiredAt ?? batch.cancelledAt;
}

export function noUsage(): Usage {
  return { inputTokens: 0, cachedTokens: 0, outputTokens: 0, reasoningTokens: 0 };
}

/** Adds `more` to `sum`, in place. */
export function addUsage(sum: Usage, more: Usage): void {
  sum.inputTokens += more.inputTokens;
  sum.cachedTokens += more.cachedTokens;
  sum.outputTokens += more.outputTokens;
  sum.reasoningTokens += more.reasoningTokens;
}
