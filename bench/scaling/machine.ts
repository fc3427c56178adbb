import type { VirtualTime } from "../../test/faults/support/simTime.ts";

/** What things take, in virtual time. The first two are what 50,000 requests took, by docs/scaling.md (the newer machine); the others are assumed. */
export const TAKES = {
  createSeconds: 6.0 / 50_000,
  collectSeconds: 13.2 / 50_000,
  callMs: 300,
  /** Of an upload, before its bytes. */
  uploadMs: 700,
  bytesPerSecond: 12_500_000,
};

/** A part of a worker that does one thing after the other. */
class Lane {
  readonly #time: VirtualTime;
  #freeAt = 0;

  constructor(time: VirtualTime) {
    this.#time = time;
  }

  async work(ms: number, signal?: AbortSignal): Promise<void> {
    this.#freeAt = Math.max(this.#freeAt, this.#time.now()) + ms;
    await this.#time.sleepUntil(this.#freeAt, signal);
  }
}

/** What a worker does itself: it puts requests into batches, and collects results, as fast as the measured machine. */
export interface Machine {
  create: Lane;
  collect: Lane;
}

export function openMachine(time: VirtualTime): Machine {
  return { create: new Lane(time), collect: new Lane(time) };
}
