import { PassThrough } from "node:stream";
import { faultInputSchema } from "../../../emulator/faults/input.ts";
import { type EmulatorOptions, parseEmulatorOptions } from "../../../emulator/options.ts";
import { type Random, seededRandom } from "../../../emulator/random.ts";
import { readConfig } from "../../../lib/config.ts";
import type { PipelineContext } from "../../../lib/context.ts";
import { openLog } from "../../../lib/observability/log.ts";
import { openaiProvider } from "../../../lib/provider/openai/openaiProvider.ts";
import { inProcessFetch } from "./simFetch.ts";
import { type Allowance, judge, type Verdict } from "./simJudge.ts";
import { addRequests } from "./simRequests.ts";
import { type Director, Scheduler } from "./simScheduler.ts";
import { Traffic } from "./simTraffic.ts";
import { SimWorker } from "./simWorker.ts";
import { isEmulatorBusy, type World } from "./simWorld.ts";

/** Times of the pipeline in virtual time; the same in every case, so that bounds of lateness can be told. */
const ENV = {
  BATCH_CREATION_INTERVAL: "20s",
  BATCH_POLLING_INTERVAL: "15s",
  BATCH_LEASE_DURATION: "60s",
  BATCH_SETTLE_TIME: "30s",
  REAPER_INTERVAL: "2m",
};

/** A rule of the emulator, as its options take it. */
export type FaultText = string | { kind: string; params: Record<string, unknown> };

/** One case: what there is to do, who does it, and what goes wrong. */
export interface Plan {
  seed: number;
  requests: number;
  companies?: number;
  workers: number;
  env?: Record<string, string>;
  faults: FaultText[];
  /** Of the emulator, in ms or as ranges such as `10s-60s`. */
  times: EmulatorOptions["times"];
  director: Director;
  /** How long after its end a worker is started again, in ms of virtual time. */
  restartAfter(random: Random): number;
  /** Virtual ms after which the faults end; then it has to come to rest. */
  stormMs?: number;
  /** What comes from outside meanwhile, such as a person who cancels a batch. Runs beside the workers. */
  outside?: (scene: Scene) => Promise<void>;
  /** Whether the provider makes a second batch of its own accord at each creation. */
  duplicates?: boolean;
  allowed?: Allowance;
  /** Whether another worker comes when the first one is interrupted for the first time. */
  joinedWhenCut?: boolean;
  verbose?: boolean;
}

/** What runs beside the workers may use. */
export interface Scene {
  world: World;
  random: Random;
  call: typeof fetch;
  /** Does something in a process that is alive. Undefined if there is none, or if it did not come to its end. */
  act<T>(work: (ctx: PipelineContext) => Promise<T>): Promise<T | undefined>;
  /** How many creates have reached the provider. */
  creates(): number;
  isOver(): boolean;
  /** Notes what must not be. */
  violation(text: string): void;
}

export interface Outcome extends Verdict {
  trace: string[];
  steps: number;
  /** Virtual seconds that it took. */
  virtualSeconds: number;
  workers: number;
}

const CHECK_EVERY_MS = 15_000;
const CREATE = "POST /v1/batches";
const URL_OF_NOBODY = "http://emulator/v1";

