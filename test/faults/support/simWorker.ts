import type { Pool } from "pg";
import { oneAccount, openAccounts } from "../../../lib/accounts/openAccounts.ts";
import type { Config } from "../../../lib/config.ts";
import { createContext, type PipelineContext } from "../../../lib/context.ts";
import { DatabaseClock } from "../../../lib/db/databaseClock.ts";
import { messageOf } from "../../../lib/errors.ts";
import type { Logger } from "../../../lib/observability/log.ts";
import { batchCreator } from "../../../lib/pipeline/batchCreator.ts";
import { batchPoller } from "../../../lib/pipeline/batchPoller.ts";
import { reaper } from "../../../lib/pipeline/reap/reaper.ts";
import { ProviderError } from "../../../lib/providers/contract/errors.ts";
import type { BatchProvider } from "../../../lib/providers/contract/provider.ts";
import type { Step, StepHook } from "../../../lib/step.ts";
import { inEachAccount } from "../../support/inEachAccount.ts";
import { guardedPool } from "./simPool.ts";
import type { Actor, Interruption, Scheduler } from "./simScheduler.ts";
import type { VirtualTime } from "./simTime.ts";
import type { Traffic } from "./simTraffic.ts";
import { WorkerGone } from "./simWorkerGone.ts";

/** What a worker needs of its world. */
export interface WorkerParts {
  time: VirtualTime;
  scheduler: Scheduler;
  pool: Pool;
  traffic: Traffic;
  provider: BatchProvider;
  /** Of the second account, where there is one. */
  there: BatchProvider | undefined;
  config: Config;
  log: Logger;
  newId(): string;
  random(): number;
  /** Submissions of a round at the same time; as everywhere if left out. */
  lanes?: number;
  trace(line: string): void;
}

/** Steps that call the provider; the others call the database. */
const PROVIDER_STEPS: ReadonlySet<Step> = new Set([
  "copies.list_batches",
  "copies.list_files",
  "submit.upload",
  "submit.create",
  "recover.list",
  "recover.list_files",
  "recover.cancel_duplicate",
  "recover.delete_file",
  "poll.retrieve",
  "giveup.cancel",
  "collect.open_file",
  "failed.delete_file",
  "end.delete_files",
  "reap.list_batches",
  "reap.cancel",
  "reap.list_files",
  "reap.delete_file",
  "adopt.list_batches",
  "adopt.list_files",
  "adopt.announce",
  "adopt.delete_file",
  "adopt.open_file",
]);

/** A worker process in this process: creator, poller and reaper in turns of their own, each step in the scheduler's hand. */
export class SimWorker implements Actor {
  readonly name: string;
  readonly #parts: WorkerParts;
  readonly #stopping = new AbortController();
  dead = false;
  frozenUntil = 0;
  /** Set while a step is to be broken off at its COMMIT. */
  breaksAtCommit = false;
  /** Resolves when it has stopped in good order; never after a crash. */
  readonly #stopped: Promise<void>;
  readonly #crashed = Promise.withResolvers<undefined>();
  readonly #ctx: PipelineContext;
  /** Time that its machine did not count, because it was suspended, in ms. */
  #uncounted = 0;

