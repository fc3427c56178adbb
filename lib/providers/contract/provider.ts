import type { ProviderBatch, ProviderState } from "./batch.ts";
import type { Capabilities } from "./capabilities.ts";
import type { LineRequest, ResultLine } from "./lines.ts";
import type { FileLabel, WrittenMark } from "./mark.ts";

export interface InputFile {
  label: FileLabel;
  /** Gives a fresh stream of the content at each call. */
  open(): AsyncIterable<Uint8Array>;
}

export interface NewBatch {
  inputFileId: string;
  /** What its lines are addressed to. */
  endpoint: string;
  mark: WrittenMark;
  /** The call is given up after so many milliseconds; whether the batch exists is then unknown. */
  timeoutMs: number;
}

/** An uploaded file as the provider lists it; without a label where it bears none. */
export interface ProviderInputFile {
  id: string;
  label: FileLabel | null;
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
  readonly capabilities: Capabilities;
  /** What lines of new batches are addressed to, such as `/v1/chat/completions`. A batch keeps the one that it was made for. */
  readonly endpoint: string;
  /** One line of an input file for an endpoint, without its line end. */
  encodeLine(endpoint: string, request: LineRequest): string;
  /** Whose line of an input, output or error file this is; null where it does not say. */
  readRequestId(line: Buffer): string | null;
  /** What one line of an output or error file says. */
  readLine(line: Buffer): ResultLine;
  /** What a word means that was recorded of a batch. */
  stateOf(word: string): ProviderState;
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
