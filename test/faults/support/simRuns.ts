import { existsSync, readFileSync } from "node:fs";
import { linesPath } from "../../../emulator/ledger/ledger.ts";
import type { World } from "./simWorld.ts";

/** One billed run of a line at the provider. Times are virtual. */
export interface Run {
  requestId: string;
  /** In which emulator: 0 of the default account, 1 of the other. */
  place: number;
  usable: boolean;
  /** The installation whose batch it was in, and which one, by its id here. */
  installation: string;
  batchId: string;
  createdAt: number;
  startedAt: number;
  outputFileId: string | null;
}

/** All runs, in the order in which their batches began to run. */
export function readRuns({ emulators }: World): Run[] {
  const all = emulators.flatMap(({ store }, place) => store.batches().map((batch) => ({ store, place, batch })));
  const runs = all.flatMap(({ store, place, batch }): Run[] => {
    const path = linesPath(store, batch.id);
    if (batch.inProgressAt === null || !existsSync(path)) return [];
    const { createdAt, inProgressAt: startedAt, outputFileId } = batch;
    const { installation = "", batch_id: batchId = "" } = batch.metadata ?? {};
    const of = { place, installation, batchId, createdAt, startedAt, outputFileId };
    return readFileSync(path, "utf8")
      .split("\n")
      .filter(Boolean)
      .map((line) => {
        const requestId = String(JSON.parse(line.slice(1)));
        return { requestId, usable: line.startsWith("+"), ...of };
      });
  });
  return runs.sort((a, b) => a.startedAt - b.startedAt);
}

/** Of each request that ran again after a usable answer: what it had had before, and the run that was too much. */
export function listBoughtAgain(runs: readonly Run[]): { requestId: string; before: Run[]; again: Run }[] {
  return [...Map.groupBy(runs, ({ requestId }) => requestId)].flatMap(([requestId, all]) => {
    const first = all.findIndex(({ usable }) => usable);
    if (first < 0) return [];
    return all.slice(first + 1).map((again, index) => {
      const before = all.slice(0, first + 1 + index).filter(({ usable }) => usable);
      return { requestId, before, again };
    });
  });
}
