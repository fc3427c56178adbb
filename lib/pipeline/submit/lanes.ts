import { spooledBytes } from "../create/spool.ts";

/** So many submissions of an account at a time: more calls at once than that, a provider may take amiss. */
export const MOST_LANES = 20;

/** While the input files of this process have more in all, no further one is written. In bytes. */
const MOST_SPOOLED_BYTES = 200_000_000;

/**
 * The submissions of a round, side by side. The first goes alone, and so does the first to each model until it got through: what refuses
 * all of them, a key or an account without credit, is met by one and not by all.
 */
export class Lanes {
  readonly #most: number;
  readonly #mostBytes: number;
  readonly #underWay = new Map<Promise<void>, string>();
  readonly #reached = new Set<string>();
  #failure: { error: unknown } | undefined;

  constructor(most: number, mostBytes = MOST_SPOOLED_BYTES) {
    this.#most = most;
    this.#mostBytes = mostBytes;
  }

  /** Waits until another submission to this model may begin. */
  async freeFor(model: string): Promise<void> {
    while (!this.#isFreeFor(model)) await Promise.race(this.#underWay.keys());
  }

  #isFreeFor(model: string): boolean {
    if (this.#underWay.size === 0) return true;
    if (this.#underWay.size >= this.#most || spooledBytes() >= this.#mostBytes) return false;
    const isTried = [...this.#underWay.values()].includes(model);
    return this.#reached.size > 0 && (this.#reached.has(model) || !isTried);
  }

  /** Begins one. @param submission answers whether it got through */
  begin(model: string, submission: () => Promise<boolean>): void {
    const ending = submission().then(
      (gotThrough) => {
        this.#underWay.delete(ending);
        if (gotThrough) this.#reached.add(model);
      },
      (error) => {
        this.#underWay.delete(ending);
        this.#failure ??= { error };
      },
    );
    this.#underWay.set(ending, model);
  }

  /**
   * Waits until none is under way. Answers whether any was.
   * @throws the first failure
   */
  async settle(): Promise<boolean> {
    const any = this.#underWay.size > 0;
    await Promise.all(this.#underWay.keys());
    if (this.#failure) throw this.#failure.error;
    return any;
  }
}
