import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EmulatorContext } from "../../../emulator/context.ts";
import { createContext } from "../../../emulator/createContext.ts";
import { parseEmulatorOptions } from "../../../emulator/options.ts";
import { type Random, seededRandom } from "../../../emulator/random.ts";
import { resetEmulator } from "../../../emulator/resetEmulator.ts";
import type { BatchRecord } from "../../../emulator/store/records.ts";
import type { Sql } from "../../../lib/db/pool.ts";
import { rowsIn } from "../../support/rows/index.ts";
import { openSimDatabase, type SimDatabase } from "./simDatabase.ts";
import { VirtualTime } from "./simTime.ts";

/** Prices are known from this time on. */
const START = Date.UTC(2026, 11, 1);

/** Databases and an emulator, used for one case after another. Each case begins with all empty and a time of its own. */
export interface World {
  /** Of the account that the variables configure. */
  emulator: EmulatorContext;
  /** Of each account: that one, and the one of `THERE`. */
  emulators: readonly [EmulatorContext, EmulatorContext];
  /** The batches of both. */
  batches(): BatchRecord[];
  database: SimDatabase;
  /** The one in which a copy is put beside the first. */
  beside: SimDatabase;
  time(): VirtualTime;
  /** Notes that somebody asks the provider to delete a file: the call may be slow, and end long after the one who asked. */
  askToDelete(fileId: string): void;
  /** When that was asked first, and when the provider lost the file, in virtual time; undefined while it is there. */
  deletionOf(fileId: string): { askedAt: number; doneAt: number } | undefined;
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
  // One source of chance, so that no id is made twice.
  const open = (name: string) => createContext(settings, { clock, random: () => random() }, join(folder, name));
  const emulators = [await open("here"), await open("there")] as const;
  const deletions = new Map<string, number>();
  const asked = new Map<string, number>();
  for (const emulator of emulators) noteDeletions(emulator, deletions);
  for (const { admin } of [database, beside]) await addAccount(admin);
  return {
    emulator: emulators[0],
    emulators,
    batches: () => emulators.flatMap(({ store }) => store.batches()),
    database,
    beside,
    time: () => time,
    askToDelete: (fileId) => {
      if (!asked.has(fileId)) asked.set(fileId, time.now());
    },
    deletionOf: (fileId) => {
      const doneAt = deletions.get(fileId);
      return doneAt === undefined ? undefined : { askedAt: asked.get(fileId) ?? doneAt, doneAt };
    },
    reset: async (seed) => {
      for (const emulator of emulators) await resetEmulator(emulator);
      deletions.clear();
      asked.clear();
      time = new VirtualTime(START);
      random = seededRandom(seed);
      await Promise.all([database.clear(), beside.clear()]);
    },
    close: async () => {
      for (const emulator of emulators) {
        await emulator.stopRunners();
        emulator.store.close();
      }
      await Promise.all([database.close(), beside.close()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The account beside the default one, and what its model is called here. */
export const THERE = { id: "there", model: "gpt-there" };

async function addAccount(sql: Sql): Promise<void> {
  const rows = rowsIn(sql);
  await rows.account({ id: THERE.id, kind: "azure", createdAt: new Date(START) });
  await rows.model({ name: THERE.model, accountId: THERE.id, providerName: "gpt-6-luna" });
}

function noteDeletions({ store, clock }: EmulatorContext, deletions: Map<string, number>): void {
  const deleteFile = store.deleteFile.bind(store);
  store.deleteFile = (fileId) => {
    deletions.set(fileId, clock.now());
    deleteFile(fileId);
  };
}

/** Whether a batch of an emulator is at work, and not just waiting for time to go by. */
export function isEmulatorBusy({ emulators }: World): boolean {
  return emulators.some(({ runners }) => [...runners.values()].some(({ paused }) => !paused));
}
