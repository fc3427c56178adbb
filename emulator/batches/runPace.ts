import type { RunPlan } from "../faults/fault.ts";
import type { BatchRecord } from "../store/records.ts";

const stops = 20;

/** Spreads the running of a batch's lines over its time, in twenty stops, so that counts move as on a real batch. */
export class RunPace {
  readonly #batch: BatchRecord;
  readonly #pauseUntil: (at: number) => Promise<void>;
  #plan: RunPlan = { share: 1, holdAtShare: 1, holdMs: 0, end: "finalizing", errors: null };
  #ran = 0;
  #held = false;

  /** `pauseUntil` resolves at a time (ms), or earlier when the batch is cancelled or the emulator closes. */
  constructor(batch: BatchRecord, pauseUntil: (at: number) => Promise<void>) {
    this.#batch = batch;
    this.#pauseUntil = pauseUntil;
  }

  /** Lines run so far. */
  get ran(): number {
    return this.#ran;
  }

  start(plan: RunPlan): void {
    this.#plan = plan;
    this.#ran = 0;
    this.#held = false;
  }

  lineRan(): number {
    this.#ran += 1;
    return this.#ran;
  }

  async beforeLine(ran: number): Promise<void> {
    const { total } = this.#batch.counts;
    const step = Math.max(1, Math.floor(total / stops));
    if (ran % step === 0) await this.#waitFor(Math.min(1, (ran + step) / total));
    if (!this.#held && ran >= total * this.#plan.holdAtShare) await this.#hold();
  }

  async afterLines(): Promise<void> {
    await this.#waitFor(1);
    if (!this.#held) await this.#hold();
  }

  async #waitFor(share: number): Promise<void> {
    await this.#pause(this.#timeOf(share));
  }

  async #hold(): Promise<void> {
    this.#held = true;
    if (this.#plan.holdMs > 0) await this.#pause(this.#timeOf(this.#plan.holdAtShare) + this.#plan.holdMs);
  }

  #timeOf(share: number): number {
    const { inProgressAt, times, counts } = this.#batch;
    return (inProgressAt ?? 0) + share * (times.inProgress + counts.total * times.perLine);
  }

  /** A batch that is being cancelled waits for nothing any more. */
  async #pause(at: number): Promise<void> {
    const { status, expiresAt } = this.#batch;
    if (status === "in_progress") await this.#pauseUntil(Math.min(at, expiresAt ?? at));
  }
}
