import type { EmulatorContext, Runner } from "../context.ts";
import { EmulatorError } from "../errors.ts";
import { findFault } from "../faults/registry.ts";
import { type BatchError, type BatchRecord, type FileRecord, isOver } from "../store/records.ts";
import { finishWithoutLines } from "./finishFiles.ts";
import { runLines } from "./runLines.ts";
import { RunPace } from "./runPace.ts";
import { type InputReport, validateInput } from "./validateInput.ts";
import { cannotFindFile, tokenLimitExceeded, wrongPurpose } from "./validationErrors.ts";

/** Takes one batch from the state it is in to its end. Every state is recorded before the next begins. */
export class BatchRunner implements Runner {
  readonly #emulator: EmulatorContext;
  readonly #batch: BatchRecord;
  readonly #pace: RunPace;
  #interruption = new AbortController();
  #paused = false;

  constructor(emulator: EmulatorContext, batch: BatchRecord) {
    this.#emulator = emulator;
    this.#batch = batch;
    this.#pace = new RunPace(batch, (at) => this.#pauseUntil(at));
  }

  get paused(): boolean {
    return this.#paused;
  }

  get linesRun(): number {
    return this.#pace.ran;
  }

  interrupt(): void {
    this.#interruption.abort();
    this.#interruption = new AbortController();
  }

  /** Resolves when the batch is over, or when the emulator closes. */
  async run(): Promise<void> {
    const batch = this.#batch;
    try {
      while (!isOver(batch)) await this.#step();
    } catch (error) {
      if (this.#emulator.closing.aborted) return;
      this.#emulator.logger.error({ batchId: batch.id, err: error }, "a batch failed inside the emulator");
      const message = "The emulator itself failed on this batch; its log says why.";
      this.#fail([{ code: "server_error", message, param: null, line: null }]);
    }
  }

  async #step(): Promise<void> {
    const batch = this.#batch;
    if (batch.status === "validating") await this.#validate();
    else if (batch.status === "in_progress") await runLines(this.#emulator, batch, this.#pace);
    else if (batch.status === "finalizing") await this.#complete();
    else if (batch.inProgressAt !== null && !batch.linesWritten) await runLines(this.#emulator, batch, this.#pace);
    else await this.#cancel();
  }

  async #validate(): Promise<void> {
    const batch = this.#batch;
    await this.#pauseUntil(batch.createdAt + batch.times.validating);
    const errors = await this.#findErrors();
    this.#leaveIfClosing();
    if (batch.status !== "validating") return;
    if (errors.length > 0) return this.#fail(errors, await finishWithoutLines(this.#emulator, batch));
    batch.status = "in_progress";
    batch.inProgressAt = this.#emulator.clock.now();
    this.#emulator.store.saveBatch(batch);
  }

  async #findErrors(): Promise<BatchError[]> {
    const { store, clock, ledger } = this.#emulator;
    const batch = this.#batch;
    const file = store.file(batch.inputFileId);
    const report = file && (await this.#readInput(file));
    batch.model = report?.model ?? null;
    ledger.recordSent(report?.lines ?? 0);
    const subject = { batch, now: clock.now(), customIds: report?.customIds ?? [] };
    const wanted = batch.faults.flatMap(
      ({ kind, params }) => findFault(kind)?.onValidate?.(file, subject, params) ?? [],
    );
    if (wanted.length > 0) return wanted;
    if (!file || !report) return [cannotFindFile(batch.inputFileId)];
    if (file.purpose !== "batch") return [wrongPurpose(file.id, file.purpose)];
    if (report.errors.length > 0) return report.errors;
    batch.enqueuedTokens = report.inputTokens;
    batch.counts = { total: report.lines, completed: 0, failed: 0 };
    return this.#overEnqueued();
  }

  /** Undefined if it was deleted while it was read. */
  async #readInput({ id }: FileRecord): Promise<InputReport | undefined> {
    const { store } = this.#emulator;
    try {
      const report = await validateInput(store.contentPath(id), this.#batch.endpoint, this.#emulator);
      return store.file(id) && report;
    } catch (error) {
      if (store.file(id)) throw error;
      return undefined;
    }
  }

  #overEnqueued(): BatchError[] {
    const { model } = this.#batch;
    const { enqueuedTokens } = this.#emulator.settings.limits;
    const limit = model === null ? undefined : (enqueuedTokens[model] ?? enqueuedTokens["*"]);
    if (model === null || limit === undefined) return [];
    let enqueued = 0;
    for (const batch of this.#emulator.store.batches()) {
      const counts = batch === this.#batch || (batch.inProgressAt !== null && !isOver(batch));
      if (counts && batch.model === model) enqueued += batch.enqueuedTokens;
    }
    return enqueued > limit ? [tokenLimitExceeded(model, limit)] : [];
  }

  #fail(errors: BatchError[], files: FileRecord[] = []): void {
    const batch = this.#batch;
    batch.status = "failed";
    batch.failedAt = this.#emulator.clock.now();
    batch.errors = errors;
    batch.counts = { total: 0, completed: 0, failed: 0 };
    batch.enqueuedTokens = 0;
    this.#emulator.store.saveBatch(batch, files);
  }

  async #complete(): Promise<void> {
    const batch = this.#batch;
    await this.#pauseUntil((batch.finalizingAt ?? 0) + batch.times.finalizing);
    this.#leaveIfClosing();
    if (batch.status !== "finalizing") return;
    batch.status = "completed";
    batch.completedAt = this.#emulator.clock.now();
    this.#emulator.store.saveBatch(batch);
  }

  async #cancel(): Promise<void> {
    const batch = this.#batch;
    await this.#pauseUntil((batch.cancellingAt ?? 0) + batch.times.cancelling);
    this.#leaveIfClosing();
    batch.status = "cancelled";
    batch.cancelledAt = this.#emulator.clock.now();
    this.#emulator.store.saveBatch(batch);
  }

  async #pauseUntil(at: number): Promise<void> {
    const { clock, closing } = this.#emulator;
    this.#leaveIfClosing();
    this.#paused = true;
    await clock.sleepUntil(at, AbortSignal.any([this.#interruption.signal, closing]));
    this.#paused = false;
    this.#leaveIfClosing();
  }

  #leaveIfClosing(): void {
    if (this.#emulator.closing.aborted) throw new EmulatorError("closing", "The emulator is closing.");
  }
}
