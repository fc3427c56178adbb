import type { KnownAnswers } from "./answers/knownAnswers.ts";
import type { Clock } from "./clock.ts";
import type { FaultBook } from "./faults/book.ts";
import type { RateLimit } from "./http/rateLimit.ts";
import type { Ledger } from "./ledger/ledger.ts";
import type { EmulatorLogger, EmulatorSettings } from "./options.ts";
import type { Random } from "./random.ts";
import type { Shape } from "./shape/shape.ts";
import type { BatchRecord } from "./store/records.ts";
import type { Store } from "./store/store.ts";

/** What takes a batch to its end. */
export interface Runner {
  /** True while it only waits for time to go by. */
  readonly paused: boolean;
  readonly linesRun: number;
  /** Ends the present wait, since the batch's record was changed by someone else. */
  interrupt(): void;
}

/** What every part of a running emulator shares. */
export interface EmulatorContext {
  settings: EmulatorSettings;
  shape: Shape;
  clock: Clock;
  random: Random;
  logger: EmulatorLogger;
  store: Store;
  ledger: Ledger;
  faults: FaultBook;
  /** What is answered to the transcripts that it knows; all others get computed answers. */
  knownAnswers: KnownAnswers;
  uploadRate: RateLimit;
  createRate: RateLimit;
  /** One for each batch that is not over. */
  runners: Map<string, Runner>;
  startRunner(batch: BatchRecord): void;
  /** Ends every runner where it stands and resolves when all have ended; `closing` is aborted. */
  stopRunners(): Promise<void>;
  /** Lets runners start again after `stopRunners`. */
  allowRunners(): void;
  /** Aborted when the emulator closes or is reset. */
  closing: AbortSignal;
}
