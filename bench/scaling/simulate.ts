import { seededRandom } from "../../emulator/random.ts";
import { readConfig } from "../../lib/config.ts";
import { openPool } from "../../lib/db/pool.ts";
import { batchCreator } from "../../lib/pipeline/batchCreator.ts";
import { batchPoller } from "../../lib/pipeline/batchPoller.ts";
import { VirtualTime } from "../../test/faults/support/simTime.ts";
import { type AccountCounts, SimulatedAccount } from "./account.ts";
import { Arrivals, accountName } from "./arrivals.ts";
import { type Figures, readFigures } from "./figures.ts";
import { letTimePass } from "./passing.ts";
import type { Scenario } from "./scenarios.ts";
import { Slots } from "./slots.ts";
import { openWorker } from "./worker.ts";

/** Prices are known from this time on. */
const START = Date.UTC(2026, 11, 1);
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

export interface Simulated extends Figures {
  accounts: readonly AccountCounts[];
  /** The longest rounds that began in the measured time, in minutes. */
  longestCreation: number;
  longestPolling: number;
}

/**
 * Drives the real batch creator and poller over a real database and simulated accounts, with a row for many sessions. Time
 * goes by when nothing is left to do but to wait for it, so that what it says does not depend on the machine.
 */
export async function simulate(databaseUrl: string, scenario: Scenario, batchesPerHour?: number): Promise<Simulated> {
  const time = new VirtualTime(START);
  const random = seededRandom(1);
  const db = openPool(databaseUrl, { max: 1 });
  const stop = new AbortController();
  const { perRow, enqueuedTokens, hours } = scenario;
  const from = START + hours.warmUp * HOUR_MS;
  const end = from + hours.measured * HOUR_MS;
  const accounts = Array.from({ length: scenario.accounts }, (_, n) => {
    const settings = { name: accountName(n), perRow, enqueuedTokens, ...(batchesPerHour ? { batchesPerHour } : {}) };
    return new SimulatedAccount(settings, time, random);
  });
  const workers = Array.from({ length: scenario.workers }, (_, n) =>
    openWorker({ name: `worker-${n}`, db, time, random, accounts, perRow, stopping: stop.signal }),
  );
  const { BATCH_CREATION_INTERVAL, BATCH_POLLING_INTERVAL } = readConfig({});
  const creation = new Slots(BATCH_CREATION_INTERVAL, from, batchCreator);
  const polling = new Slots(BATCH_POLLING_INTERVAL, from, batchPoller);
  try {
    const arrivals = await Arrivals.open(db, scenario);
    const come = async () => {
      for (let minute = 0; time.now() < end; minute++) {
        if (minute < scenario.comeWithinHours * 60) await arrivals.come(new Date(time.now()));
        await time.sleepUntil(START + (minute + 1) * MINUTE_MS);
      }
      stop.abort();
    };
    const work = workers.flatMap((worker) => [creation.serve(worker), polling.serve(worker)]);
    await letTimePass(time, db, Promise.all([come(), ...work]));
    return {
      ...(await readFigures(db, new Date(from), new Date(end))),
      accounts: accounts.map(({ counts }) => counts),
      longestCreation: creation.longest / MINUTE_MS,
      longestPolling: polling.longest / MINUTE_MS,
    };
  } finally {
    await db.end();
  }
}
