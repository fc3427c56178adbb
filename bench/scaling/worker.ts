import type { Pool } from "pg";
import { readConfig } from "../../lib/config.ts";
import { createContext, type PipelineContext } from "../../lib/context.ts";
import { openLog } from "../../lib/observability/log.ts";
import type { VirtualTime } from "../../test/faults/support/simTime.ts";
import type { SimulatedAccount } from "./account.ts";
import { openMachine } from "./machine.ts";
import { simulatedProvider } from "./provider.ts";

/** What the provider takes in one file. */
const MOST_LINES = 50_000;
const MOST_BYTES = 200_000_000;

/** A worker that is a process of its own elsewhere: all that it waits for but the database is simulated. */
export function openWorker(given: {
  name: string;
  db: Pool;
  time: VirtualTime;
  random: () => number;
  accounts: readonly SimulatedAccount[];
  perRow: number;
  stopping: AbortSignal;
}): PipelineContext {
  const { name, db, time, random, perRow, stopping } = given;
  const machine = openMachine(time);
  const config = readConfig({
    BATCH_MAX_LINES: String(Math.max(1, Math.round(MOST_LINES / perRow))),
    BATCH_MAX_BYTES: String(Math.max(10_000, Math.round(MOST_BYTES / perRow))),
  });
  const clock = {
    now: () => new Date(time.now()),
    sleep: (ms: number, signal?: AbortSignal) => time.sleepUntil(time.now() + ms, signal),
  };
  const log = openLog({ level: "fatal", format: "json" });
  const context = createContext({ config, db, log, clock, random, worker: name, stopping });
  const accounts = given.accounts.map((account, n) => ({
    accountId: n === 0 ? "default" : account.settings.name,
    provider: simulatedProvider(account, machine, time),
  }));
  const [first] = accounts;
  if (!first) throw new Error("There is no account.");
  return { ...context, ...first, accounts: { list: async () => ({ accounts, broken: [] }), close: async () => {} } };
}
