const MOST_EXAMPLES = 10;

/** What there is of one kind, by the first few. */
class Found {
  count = 0;
  readonly examples: string[] = [];

  add(example: string): void {
    this.count++;
    if (this.examples.length < MOST_EXAMPLES) this.examples.push(example);
  }
}

/** What a check of the chain has found. Entries are named by their place in it. */
export class ChainReport {
  checked = 0;
  /** Entries that do not say what was sealed. */
  readonly changed = new Found();
  /** Places that have no entry, as ranges: "13" or "13 to 20". */
  readonly missing = new Found();
  /** The same at the end of the chain: all that comes after the last entry that is left. */
  readonly cutOff = new Found();
  /** Seals and cuts that were not made with the secret, or that say otherwise than the entries. */
  readonly forged = new Found();
  /** Seals and cuts that were made with a secret that is not configured here: they cannot be checked. */
  readonly unknownKey = new Found();
  /** What was kept elsewhere of a part that retention has removed: it cannot be checked. */
  readonly removed = new Found();
}

/** How far the chain went, as it was kept elsewhere: the log says it at each sealing. */
export interface KeptHead {
  sequence: number;
  hash: string;
}
