import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EmulatorContext } from "../../../emulator/context.ts";
import { createContext } from "../../../emulator/createContext.ts";
import { parseEmulatorOptions } from "../../../emulator/options.ts";
import { type Random, seededRandom } from "../../../emulator/random.ts";
import { resetEmulator } from "../../../emulator/resetEmulator.ts";
import { openSimDatabase, type SimDatabase } from "./simDatabase.ts";
import { VirtualTime } from "./simTime.ts";

/** Prices are known from this time on. */
const START = Date.UTC(2026, 11, 1);

/** Databases and an emulator, used for one case after another. Each case begins with all empty and a time of its own. */
export interface World {
  emulator: EmulatorContext;
  database: SimDatabase;
  /** The one in which a copy is put beside the first. */
  beside: SimDatabase;
  time(): VirtualTime;
  /** When the provider lost a file, in virtual time; undefined while it is there. */
  deletedAt(fileId: string): number | undefined;
  reset(seed: number): Promise<void>;
  close(): Promise<void>;
}

export async function openWorld(databaseUrl: string, besideUrl: string): Promise<World> {
  const database = openSimDatabase(databaseUrl);
  const beside = openSimDatabase(besideUrl);
  let time = new VirtualTime(START);
  let random: Random = seededRandom(0);
  const folder = await mkdtemp(join(tmpdir(), "livedash-simulation-"));
  const settings = parseEmulatorOptions({ limits: { uploadsPerMinute: 0, batchesPerHour: 0 } });
  const clock = {
    now: () => time.now(),
    sleepUntil: (at: number, signal?: AbortSignal) => time.sleepUntil(at, signal),
  };
  const emulator = await createContext(settings, { clock, random: () => random() }, folder);
  const deletions = noteDeletions(emulator);
  return {
    emulator,
    database,
    beside,
    time: () => time,
    deletedAt: (fileId) => deletions.get(fileId),
    reset: async (seed) => {
      await resetEmulator(emulator);
      deletions.clear();
      time = new VirtualTime(START);
      random = seededRandom(seed);
      await Promise.all([database.clear(), beside.clear()]);
    },
    close: async () => {
      await emulator.stopRunners();
      emulator.store.close();
      await Promise.all([database.close(), beside.close()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function noteDeletions({ store, clock }: EmulatorContext): Map<string, number> {
  const deletions = new Map<string, number>();
  const deleteFile = store.deleteFile.bind(store);
  store.deleteFile = (fileId) => {
    deletions.set(fileId, clock.now());
    deleteFile(fileId);
  };
  return deletions;
}

/** Whether a batch of the emulator is at work, and not just waiting for time to go by. */
export function isEmulatorBusy({ emulator }: World): boolean {
  for (const runner of emulator.runners.values()) if (!runner.paused) return true;
  return false;
}