/** Plays a case to its end and judges it. Throws only when it never comes to rest, or the simulation itself fails. */
export async function playCase(world: World, plan: Plan, trace: string[] = []): Promise<Outcome> {
  await world.reset(plan.seed);
  const { emulator } = world;
  const time = world.time();
  const started = time.now();
  const note = (line: string) => trace.push(`${((time.now() - started) / 1_000).toFixed(1).padStart(8)}s ${line}`);
  setEmulator(world, plan);
  const random = seededRandom(plan.seed ^ 0x5eed);
  const director: Director = {
    ...plan.director,
    decide: (actor, step) => {
      const what = stormy ? plan.director.decide(actor, step) : undefined;
      if (what && plan.joinedWhenCut && workers.length === 1) start(1);
      return what;
    },
  };
  const traffic = new Traffic();
  const scheduler = new Scheduler({ time, director, traffic, isBusy: () => isEmulatorBusy(world), trace: note });
  const wire = inProcessFetch(emulator, time, (call, outcome) => note(`  ${call} -> ${outcome}`));
  const call = plan.duplicates ? doubling(wire) : wire;
  const provider = openaiProvider({ apiKey: "nobody's", baseURL: URL_OF_NOBODY, maxRetries: 0, fetch: call });
  const config = readConfig({ ...ENV, ...plan.env });
  const log = openLog({ level: plan.verbose ? "debug" : "silent", format: "json", destination: noteLines(note) });
  const workers: SimWorker[] = [];
  let ids = 0;
  const newId = () => `case${plan.seed}n${++ids}`;

  const start = (seat: number) => {
    const pool = world.seats[seat % world.seats.length];
    if (!pool) return;
    const name = `${String.fromCharCode(65 + seat)}${workers.length + 1}`;
    note(`${name} starts`);
    const worker = new SimWorker(name, {
      time,
      scheduler,
      pool,
      traffic,
      provider,
      config,
      log,
      newId,
      random,
      trace: note,
    });
    workers.push(worker);
    void worker.stopped.then(() => restart(seat));
    worker.onCrash = () => restart(seat);
  };
  const restart = (seat: number) => {
    if (over) return;
    void time.sleepUntil(time.now() + plan.restartAfter(random)).then(() => (over ? undefined : start(seat)));
  };

  let over = false;
  let stormy = true;
  let checkedAt = 0;
  await addRequests(world, plan, newId);
  for (let seat = 0; seat < plan.workers; seat++) start(seat);
  const violations: string[] = [];
  void plan.outside?.({
    world,
    random: seededRandom(plan.seed ^ 0xacdc),
    call: wire,
    act: async (work) => workers.findLast(({ dead, stopping }) => !dead && !stopping)?.act(work),
    creates: () => emulator.ledger.calls.get(CREATE) ?? 0,
    isOver: () => over,
    violation: (text) => violations.push(text),
  });
  const isOver = async () => {
    if (stormy && plan.stormMs !== undefined && time.now() - started >= plan.stormMs) {
      stormy = false;
      emulator.faults.remove();
      note("the faults end");
    }
    if (time.now() - checkedAt < CHECK_EVERY_MS) return false;
    checkedAt = time.now();
    return isAtRest(world);
  };
  try {
    await scheduler.run(isOver);
  } finally {
    over = true;
    for (const worker of workers) worker.crash();
    await scheduler.quiet();
  }
  const virtualSeconds = (time.now() - started) / 1_000;
  while (time.advance()) await scheduler.quiet();
  const verdict = await judge(world, plan.allowed);
  verdict.violations.push(...violations);
  return { ...verdict, trace, steps: scheduler.steps, virtualSeconds, workers: workers.length };
}

function setEmulator({ emulator }: World, plan: Plan): void {
  emulator.faults.add(plan.faults.map((fault) => faultInputSchema.parse(fault)));
  emulator.settings.times = parseEmulatorOptions({ times: plan.times }).times;
}

/** Makes each create twice, as a client or a gateway does that repeats a call by itself. */
function doubling(wire: typeof fetch): typeof fetch {
  return async (input, init) => {
    const isCreate = init?.method?.toUpperCase() === "POST" && String(input).endsWith("/batches");
    if (isCreate) await wire(input, init).catch(() => undefined);
    return wire(input, init);
  };
}

function noteLines(note: (line: string) => void): NodeJS.WritableStream {
  const destination = new PassThrough();
  destination.on("data", (lines) => {
    for (const line of String(lines).split("\n").filter(Boolean)) note(`    ${line}`);
  });
  return destination;
}

async function isAtRest(world: World): Promise<boolean> {
  const { rows } = await world.admin.query<{ busy: boolean }>(
    `SELECT EXISTS (SELECT 1 FROM "AIProcessingRequest"
                     WHERE "processingStatus" IN ('PENDING_BATCHING', 'BATCHING_IN_PROGRESS'))
         OR EXISTS (SELECT 1 FROM "AIBatchRequest"
                     WHERE "status" NOT IN ('PROCESSED', 'FAILED', 'CANCELLED')) AS "busy"`,
  );
  return rows[0]?.busy === false;
}
