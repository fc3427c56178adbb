import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { DEFAULT_ACCOUNT } from "../lib/accounts/account.ts";
import { openAccounts } from "../lib/accounts/openAccounts.ts";
import { type Config, readConfig } from "../lib/config.ts";
import { type Context, createContext, type PipelineContext } from "../lib/context.ts";
import { explainConnectionError } from "../lib/db/connectionErrors.ts";
import { DatabaseClock } from "../lib/db/databaseClock.ts";
import { startEmbeddedPostgres } from "../lib/db/embedded/index.ts";
import { prepareDatabase } from "../lib/db/migrate.ts";
import { type Database, openPool } from "../lib/db/pool.ts";
import { assertRights, readWeaknesses, type Weakness } from "../lib/db/rights.ts";
import { LiveDashError } from "../lib/errors.ts";
import { sealStoredCredentials } from "../lib/import/sealStoredCredentials.ts";
import { openInstallation } from "../lib/installation/installation.ts";
import { openMask } from "../lib/masking.ts";
import { openLog } from "../lib/observability/log.ts";
import { openPulse } from "../lib/observability/pulse.ts";
import { secretsIn } from "../lib/providerSettings.ts";
import { readOrMakeSecret } from "../lib/secret/secret.ts";

export const PROJECT_ROOT = fileURLToPath(new URL("..", import.meta.url));

/** A context with an open database behind it, and what has to be closed at the end. */
export interface Runtime<C extends Context = Context> {
  ctx: C;
  databaseUrl: string;
  /** Whether the database is the embedded one. */
  embedded: boolean;
  /** A sentence for the operator, such as where the data is when it could not be in its usual place. */
  note: string | undefined;
  appliedMigrations: string[];
  /** Where the database guards less than it could. */
  readWeaknesses(): Promise<Weakness[]>;
  /** Keeps a secret out of the log from now on. */
  hide(secret: string): void;
  close(): Promise<void>;
}

export interface RuntimeOptions {
  /** Defaults for variables that are not set, such as the short intervals of a first try. */
  defaults?: Record<string, string>;
  stopping?: AbortSignal;
  /** The most connections to the database; one is the quickest for a few short reads. */
  connections?: number;
  /** Looks after what the roles of the database may do, too; it takes a moment, so a few short reads go without. */
  renewRights?: boolean;
  /** Where the log goes; standard error if left out. */
  logTo?: Writable;
}

/** Reads the configuration from `.env` and the environment, which wins. */
export function loadConfig(defaults: Record<string, string> = {}): Config {
  const file = join(PROJECT_ROOT, ".env");
  if (existsSync(file)) process.loadEnvFile(file);
  const given = Object.fromEntries(Object.entries(process.env).filter(([, value]) => value));
  return readConfig({ ...defaults, ...given });
}

