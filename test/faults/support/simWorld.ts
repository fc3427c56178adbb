import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Pool } from "pg";
import type { EmulatorContext } from "../../../emulator/context.ts";
import { createContext } from "../../../emulator/createContext.ts";
import { parseEmulatorOptions } from "../../../emulator/options.ts";
import { type Random, seededRandom } from "../../../emulator/random.ts";
import { resetEmulator } from "../../../emulator/resetEmulator.ts";
import { openPool } from "../../../lib/db/pool.ts";
import { VirtualTime } from "./simTime.ts";

/** Prices are known from this time on. */
const START = Date.UTC(2026, 11, 1);
const SEATS = 4;
const CONNECTIONS = 4;
/** Deleted rows are swept out of the tables after so many cases. */
const SWEEP_AFTER = 200;

const TABLES = [
  "AIRequestAttempt",
  "AIProcessingRequest",
  "AIBatchRequest",
  "SessionQuestion",
  "Question",
  "Message",
  "Session",
  "Company",
  "ProviderStop",
  "ModelStop",
  "FileSizeLimit",
  "SpendingStop",
  "ModelBudget",
  "ReapedItem",
  "Installation",
  "ErasedBatch",
];

/** A database and an emulator, used for one case after another. Each case begins with both empty and a time of its own. */
export interface World {
  emulator: EmulatorContext;
  /** The connections of each worker's seat. */
  seats: Pool[];
  /** For what stands outside of the simulation: setting up and judging. */
  admin: Pool;
  time(): VirtualTime;
  reset(seed: number): Promise<void>;
  close(): Promise<void>;
}

export async function openWorld(databaseUrl: string): Promise<World> {
  const admin = openPool(databaseUrl, { max: 2 });
  const seats = Array.from({ length: SEATS }, () => openPool(databaseUrl, { max: CONNECTIONS }));
  let time = new VirtualTime(START);
  let random: Random = seededRandom(0);
  const folder = await mkdtemp(join(tmpdir(), "livedash-simulation-"));
  const settings = parseEmulatorOptions({ limits: { uploadsPerMinute: 0, batchesPerHour: 0 } });
  const clock = {
    now: () => time.now(),
    sleepUntil: (at: number, signal?: AbortSignal) => time.sleepUntil(at, signal),
  };
  const emulator = await createContext(settings, { clock, random: () => random() }, folder);
  let cases = 0;
  return {
    emulator,
    seats,
    admin,
    time: () => time,
    reset: async (seed) => {
      await resetEmulator(emulator);
      time = new VirtualTime(START);
      random = seededRandom(seed);
      const tables = TABLES.map((table) => `"${table}"`);
      if (++cases % SWEEP_AFTER === 0) await admin.query(`TRUNCATE ${tables.join(", ")} CASCADE`);
      else await admin.query(tables.map((table) => `DELETE FROM ${table}`).join("; "));
    },
    close: async () => {
      await emulator.stopRunners();
      emulator.store.close();
      await Promise.all([admin, ...seats].map((pool) => pool.end()));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Whether a batch of the emulator is at work, and not just waiting for time to go by. */
export function isEmulatorBusy({ emulator }: World): boolean {
  for (const runner of emulator.runners.values()) if (!runner.paused) return true;
  return false;
}
