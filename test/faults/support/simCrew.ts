import { SHAPES, type ShapeName } from "../../../emulator/shape/shapes.ts";
import type { Config } from "../../../lib/config.ts";
import type { PipelineContext } from "../../../lib/context.ts";
import type { Logger } from "../../../lib/observability/log.ts";
import type { BatchProvider } from "../../../lib/providers/contract/provider.ts";
import { openProvider } from "../../../lib/providers/openProvider.ts";
import type { SimDatabase } from "./simDatabase.ts";
import type { Scheduler } from "./simScheduler.ts";
import type { VirtualTime } from "./simTime.ts";
import type { Traffic } from "./simTraffic.ts";
import { SimWorker } from "./simWorker.ts";
import { THERE } from "./simWorld.ts";

/** Of each account. */
export const ADDRESSES = ["http://localhost", "http://127.0.0.1"] as const;

export interface CrewParts {
  time: VirtualTime;
  /** Whose API the provider of each account has. */
  shapes: readonly ShapeName[];
  scheduler: Scheduler;
  traffic: Traffic;
  /** To each of them. */
  calls: readonly [typeof fetch, typeof fetch];
  config: Config;
  log: Logger;
  newId(): string;
  random(): number;
  /** How long after its end a worker is started again, in ms of virtual time. */
  restartAfter(): number;
  lanes?: number;
  trace(line: string): void;
}

/** The workers of one database. Each is started again after its end, until they are told to halt. */
export class Crew {
  readonly database: SimDatabase;
  readonly workers: SimWorker[] = [];
  /** Whether the work of its database is to be done: not in a copy of which nobody has said that it is one to work with. */
  isInCharge = true;
  /** Whether it must find out by itself that another database has taken over. */
  mustFindOut = false;
  /** Answers that the provider had lost by then, in virtual time, may have been applied in what was lost of the database. */
  forgetsUntil = Number.NEGATIVE_INFINITY;
  /** Requests that a person sent back at once, in what was lost of the database. */
  readonly sentBackAtOnce = new Set<string>();
  readonly #name: string;
  readonly #parts: CrewParts;
  #changes = 0;
  readonly #creates: [number, number] = [0, 0];
  #seats = 0;
  /** Rises when all are halted: whoever ended before is not started again. */
  #shift = 0;
  #isHalted = false;

  /** @param name put before the names of its workers */
  constructor(name: string, database: SimDatabase, parts: CrewParts) {
    this.#name = name;
    this.database = database;
    this.#parts = parts;
  }

  /** How many of its calls were to change something at the provider. */
  get changes(): number {
    return this.#changes;
  }

  get creates(): number {
    return this.#creates[0] + this.#creates[1];
  }

  /** In the account beside the default one. */
  get createsThere(): number {
    return this.#creates[1];
  }

  /** Whether somebody ended all of them, for good as far as they know. */
  get isHalted(): boolean {
    return this.#isHalted;
  }

  /** Starts so many workers. */
  open(seats: number): void {
    this.#seats = seats;
    this.resume();
  }

  /** Starts as many workers again as there were. */
  resume(): void {
    this.#isHalted = false;
    for (let seat = 0; seat < this.#seats; seat++) this.start(seat);
  }

  start(seat: number): void {
    const pool = this.database.seats[seat % this.database.seats.length];
    if (!pool) return;
    const { restartAfter, calls: _, shapes, ...parts } = this.#parts;
    const { time, trace } = parts;
    const name = `${this.#name}${String.fromCharCode(65 + seat)}${this.workers.length + 1}`;
    trace(`${name} starts`);
    const provider = this.#open(0);
    const there = shapes.length > 1 ? this.#open(1, THERE.id) : undefined;
    const worker = new SimWorker(name, { ...parts, pool, provider, there });
    this.workers.push(worker);
    const shift = this.#shift;
    void worker.ended().then(async () => {
      if (shift !== this.#shift) return;
      await time.sleepUntil(time.now() + restartAfter());
      if (shift === this.#shift) this.start(seat);
    });
  }

  /** The provider of the account at this place. */
  #open(place: 0 | 1, name?: string): BatchProvider {
    const { time, shapes, calls } = this.#parts;
    const shape = shapes[place] ?? "openai";
    return openProvider(shape, {
      ...(name === undefined ? {} : { name }),
      apiKey: "nobody's",
      baseURL: `${ADDRESSES[place]}${SHAPES[shape].prefix}`,
      maxRetries: 0,
      sleep: (ms, signal) => time.sleepUntil(time.now() + ms, signal),
      fetch: (input, init) => {
        const method = (init?.method ?? "GET").toUpperCase();
        if (method !== "GET") this.#changes += 1;
        if (method === "POST" && String(input).endsWith("/batches")) this.#creates[place] += 1;
        return calls[place](input, init);
      },
    });
  }

  /** Does something in a process that is alive. Undefined if there is none, or if it did not come to its end. */
  async act<T>(work: (ctx: PipelineContext) => Promise<T>): Promise<T | undefined> {
    return this.workers.findLast(({ dead, stopping }) => !dead && !stopping)?.act(work);
  }

  /** Ends all workers, and none is started again. Those that are to stop in good order are waited for. */
  async halt(how: "crash" | "stop"): Promise<void> {
    this.#shift += 1;
    this.#isHalted = true;
    const living = this.workers.filter(({ dead }) => !dead);
    for (const worker of living) worker[how]();
    await Promise.all(living.map((worker) => worker.ended()));
  }
}
