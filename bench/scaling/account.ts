import { splitLines } from "../../lib/pipeline/collect/splitLines.ts";
import type { ProviderBatch } from "../../lib/providers/contract/batch.ts";
import { ProviderError } from "../../lib/providers/contract/errors.ts";
import type { InputFile, NewBatch, ProviderInputFile } from "../../lib/providers/contract/provider.ts";
import { readRequestId } from "../../lib/providers/openai/readLine.ts";
import type { VirtualTime } from "../../test/faults/support/simTime.ts";
import { Window } from "./window.ts";

/** Half of real batches end within seven minutes and nine of ten within an hour, as their users report; all are due in a day. */
const MEDIAN_MS = 7 * 60_000;
const SPREAD = Math.log(60 / 7) / 1.2816;
const WINDOW_MS = 86_400_000;

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
export const BYTES_PER_TOKEN = 4;
const MOST_LINE_BYTES = 1_000_000;

/** What OpenAI publishes in its guide to the Batch API. */
const BATCHES_PER_HOUR = 2_000;
const UPLOADS_PER_MINUTE = 1_000;

export interface AccountSettings {
  name: string;
  perRow: number;
  enqueuedTokens: number;
  batchesPerHour?: number;
}

interface StoredFile extends ProviderInputFile {
  createdAt: Date;
  bytes: number;
  requestIds: string[];
}

interface StoredBatch {
  batch: ProviderBatch & { createdAt: Date };
  file: StoredFile;
  endsAt: number;
}

/** What happened in an account. */
export interface AccountCounts {
  calls: number;
  created: number;
  refusedCreates: number;
  refusedForTokens: number;
  mostInFlight: number;
  mostTokens: number;
}

/** The inside of an account at a provider that keeps to its published limits: in memory, and in virtual time. */
export class SimulatedAccount {
  readonly settings: AccountSettings;
  readonly counts: AccountCounts = {
    calls: 0,
    created: 0,
    refusedCreates: 0,
    refusedForTokens: 0,
    mostInFlight: 0,
    mostTokens: 0,
  };
  readonly #time: VirtualTime;
  readonly #random: () => number;
  readonly #files = new Map<string, StoredFile>();
  readonly #batches = new Map<string, StoredBatch>();
  readonly #live = new Set<StoredBatch>();
  readonly #creates: Window;
  readonly #uploads = new Window(MINUTE_MS, UPLOADS_PER_MINUTE);

  constructor(settings: AccountSettings, time: VirtualTime, random: () => number) {
    this.settings = settings;
    this.#time = time;
    this.#random = random;
    this.#creates = new Window(HOUR_MS, this.batchesPerHour);
  }

  get batchesPerHour(): number {
    return this.settings.batchesPerHour ?? BATCHES_PER_HOUR;
  }

  /** Takes the bytes of a file; the lines of it are known by their requests. */
  async upload(file: InputFile): Promise<StoredFile> {
    this.#uploads.take(this.#time.now());
    const stored: StoredFile = {
      id: `file-${this.settings.name}-${this.#files.size + this.counts.created}-${this.#time.now()}`,
      label: file.label,
      createdAt: new Date(this.#time.now()),
      bytes: 0,
      requestIds: [],
    };
    for await (const { content } of splitLines(file.open(), MOST_LINE_BYTES)) {
      stored.bytes += content.length + 1;
      const id = readRequestId(content);
      if (id !== null) stored.requestIds.push(id);
    }
    this.#files.set(stored.id, stored);
    return stored;
  }

  create({ inputFileId, mark }: NewBatch): ProviderBatch {
    const file = this.#files.get(inputFileId);
    if (!file) throw new ProviderError("provider_refused", "There is no such file.");
    try {
      this.#creates.take(this.#time.now());
    } catch (error) {
      this.counts.refusedCreates++;
      throw error;
    }
    const now = this.#time.now();
    const id = `batch-${this.settings.name}-${++this.counts.created}`;
    const total = file.requestIds.length;
    const stored: StoredBatch = {
      file,
      endsAt: now + drawTurnaround(this.#random),
      batch: {
        id,
        state: "running",
        word: "in_progress",
        inputFileId,
        results: [],
        createdAt: new Date(now),
        expiresAt: new Date(now + DAY_MS),
        counts: { total, completed: 0, failed: 0 },
        errors: [],
        mark,
      },
    };
    this.#batches.set(id, stored);
    this.#admit(stored);
    return stored.batch;
  }

  /** Refuses it if more would be enqueued than may be; else it runs. */
  #admit(stored: StoredBatch): void {
    const tokens = tokensOf(stored) + this.#enqueued();
    const most = this.settings.enqueuedTokens / this.settings.perRow;
    if (tokens > most) {
      this.counts.refusedForTokens++;
      const limit = { of: "tokens", most: Math.floor(most) } as const;
      const message = `Enqueued token limit reached. Limit: ${limit.most} enqueued tokens.`;
      stored.batch.errors = [
        { line: null, fault: "tokens", limit, code: "token_limit_exceeded", param: null, message },
      ];
      stored.batch.state = "failed";
      stored.batch.word = "failed";
      stored.batch.counts = { total: 0, completed: 0, failed: 0 };
      return;
    }
    this.#live.add(stored);
    this.counts.mostInFlight = Math.max(this.counts.mostInFlight, this.#live.size);
    this.counts.mostTokens = Math.max(this.counts.mostTokens, tokens * this.settings.perRow);
  }

  #enqueued(): number {
    let tokens = 0;
    for (const stored of this.#live) {
      if (stored.endsAt <= this.#time.now()) this.#live.delete(stored);
      else tokens += tokensOf(stored);
    }
    return tokens;
  }

  retrieve(id: string): ProviderBatch {
    const stored = this.#batches.get(id);
    if (!stored) throw new ProviderError("provider_not_found", "There is no such batch.");
    const { batch, endsAt, file } = stored;
    if (batch.state === "running" && endsAt <= this.#time.now()) {
      batch.state = "completed";
      batch.word = "completed";
      batch.results = [{ id, holds: "answers" }];
      batch.counts = { total: file.requestIds.length, completed: file.requestIds.length, failed: 0 };
    }
    return batch;
  }

  /** The lines of a batch that has ended. */
  resultsOf(id: string): StoredFile {
    const stored = this.#batches.get(id);
    if (!stored) throw new ProviderError("provider_not_found", "There is no such file.");
    return stored.file;
  }

  batchesSince(since: Date): ProviderBatch[] {
    return [...this.#batches.values()].flatMap(({ batch }) => (batch.createdAt >= since ? [batch] : []));
  }

  filesSince(since: Date): ProviderInputFile[] {
    return [...this.#files.values()].filter(({ createdAt }) => createdAt >= since);
  }

  deleteFile(id: string): void {
    this.#files.delete(id);
  }
}

function tokensOf({ file }: StoredBatch): number {
  return file.bytes / BYTES_PER_TOKEN;
}

/** How long a batch takes at the provider: log-normal through these two points. */
function drawTurnaround(random: () => number): number {
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return Math.min(WINDOW_MS, MEDIAN_MS * Math.exp(SPREAD * normal));
}
