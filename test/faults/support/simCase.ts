import { PassThrough } from "node:stream";
import { faultInputSchema } from "../../../emulator/faults/input.ts";
import { type EmulatorOptions, parseEmulatorOptions } from "../../../emulator/options.ts";
import { type Random, seededRandom } from "../../../emulator/random.ts";
import { SHAPES, type ShapeName } from "../../../emulator/shape/shapes.ts";
import { readConfig } from "../../../lib/config.ts";
import { openLog } from "../../../lib/observability/log.ts";
import { Crew, type CrewParts } from "./simCrew.ts";
import type { SimDatabase } from "./simDatabase.ts";
import { inProcessFetch } from "./simFetch.ts";
import { type Allowance, judge, type Verdict } from "./simJudge.ts";
import { addRequests } from "./simRequests.ts";
import { type Director, Scheduler } from "./simScheduler.ts";
import { Traffic } from "./simTraffic.ts";
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
  /** Whose API the provider has; OpenAI's if left out. */
  shape?: ShapeName;
  /** Of a second account, which has the other shape: what goes wrong there. */
  there?: { faults: FaultText[] };
  requests: number;
  companies?: number;
  workers: number;
  /** Submissions of a round at the same time; as everywhere if left out. */
  lanes?: number;
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
  /** To each account's provider. */
  calls: readonly [typeof fetch, typeof fetch];
  /** The workers of the database that a case begins with. */
  main: Crew;
  /** Puts a copy beside it, with so many workers of its own. They find it as `restore` leaves it. */
  putBeside(workers: number, restore: (database: SimDatabase) => Promise<void>): Promise<Crew>;
  /** Does something with a database between two steps of the workers, while nobody else goes on. */
  alone<T>(what: string, work: () => Promise<T>): Promise<T>;
  /** Whose work is to be done. */
  inCharge(): Crew[];
  /** What people want, whatever a database says that was copied or set back. */
  wishes: { spendingStopped: boolean };
  isOver(): boolean;
  /** Notes that this was done. */
  did(what: string): void;
  /** Notes what must not be. */
  violation(text: string): void;
  /** From here on lines may be bought twice, which is counted apart. */
  allowBuyingTwice(): void;
  /** From here until `end` is called two databases work that cannot tell which of them is to. */
  workSideBySide(): { end(): void };
}

export interface Outcome extends Verdict {
  trace: string[];
  steps: number;
  /** Virtual seconds that it took. */
  virtualSeconds: number;
  workers: number;
  /** What was done from outside, and how often. */
  did: Record<string, number>;
}

const CHECK_EVERY_MS = 15_000;