/** Opens the database, the embedded one where none is configured, brings it up to date, and builds a context on it. */
export async function openRuntime(options: RuntimeOptions = {}): Promise<Runtime> {
  const config = await withSecret(loadConfig(options.defaults));
  const { mask, hide } = openMask(secretsIn(config));
  const log = openLog({
    level: config.LOG_LEVEL,
    format: config.LOG_FORMAT ?? (process.stderr.isTTY ? "pretty" : "json"),
    mask,
    ...(options.logTo ? { destination: options.logTo } : {}),
  });
  const server = config.DATABASE_URL
    ? undefined
    : await startEmbeddedPostgres({ dataDir: join(dataDirOf(config), "postgres"), logins: true });
  const { app, owner, tenant } = server?.addresses ?? addressesIn(config);
  const pools: Database[] = [];
  const open = (url: string) => {
    const pool = openPool(url, {
      max: options.connections ?? config.DATABASE_POOL_SIZE,
      onError: (error) => log.warn({ event: "database.connection_lost", error }),
    });
    pools.push(pool);
    return pool;
  };
  const closed = new AbortController();
  const close = async () => {
    closed.abort();
    await Promise.all(pools.map((pool) => pool.end()));
    await server?.stop();
  };
  try {
    const variable = config.DIRECT_DATABASE_URL ? "DIRECT_DATABASE_URL" : "DATABASE_URL";
    const prepare = (renew: boolean) => prepareDatabase({ databaseUrl: owner, variable, renew });
    const { applied, tables } = await prepare(options.renewRights ?? false);
    const db = open(app);
    const tenantDb = tenant ? open(tenant) : undefined;
    const assertWorks = () => explained(assertRights(db, tables), "DATABASE_URL");
    await assertWorks().catch(async (error) => {
      // The application's role may be newer than what the owner has given to it.
      if (owner === app || options.renewRights) throw error;
      await prepare(true);
      await assertWorks();
    });
    const clock = await DatabaseClock.of(db);
    void clock.keep(log, closed.signal);
    const ctx = createContext({
      config,
      db,
      tenantDb,
      log,
      clock,
      ...(options.stopping ? { stopping: options.stopping } : {}),
    });
    await sealStoredCredentials(ctx);
    await openInstallation(ctx);
    return {
      ctx,
      databaseUrl: app,
      embedded: server !== undefined,
      note: server?.note,
      appliedMigrations: applied,
      readWeaknesses: () => explained(readWeaknesses(db, tenantDb, tables), "TENANT_DATABASE_URL"),
      hide: (secret) => hide([secret]),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The addresses that are configured. An address that is not set falls back to `DATABASE_URL`. */
function addressesIn(config: Config): { app: string; owner: string; tenant: string | undefined } {
  const app = config.DATABASE_URL ?? "";
  return { app, owner: config.DIRECT_DATABASE_URL ?? app, tenant: config.TENANT_DATABASE_URL };
}

/** What is asked first over an address, and may find that there is no way in. */
async function explained<T>(asked: Promise<T>, variable: string): Promise<T> {
  return await asked.catch((error) => {
    throw error instanceof LiveDashError ? error : explainConnectionError(error, undefined, variable);
  });
}

/** The same, with the provider: what runs the pipeline. */
export async function openPipelineRuntime(
  options: RuntimeOptions = {},
): Promise<Runtime<PipelineContext> & { emulated: boolean }> {
  const runtime = await openRuntime({ renewRights: true, ...options });
  try {
    // Most commands need no provider, and its SDK and the emulator are most of the code there is.
    const { chooseProvider } = await import("./provider.ts");
    const { openStored } = await import("../lib/accounts/openStored.ts");
    const { openMeasuring } = await import("./measuring.ts");
    const { config, db } = runtime.ctx;
    const { provider: chosen, emulated, close } = await chooseProvider(config, db, dataDirOf(config));
    const { metrics, measured } = openMeasuring(runtime.ctx);
    const provider = measured(chosen);
    const open = openStored(config, runtime.hide);
    const accounts = openAccounts(runtime.ctx, { provider, open: (account) => measured(open(account)) });
    return {
      ...runtime,
      ctx: {
        ...runtime.ctx,
        provider,
        accountId: DEFAULT_ACCOUNT,
        accounts,
        metrics,
        pulse: openPulse(runtime.ctx.clock),
      },
      emulated,
      close: async () => {
        await accounts.close();
        await close();
        await runtime.close();
      },
    };
  } catch (error) {
    await runtime.close();
    throw error;
  }
}

/** An embedded database comes with a secret of its own; for another one it has to be configured. */
async function withSecret(config: Config): Promise<Config> {
  if (config.LIVEDASH_SECRET || config.DATABASE_URL) return config;
  const { LIVEDASH_SECRET, LIVEDASH_SECRET_PREVIOUS } = await readOrMakeSecret(dataDirOf(config));
  const previous = LIVEDASH_SECRET_PREVIOUS ?? config.LIVEDASH_SECRET_PREVIOUS;
  return { ...config, LIVEDASH_SECRET, ...(previous === undefined ? {} : { LIVEDASH_SECRET_PREVIOUS: previous }) };
}

/** Where LiveDash keeps its own files; a relative path counts from the project's folder. */
export function dataDirOf(config: Config): string {
  return resolve(PROJECT_ROOT, config.LIVEDASH_DATA_DIR);
}
