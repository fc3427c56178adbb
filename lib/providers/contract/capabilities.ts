/** By what a provider batch is known again: by the mark that it was created with, or by its input file. */
export type KnownBy = "mark" | "input_file";

/**
 * What a provider can do, and by when. The pipeline asks this and nothing else: never which provider it is.
 * What is told here of a lost create decides whether it is paid for twice.
 */
export interface Capabilities {
  /** How a batch whose create brought no reply is found among those that are listed, so that it can be adopted. */
  knownBy: readonly [KnownBy, ...KnownBy[]];
  /**
   * What keeps a create that lands late from becoming a second batch: without its input file it fails. One that keeps its
   * idempotency keys for as long as a create may be late would be another; recovery decides by this.
   */
  lateCreate: "fails_without_its_file";
  /** What lines can be addressed to. */
  endpoints: readonly [string, ...string[]];
  /** What one input file may have. */
  mostLines: number;
  mostBytes: number;
  /** How many batches one call lists. */
  listedAtOnce: number;
  /** So many batches may be created in an account within an hour; null where no such limit is known. */
  batchesPerHour: number | null;
  /** How soon a batch should end, and whether it expires when it has not. */
  completionWindowMs: number;
  expires: boolean;
  /** How long input files and results are kept. */
  filesKeptMs: number;
  /** How long a cancel that was taken may need; null where nothing can be cancelled. */
  cancelTakesMs: number | null;
}

/** When a batch that does not say it has expired for certain; null if it never does. */
export function lifetimeOf({ expires, completionWindowMs }: Capabilities): number | null {
  return expires ? completionWindowMs : null;
}

/** How far back batches may still run: twice as long as they live, or as long as their files are kept. */
export function lookBackOf(capabilities: Capabilities): number {
  const lifetimeMs = lifetimeOf(capabilities);
  return lifetimeMs === null ? capabilities.filesKeptMs : 2 * lifetimeMs;
}