/** Plays a case to its end and judges it. Throws only when it never comes to rest, or the simulation itself fails. */
export async function playCase(world: World, plan: Plan, trace: string[] = []): Promise<Outcome> {
  await world.reset(plan.seed);
  const { emulators } = world;
  const time = world.time();
  const started = time.now();
  const note = (line: string) => trace.push(`${((time.now() - started) / 1_000).toFixed(1).padStart(8)}s ${line}`);
  setEmulators(world, plan);
  const random = seededRandom(plan.seed ^ 0x5eed);
  const director: Director = {
    ...plan.director,
    decide: (actor, step) => {
      const what = stormy ? plan.director.decide(actor, step) : undefined;
      if (what && plan.joinedWhenCut && main.workers.length === 1 && !main.isHalted) main.start(1);
      return what;
    },
  };
  const traffic = new Traffic();
  const isBusy = () => isEmulatorBusy(world);
  const scheduler = new Scheduler({ time, director, traffic, isBusy, trace: note });
  const wires = emulators.map((emulator, place) => {
    const watch = (call: string, outcome: string) => note(`  ${place === 0 ? "" : "there: "}${call} -> ${outcome}`);
    return notingDeletions(world, inProcessFetch(emulator, time, watch));
  }) as [typeof fetch, typeof fetch];
  const [wire] = wires;
  let ids = 0;
  const parts: CrewParts = {
    time,
    shapes: shapesOf(plan),
    scheduler,
    traffic,
    calls: [plan.duplicates ? doubling(wire) : wire, wires[1]],
    config: readConfig({ ...ENV, ...plan.env }),
    log: openLog({ level: plan.verbose ? "debug" : "silent", format: "json", destination: noteLines(note) }),
    newId: () => `case${plan.seed}n${++ids}`,
    random,
    restartAfter: () => plan.restartAfter(random),
    trace: note,
    ...(plan.lanes === undefined ? {} : { lanes: plan.lanes }),
  };
  const main = new Crew("", world.database, parts);
  const crews = [main];
  const inCharge = () => crews.filter((crew) => crew.isInCharge);

  let over = false;
  let stormy = true;
  let checkedAt = 0;
  await addRequests(world.database.admin, time.now(), { ...plan, accounts: plan.there ? 2 : 1 }, parts.newId);
  main.open(plan.workers);
  const violations: string[] = [];
  const did: Record<string, number> = {};
  const allowed = { ...plan.allowed };
  const outsider = { name: "somebody", dead: false, frozenUntil: 0 };
  void plan.outside?.({
    world,
    random: seededRandom(plan.seed ^ 0xacdc),
    calls: wires,
    main,
    putBeside: async (workers, restore) => {
      await restore(world.beside);
      const crew = new Crew("copy ", world.beside, parts);
      crew.isInCharge = false;
      crews.push(crew);
      crew.open(workers);
      return crew;
    },
    alone: async (what, work) => {
      await scheduler.takeTurn(outsider, what);
      return traffic.track(work);
    },
    inCharge,
    wishes: { spendingStopped: false },
    isOver: () => over,
    did: (what) => {
      did[what] = (did[what] ?? 0) + 1;
    },
    violation: (text) => violations.push(text),
    allowBuyingTwice: () => {
      allowed.boughtTwice = true;
    },
    workSideBySide: () => {
      const period = { from: time.now(), to: Number.POSITIVE_INFINITY };
      allowed.sideBySide = period;
      const end = () => {
        period.to = time.now();
      };
      return { end };
    },
  });
  const isOver = async () => {
    if (stormy && plan.stormMs !== undefined && time.now() - started >= plan.stormMs) {
      stormy = false;
      for (const { faults } of emulators) faults.remove();
      note("the faults end");
    }
    if (time.now() - checkedAt < CHECK_EVERY_MS) return false;
    checkedAt = time.now();
    for (const crew of crews) if (!(await isAtRest(crew))) return false;
    return true;
  };
  try {
    await scheduler.run(isOver);
  } finally {
    over = true;
    for (const crew of crews) void crew.halt("crash");
    await scheduler.quiet();
  }
  const virtualSeconds = (time.now() - started) / 1_000;
  while (time.advance()) await scheduler.quiet();
  const verdict = await judge(world, inCharge(), allowed);
  verdict.violations.push(...violations);
  const workers = crews.reduce((sum, crew) => sum + crew.workers.length, 0);
  return { ...verdict, trace, steps: scheduler.steps, virtualSeconds, workers, did };
}

function setEmulators({ emulators }: World, plan: Plan): void {
  const shapes = shapesOf(plan);
  for (const [place, emulator] of emulators.entries()) {
    const shape = shapes[place];
    if (!shape) continue;
    emulator.shape = SHAPES[shape];
    const faults = place === 0 ? plan.faults : (plan.there?.faults ?? []);
    emulator.faults.add(faults.map((fault) => faultInputSchema.parse(fault)));
    emulator.settings.times = parseEmulatorOptions({ times: plan.times }).times;
  }
}

/** One of two accounts always has Azure's. */
function shapesOf({ shape = "openai", there }: Plan): readonly ShapeName[] {
  return there ? [shape, shape === "openai" ? "azure" : "openai"] : [shape];
}

function notingDeletions(world: World, wire: typeof fetch): typeof fetch {
  return (input, init) => {
    if (init?.method?.toUpperCase() === "DELETE")
      world.askToDelete(new URL(String(input)).pathname.split("/").at(-1) ?? "");
    return wire(input, init);
  };
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

async function isAtRest({ database, isInCharge, mustFindOut }: Crew): Promise<boolean> {
  if (!isInCharge && !mustFindOut) return true;
  const { rows } = await database.admin.query<{ busy: boolean; copied: boolean }>(
    `SELECT EXISTS (SELECT 1 FROM "AIProcessingRequest"
                     WHERE "processingStatus" IN ('PENDING_BATCHING', 'BATCHING_IN_PROGRESS'))
         OR EXISTS (SELECT 1 FROM "AIBatchRequest"
                     WHERE "status" NOT IN ('PROCESSED', 'FAILED', 'CANCELLED')) AS "busy",
            EXISTS (SELECT 1 FROM "Installation" WHERE "copiedSince" IS NOT NULL) AS "copied"`,
  );
  return isInCharge ? rows[0]?.busy === false : rows[0]?.copied === true;
}
