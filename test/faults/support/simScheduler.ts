import { setImmediate } from "node:timers/promises";
import type { Step } from "../../../lib/step.ts";
import type { VirtualTime } from "./simTime.ts";
import type { Traffic } from "./simTraffic.ts";
import { WorkerGone } from "./simWorkerGone.ts";

/** What happens to a worker at one of its steps. Durations are milliseconds of virtual time. */
export type Interruption =
  /** The process is gone: before the action, after it, or within it, its last statement sent and not committed. */
  | { kind: "crash"; when: "before" | "within" | "after" }
  /** The action is done, its caller sees an error. */
  | { kind: "reply_lost" }
  /** The action is not done, its caller sees an error. */
  | { kind: "refused" }
  /** This strand of the worker waits, the others go on: a slow call. */
  | { kind: "hold"; when: "before" | "after"; ms: number }
  /** The whole process stands still, its renewals too. */
  | { kind: "freeze" | "suspend"; when: "before" | "after"; ms: number }
  /** The process is asked to stop. */
  | { kind: "stop" };

/** A worker as the scheduler sees it. */
export interface Actor {
  readonly name: string;
  readonly dead: boolean;
  readonly frozenUntil: number;
}

/** Who decides: a seed, or the plan of one case. */
export interface Director {
  /** Which of so many waiting strands goes on. */
  pick(count: number): number;
  /** How long the next step takes. */
  latency(): number;
  decide(actor: Actor, step: Step): Interruption | undefined;
}

interface Parked {
  actor: Actor;
  what: string;
  decide(): Interruption | undefined;
  go(what: Interruption | undefined): void;
  drop(error: Error): void;
}

const MOST_STEPS = 30_000;
const CALM_TURNS = 3;

/** Nothing goes on and nothing sleeps, or it never comes to an end: a fault of the pipeline, or of the simulation. */
class Stuck extends Error {}

/** Lets one strand of one worker go on at a time; time moves only when all of them wait. */
export class Scheduler {
  readonly #time: VirtualTime;
  readonly #director: Director;
  readonly #traffic: Traffic;
  readonly #isBusy: () => boolean;
  readonly #trace: (line: string) => void;
  #parked: Parked[] = [];
  #steps = 0;

  constructor(parts: {
    time: VirtualTime;
    director: Director;
    traffic: Traffic;
    isBusy: () => boolean;
    trace: (line: string) => void;
  }) {
    this.#time = parts.time;
    this.#director = parts.director;
    this.#traffic = parts.traffic;
    this.#isBusy = parts.isBusy;
    this.#trace = parts.trace;
  }

  get steps(): number {
    return this.#steps;
  }

  /** Waits for this strand's turn. Answers what is to happen at the step; nothing if that was decided before. */
  park(actor: Actor, step: Step, decided = false): Promise<Interruption | undefined> {
    return this.#park(actor, step, () => (decided ? undefined : this.#director.decide(actor, step)));
  }

  /** Waits for the turn of what comes from outside: until it waits again, nobody else goes on. */
  async takeTurn(actor: Actor, what: string): Promise<void> {
    await this.#park(actor, what, () => undefined);
  }

  #park(actor: Actor, what: string, decide: Parked["decide"]): Promise<Interruption | undefined> {
    return new Promise((go, drop) => {
      if (actor.dead) return drop(new WorkerGone());
      this.#parked.push({ actor, what, decide, go, drop });
    });
  }

  /** Lets go of the strands of a worker that died. */
  bury(actor: Actor): void {
    const gone = this.#parked.filter((parked) => parked.actor === actor);
    this.#parked = this.#parked.filter((parked) => parked.actor !== actor);
    for (const parked of gone) parked.drop(new WorkerGone());
  }

  /** Goes on until `isOver` says so, which is asked whenever everybody waits for time to go by. */
  async run(isOver: () => Promise<boolean>): Promise<void> {
    const end = this.#steps + MOST_STEPS;
    for (;;) {
      await this.quiet();
      const ready = this.#parked.filter(({ actor }) => actor.frozenUntil <= this.#time.now());
      const next = ready[this.#director.pick(ready.length)];
      if (next) {
        if (++this.#steps > end) throw new Stuck(`It was not idle after ${MOST_STEPS} steps.`);
        this.#resume(next);
      } else {
        if (await isOver()) return;
        if (!this.#time.advance()) throw new Stuck("Every strand waits and none will be woken.");
      }
    }
  }

  #resume(parked: Parked): void {
    this.#parked = this.#parked.filter((other) => other !== parked);
    const happens = parked.decide();
    this.#trace(`${parked.actor.name} ${parked.what}${happens ? `   <- ${describe(happens)}` : ""}`);
    this.#time.pass(this.#director.latency());
    parked.go(happens);
  }

  /** Resolves when nothing goes on any more: no query, no file operation, no batch of the emulator. */
  async quiet(): Promise<void> {
    for (let calm = 0; calm < CALM_TURNS; ) {
      await this.#traffic.calm();
      await setImmediate();
      calm = this.#traffic.busy || this.#isBusy() || filesAreBusy() ? 0 : calm + 1;
    }
  }
}

function filesAreBusy(): boolean {
  return process.getActiveResourcesInfo().some((name) => name.includes("Req"));
}

function describe(what: Interruption): string {
  const parts = [what.kind, "when" in what ? what.when : "", "ms" in what ? `${what.ms} ms` : ""];
  return parts.filter(Boolean).join(" ");
}
