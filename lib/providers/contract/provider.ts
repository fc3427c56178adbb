import type { Refusal } from "../openai/whoseFault.ts";
import type { LineRequest, ResultLine } from "./lines.ts";

/** One error that the provider found in an input file. `line` is 1-based; null where it concerns the whole file. */
export interface ProviderBatchError extends Refusal {
  code: string;
  line: number | null;
}

/**
 * Their record of a batch, in our words. Whatever is stated in it beside its id and its status may be missing or wrong.
 * `status` is their own, in lower case with underscores: it may be one that we do not know.
 */
export interface ProviderBatch {
  id: string;
  status: string;
  inputFileId: string | null;
  outputFileId: string | null;
  errorFileId: string | null;
  createdAt: Date | null;
  expiresAt: Date | null;
  /** All 0 where none were stated. */
  counts: { total: number; completed: number; failed: number };
  errors: ProviderBatchError[];
  metadata: Record<string, string>;
}

const LIVE_STATUSES = new Set(["validating", "in_progress", "finalizing"]);

/** Whether a provider batch runs or may yet run, and can be cancelled. */
export function isLive(batch: ProviderBatch): boolean {
  return LIVE_STATUSES.has(batch.status);
}

/** Whether lines of it may have run, and been paid for: one that failed at its validation names no file and counts none. */
export function mayHaveRun({ outputFileId, errorFileId, counts }: ProviderBatch): boolean {
  return outputFileId !== null || errorFileId !== null || counts.completed + counts.failed > 0;
}

/** Whether lines of it ran or may yet run: one that failed at its validation cost nothing, and brings nothing. */
export function ranOrMayRun(batch: ProviderBatch): boolean {
  return batch.status !== "failed" || mayHaveRun(batch);
}

export interface InputFile {
  fileName: string;
  /** Gives a fresh stream of the content at each call. */
  open(): AsyncIterable<Uint8Array>;
}

export interface NewBatch {
  inputFileId: string;
  metadata: Record<string, string>;
  /** The call is given up after so many milliseconds; whether the batch exists is then unknown. */
  timeoutMs: number;
}

/** An input file as the provider lists it. */
export interface ProviderInputFile {
  id: string;
  fileName: string;
  createdAt: Date | null;
}

/** A file at the provider: its size as the provider states it, null where it states none, and its bytes as they come. */
export interface ProviderFile {
  bytes: number | null;
  content: AsyncIterable<Uint8Array>;
}

/** The Batch API behind one small interface. Every method throws ProviderError and nothing else. */
export interface BatchProvider {
  readonly name: string;
  /** The path that lines are addressed to, such as `/v1/chat/completions`. */
  readonly endpoint: string;
  /** One line of an input file, without its line end. */
  encodeLine(request: LineRequest): string;
  /** Whose line of an input, output or error file this is; null where it does not say. */
  readRequestId(line: Buffer): string | null;
  /** What one line of an output or error file says. */
  readLine(line: Buffer): ResultLine;
  /** Asks for something cheap, once and for five seconds at most: throws if the provider does not answer as it should. */
  check(signal?: AbortSignal): Promise<void>;
  uploadInput(file: InputFile, signal: AbortSignal): Promise<{ fileId: string }>;
  /** Never retried by itself: a lost reply may hide a batch that exists and costs money. */
  createBatch(batch: NewBatch): Promise<ProviderBatch>;
  retrieveBatch(id: string): Promise<ProviderBatch>;
  /** All batches that were created since then, in any order; one that states no time counts as new. */
  listBatches(since: Date): AsyncIterable<ProviderBatch>;
  cancelBatch(id: string): Promise<ProviderBatch>;
  openFile(id: string, signal: AbortSignal): Promise<ProviderFile>;
  /** Every input file of the account; or those of since then, as batches are listed. */
  listInputFiles(since?: Date): AsyncIterable<ProviderInputFile>;
  /** Deletes a file; one that does not exist any more is no error. */
  deleteFile(id: string): Promise<void>;
  /** Ends its connections; a call that is still under way is broken off. */
  close(): Promise<void>;
}
