import cuid from "@bugsnag/cuid";
import type { Clock } from "./clock.ts";
import { systemClock } from "./clock.ts";
import type { Config } from "./config.ts";
import type { Database, Sql } from "./db/pool.ts";
import type { LiveDashError } from "./errors.ts";
import type { Logger } from "./observability/log.ts";
import type { Metrics } from "./observability/metrics.ts";
import type { Pulse } from "./observability/pulse.ts";
import type { BatchProvider } from "./providers/contract/provider.ts";
import type { StepHook } from "./step.ts";
import { VERSION, type Version } from "./version.ts";

/** What every operation is given: nothing is read from globals, so a test can drive all of it. */
export interface Context {
  config: Config;
  db: Database;
  /** Connections of a login that reads for one company at a time and can do nothing else; without them, `db` does it. */
  tenantDb?: Database;
  log: Logger;
  clock: Clock;
  newId(): string;
  /** From 0 up to 1, for jitter. */
  random(): number;
  /** Names this worker as the owner of a lease. */
  worker: string;
  version: Version;
  /** Aborts when the process is asked to stop; long work ends at its next safe point. */
  stopping: AbortSignal;
  /** Tests break the pipeline off at its steps through this; never set otherwise. */
  steps?: StepHook;
}

/** An account at a provider, ready to be used. What is made in it is recorded under the provider's name. */
export interface OpenAccount {
  accountId: string;
  provider: BatchProvider;
}

/** The accounts that there are, each opened once (lib/accounts/openAccounts.ts). */
export interface Accounts {
  /** That of the variables first. `broken`: those that cannot be opened, and why. */
  list(sql: Sql): Promise<{ accounts: OpenAccount[]; broken: { accountId: string; error: LiveDashError }[] }>;
  close(): Promise<void>;
}

/** A context that can also reach the provider, with one account: what the pipeline works with. */
export interface PipelineContext extends Context, OpenAccount {
  accounts: Accounts;
  /** What this process counts of its work: of servers and workers, which can be asked for it. */
  metrics?: Metrics;
  /** Whether its schedulers keep to their times: of the same. */
  pulse?: Pulse;
}

export interface ContextParts {
  config: Config;
  db: Database;
  tenantDb?: Database | undefined;
  log: Logger;
  stopping?: AbortSignal;
  clock?: Clock;
  newId?: () => string;
  random?: () => number;
  worker?: string;
}

export function createContext(parts: ContextParts): Context {
  return {
    config: parts.config,
    db: parts.db,
    ...(parts.tenantDb ? { tenantDb: parts.tenantDb } : {}),
    log: parts.log,
    clock: parts.clock ?? systemClock,
    newId: parts.newId ?? cuid,
    random: parts.random ?? Math.random,
    worker: parts.worker ?? `${process.pid}-${cuid()}`,
    version: VERSION,
    stopping: parts.stopping ?? new AbortController().signal,
  };
}
