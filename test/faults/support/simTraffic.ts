/** Counts what is on its way to PostgreSQL, so that whoever waits for calm need not ask again and again. */
export class Traffic {
  #inFlight = 0;
  #waiting: (() => void)[] = [];

  get busy(): boolean {
    return this.#inFlight > 0;
  }

  async track<T>(work: () => Promise<T>): Promise<T> {
    this.#inFlight += 1;
    try {
      return await work();
    } finally {
      this.#inFlight -= 1;
      if (this.#inFlight === 0) for (const wake of this.#waiting.splice(0)) wake();
    }
  }

  /** Resolves when nothing is on its way. */
  async calm(): Promise<void> {
    while (this.busy) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }
}
