import { readKnownAnswers } from "./answers/knownAnswers.ts";
import { BatchRunner } from "./batches/batchRunner.ts";
import { type Clock, ManualClock, systemClock } from "./clock.ts";
import type { EmulatorContext } from "./context.ts";
import { FaultBook } from "./faults/book.ts";
import { RateLimit } from "./http/rateLimit.ts";
import { Ledger } from "./ledger/ledger.ts";
import type { EmulatorLogger, EmulatorOptions, EmulatorSettings } from "./options.ts";
import { seededRandom } from "./random.ts";
import { SHAPES } from "./shape/shapes.ts";
import { isOver } from "./store/records.ts";
import { Store } from "./store/store.ts";

const oneMinute = 60_000;
const oneHour = 60 * oneMinute;

const stderrLogger: EmulatorLogger = {
  error: (fields, message) => {
    const err = "err" in fields && fields.err instanceof Error ? { err: fields.err.stack } : {};
    process.stderr.write(`${JSON.stringify({ ...fields, ...err, message })}\n`);
  },
};

/** Opens the data folder and takes up the batches that an earlier run left unfinished. */
export async function createContext(
  settings: EmulatorSettings,
  given: Pick<EmulatorOptions, "clock" | "random" | "logger">,
  folder: string,
): Promise<EmulatorContext> {
  const clock: Clock = given.clock ?? (settings.manualClock ? new ManualClock(Date.now()) : systemClock);
  const random = given.random ?? (settings.seed === undefined ? Math.random : seededRandom(settings.seed));
  const knownAnswers = await readKnownAnswers(settings.answers);
  const store = new Store(folder, clock, random);
  await store.open();
  const faults = new FaultBook((rules) => store.saveFaultRules(rules));
  let stop = new AbortController();
  const running = new Set<Promise<void>>();

  const emulator: EmulatorContext = {
    settings,
    shape: SHAPES[settings.shape],
    clock,
    random,
    logger: given.logger ?? stderrLogger,
    store,
    ledger: new Ledger(),
    faults,
    knownAnswers,
    uploadRate: new RateLimit(clock, settings.limits.uploadsPerMinute, oneMinute, "uploads"),
    createRate: new RateLimit(clock, settings.limits.batchesPerHour, oneHour, "batches"),
    runners: new Map(),
    closing: stop.signal,
    startRunner(batch) {
      const runner = new BatchRunner(emulator, batch);
      emulator.runners.set(batch.id, runner);
      const run = runner.run().finally(() => {
        emulator.runners.delete(batch.id);
        running.delete(run);
      });
      running.add(run);
    },
    async stopRunners() {
      stop.abort();
      await Promise.all(running);
    },
    allowRunners() {
      stop = new AbortController();
      emulator.closing = stop.signal;
    },
  };
  await emulator.ledger.load(store);
  if (settings.faults.length > 0) faults.add(settings.faults);
  else faults.restore(store.faultRules());
  for (const batch of store.batches()) if (!isOver(batch)) emulator.startRunner(batch);
  return emulator;
}
