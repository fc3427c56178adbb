const firstCapacity = 1 << 12;

/** How often a custom_id ran: runs in all, and runs whose answer a client could use. Each is counted up to 255. */
interface LineRuns {
  runs: number;
  usable: number;
}

/** Counts runs by custom_id in 10 bytes a slot, so that a million lines take about 20 MB. Keys are 64-bit hashes. */
export class LineTable {
  #high = new Uint32Array(firstCapacity);
  #low = new Uint32Array(firstCapacity);
  #runs = new Uint8Array(firstCapacity);
  #usable = new Uint8Array(firstCapacity);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(customId: string): LineRuns {
    const slot = this.#slot(...hashes(customId));
    return { runs: this.#runs[slot] ?? 0, usable: this.#usable[slot] ?? 0 };
  }

  /** Counts one run and gives the counts as they were before. */
  add(customId: string, usable: boolean): LineRuns {
    if (this.#size * 2 >= this.#runs.length) this.#grow();
    const [high, low] = hashes(customId);
    const slot = this.#slot(high, low);
    const before = { runs: this.#runs[slot] ?? 0, usable: this.#usable[slot] ?? 0 };
    if (before.runs === 0) this.#size += 1;
    this.#high[slot] = high;
    this.#low[slot] = low;
    this.#runs[slot] = Math.min(255, before.runs + 1);
    this.#usable[slot] = Math.min(255, before.usable + (usable ? 1 : 0));
    return before;
  }

  /** The slot of a key, or the free one where it belongs. */
  #slot(high: number, low: number): number {
    const mask = this.#runs.length - 1;
    let slot = low & mask;
    while (this.#runs[slot] !== 0 && (this.#high[slot] !== high || this.#low[slot] !== low)) slot = (slot + 1) & mask;
    return slot;
  }

  #grow(): void {
    const old = { high: this.#high, low: this.#low, runs: this.#runs, usable: this.#usable };
    const capacity = old.runs.length * 2;
    this.#high = new Uint32Array(capacity);
    this.#low = new Uint32Array(capacity);
    this.#runs = new Uint8Array(capacity);
    this.#usable = new Uint8Array(capacity);
    for (let i = 0; i < old.runs.length; i++) {
      if (old.runs[i] === 0) continue;
      const slot = this.#slot(old.high[i] ?? 0, old.low[i] ?? 0);
      this.#high[slot] = old.high[i] ?? 0;
      this.#low[slot] = old.low[i] ?? 0;
      this.#runs[slot] = old.runs[i] ?? 0;
      this.#usable[slot] = old.usable[i] ?? 0;
    }
  }
}

/** Two independent 32-bit hashes of a text (FNV-1a, and a multiplicative one, each mixed at the end). */
function hashes(text: string): [number, number] {
  let high = 0x811c9dc5;
  let low = 0x9747b28c;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    high = Math.imul(high ^ code, 0x01000193);
    low = Math.imul(low ^ code, 0x5bd1e995) ^ (low >>> 15);
  }
  return [mix(high), mix(low)];
}

function mix(value: number): number {
  let mixed = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
