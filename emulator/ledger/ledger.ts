import { existsSync } from "node:fs";
import { join } from "node:path";
import { splitLines } from "../splitLines.ts";
import { addUsage, noUsage, type Usage } from "../store/records.ts";
import type { Store } from "../store/store.ts";
import { LineTable } from "./lineTable.ts";

const longestList = 100;

/** What was really done, whatever clients believe: the tests of a pipeline judge by it. */
export class Ledger {
  #lines = new LineTable();
  readonly counts = {
    uploads: 0,
    uploadedBytes: 0,
    filesDeleted: 0,
    linesSent: 0,
    linesExecuted: 0,
    linesExecutedTwice: 0,
    linesBoughtAgain: 0,
  };
  readonly calls = new Map<string, number>();
  readonly synchronousUsage: Usage = noUsage();
  #executedTwice = new Map<string, number>();
  #boughtAgain = new Set<string>();

  /** Takes up the lines of batches that ran before a restart. */
  async load(store: Store): Promise<void> {
    for (const batch of store.batches()) {
      const path = linesPath(store, batch.id);
      if (!batch.linesWritten || !existsSync(path)) continue;
      for await (const { text } of splitLines(path)) {
        this.recordLine(String(JSON.parse(text.slice(1))), text.startsWith("+"));
      }
    }
  }

  clear(): void {
    this.#lines = new LineTable();
    this.#executedTwice = new Map();
    this.#boughtAgain = new Set();
    for (const name of Object.keys(this.counts)) Object.assign(this.counts, { [name]: 0 });
    Object.assign(this.synchronousUsage, noUsage());
    this.calls.clear();
  }

  recordCall(name: string): void {
    this.calls.set(name, (this.calls.get(name) ?? 0) + 1);
  }

  recordUpload(bytes: number): void {
    this.counts.uploads += 1;
    this.counts.uploadedBytes += bytes;
  }

  /** Lines of an input file that came to its validation, good or not. */
  recordSent(lines: number): void {
    this.counts.linesSent += lines;
  }

  recordSynchronous(usage: Usage): void {
    addUsage(this.synchronousUsage, usage);
  }

  /** One billed run of a line; `usable` when its answer reached a file in a state that a client can use. */
  recordLine(customId: string, usable: boolean): void {
    const before = this.#lines.add(customId, usable);
    this.counts.linesExecuted += 1;
    if (before.runs === 1) this.counts.linesExecutedTwice += 1;
    if (before.runs > 0 && (this.#executedTwice.has(customId) || this.#executedTwice.size < longestList)) {
      this.#executedTwice.set(customId, before.runs + 1);
    }
    if (before.usable === 0) return;
    this.counts.linesBoughtAgain += 1;
    if (this.#boughtAgain.size < longestList) this.#boughtAgain.add(customId);
  }

  runsOf(customId: string): { runs: number; usable: number } {
    return this.#lines.get(customId);
  }

  differentLines(): number {
    return this.#lines.size;
  }

  /** The first custom_ids that ran more than once, with how often. */
  executedTwice(): { custom_id: string; times: number }[] {
    return [...this.#executedTwice].map(([custom_id, times]) => ({ custom_id, times }));
  }

  /** The first custom_ids that ran again after a usable answer. */
  boughtAgain(): string[] {
    return [...this.#boughtAgain];
  }
}

/** Where the runs of one batch's lines are kept: `+` or `-` (usable or not) and the custom_id as JSON. */
export function linesPath(store: Store, batchId: string): string {
  return join(store.ledgerFolder, batchId);
}

export function ledgerLine(customId: string, usable: boolean): string {
  return `${usable ? "+" : "-"}${JSON.stringify(customId)}\n`;
}