  constructor(name: string, parts: WorkerParts) {
    this.name = name;
    this.#parts = parts;
    const clock = this.#clock();
    const ctx: PipelineContext = {
      ...createContext({
        ...parts,
        db: guardedPool(parts.pool, this, parts.traffic),
        clock,
        worker: name,
        stopping: this.#stopping.signal,
      }),
      ...accountsOf(parts),
      steps: this.#hook,
    };
    this.#ctx = ctx;
    void clock.keep(parts.log, this.#stopping.signal);
    this.#stopped = this.#live(ctx);
  }

  /** Does in this process what a person asks for. Undefined if it did not come to its end: perhaps it was done. */
  async act<T>(work: (ctx: PipelineContext) => Promise<T>): Promise<T | undefined> {
    const done = work(this.#ctx).catch((error) => {
      this.#parts.trace(`${this.name} was asked in vain: ${messageOf(error)}`);
      return undefined;
    });
    return Promise.race([done, this.#crashed.promise]);
  }

  /** Resolves when it has ended, in good order or not. */
  ended(): Promise<void> {
    return Promise.race([this.#stopped, this.#crashed.promise]);
  }

  /** From here on nothing that this worker's code does has any effect. */
  crash(): void {
    this.dead = true;
    this.#parts.scheduler.bury(this);
    this.#crashed.resolve(undefined);
  }

  get stopping(): boolean {
    return this.#stopping.signal.aborted;
  }

  stop(): void {
    this.#stopping.abort();
  }

  async #live(ctx: PipelineContext): Promise<void> {
    const { BATCH_CREATION_INTERVAL, BATCH_POLLING_INTERVAL, REAPER_INTERVAL } = ctx.config;
    await Promise.all([
      this.#repeat(ctx, "creator", BATCH_CREATION_INTERVAL, () =>
        inEachAccount(ctx, (one) => batchCreator(one, this.#parts.lanes)),
      ),
      this.#repeat(ctx, "poller", BATCH_POLLING_INTERVAL, () => inEachAccount(ctx, batchPoller)),
      this.#repeat(ctx, "reaper", REAPER_INTERVAL, () => inEachAccount(ctx, reaper)),
    ]);
  }

  /** As a scheduler does: a round that fails is logged, and the next one comes. */
  async #repeat(ctx: PipelineContext, what: string, interval: number, round: () => Promise<unknown>): Promise<void> {
    await ctx.clock.sleep(interval * this.#parts.random(), ctx.stopping);
    while (!ctx.stopping.aborted) {
      try {
        await round();
      } catch (error) {
        if (!this.dead) this.#parts.trace(`${this.name} ${what} failed: ${messageOf(error)}`);
      }
      await ctx.clock.sleep(interval * (0.5 + this.#parts.random()), ctx.stopping);
    }
  }

  /** As processes have it: its machine's clock runs a little fast or slow, and stands still while it is suspended. */
  #clock(): DatabaseClock {
    const { time } = this.#parts;
    const started = time.now();
    const drift = 1 + (this.name.charCodeAt(this.name.length - 1) % 5) * 1e-4 - 2e-4;
    const suspended = () => (this.#uncounted === 0 ? 0 : Math.max(0, this.frozenUntil - time.now()));
    const read = async () => new Date(time.now());
    return new DatabaseClock({
      read,
      time: new Date(started),
      monotonic: () => (time.now() - started - this.#uncounted + suspended()) * drift,
      sleep: async (ms, signal) => {
        await time.sleepUntil(time.now() + ms, signal);
        while (this.frozenUntil > time.now()) await time.sleepUntil(this.frozenUntil);
        if (this.dead) await time.sleepUntil(Number.POSITIVE_INFINITY, signal);
      },
    });
  }

  #hook: StepHook = async (step, action) => {
    this.#assertAlive();
    const { scheduler } = this.#parts;
    const what = await scheduler.park(this, step);
    if (what?.kind === "stop") this.stop();
    if (what?.kind === "refused") throw lost(step);
    await this.#interrupt(step, what, "before");
    this.breaksAtCommit = what?.kind === "crash" && what.when === "within";
    const result = await action().finally(() => this.#assertAlive());
    if (this.breaksAtCommit) await this.#interrupt(step, { kind: "crash", when: "after" }, "after");
    await this.#interrupt(step, what, "after");
    if (what?.kind === "reply_lost") throw lost(step);
    return result;
  };

  async #interrupt(step: Step, what: Interruption | undefined, when: "before" | "after"): Promise<void> {
    const { time, scheduler } = this.#parts;
    if (what && "when" in what && what.when === when) {
      if (what.kind === "crash") this.crash();
      const standsStill = what.kind === "freeze" || what.kind === "suspend";
      if (standsStill) this.frozenUntil = time.now() + what.ms;
      if (what.kind === "suspend") this.#uncounted += what.ms;
      if (what.kind === "hold") await time.sleepUntil(time.now() + what.ms);
      this.#assertAlive();
      if (standsStill) await time.sleepUntil(this.frozenUntil);
      if (when === "before") await scheduler.park(this, step, true);
    }
    // Its reply may have come while the process stood still: it is read when it goes on.
    while (this.frozenUntil > time.now()) await time.sleepUntil(this.frozenUntil);
    this.#assertAlive();
  }

  #assertAlive(): void {
    if (this.dead) throw new WorkerGone();
  }
}

/** As a process has them; with one alone, it is not asked for others at each round. */
function accountsOf({
  provider,
  there,
  log,
}: WorkerParts): Pick<PipelineContext, "provider" | "accountId" | "accounts"> {
  const one = oneAccount(provider);
  return there ? { ...one, accounts: openAccounts({ log }, { provider, open: () => there }) } : one;
}

/** What a caller sees whose reply did not come. */
function lost(step: Step): Error {
  if (PROVIDER_STEPS.has(step)) return new ProviderError("provider_unreachable", `The reply to ${step} was lost.`);
  return new Error("Connection terminated unexpectedly");
}
