import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { readOrMakeSecret } from "../lib/auth/secret.ts";
import { type Config, readConfig } from "../lib/config.ts";
import { type Context, createContext, type PipelineContext } from "../lib/context.ts";
import { startEmbeddedPostgres } from "../lib/db/embedded/index.ts";
import { applyMigrations } from "../lib/db/migrate.ts";
import { openPool } from "../lib/db/pool.ts";
import { sealStoredCredentials } from "../lib/import/sealStoredCredentials.ts";
import { openInstallation } from "../lib/installation/installation.ts";
import { maskSecrets } from "../lib/masking.ts";
import { openLog } from "../lib/observability/log.ts";
import { secretsIn } from "../lib/providerSettings.ts";

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
  close(): Promise<void>;
}

export interface RuntimeOptions {
  /** Defaults for variables that are not set, such as the short intervals of a first try. */
  defaults?: Record<string, string>;
  stopping?: AbortSignal;
  /** The most connections to the database; one is the quickest for a few short reads. */
  connections?: number;
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
  const log = openLog({
    level: config.LOG_LEVEL,
    format: config.LOG_FORMAT ?? (process.stderr.isTTY ? "pretty" : "json"),
    mask: maskSecrets(secretsIn(config)),
    ...(options.logTo ? { destination: options.logTo } : {}),
  });
  const server = config.DATABASE_URL
    ? undefined
    : await startEmbeddedPostgres({ dataDir: join(dataDirOf(config), "postgres") });
  const databaseUrl = server?.url ?? config.DATABASE_URL ?? "";
  try {
    const { applied } = await applyMigrations({ databaseUrl });
    const db = openPool(databaseUrl, {
      ...(options.connections ? { max: options.connections } : {}),
      onError: (error) => log.warn({ event: "database.connection_lost", error }),
    });
    const ctx = createContext({ config, db, log, ...(options.stopping ? { stopping: options.stopping } : {}) });
    const close = async () => {
      await db.end();
      await server?.stop();
    };
    const prepare = async () => {
      await sealStoredCredentials(ctx);
      await openInstallation(ctx);
    };
    await prepare().catch(async (error) => {
      await db.end();
      throw error;
    });
    return { ctx, databaseUrl, embedded: server !== undefined, note: server?.note, appliedMigrations: applied, close };
  } catch (error) {
    await server?.stop();
    throw error;
  }
}

/** The same, with the provider: what runs the pipeline. */
export async function openPipelineRuntime(
  options: RuntimeOptions = {},
): Promise<Runtime<PipelineContext> & { emulated: boolean }> {
  const runtime = await openRuntime(options);
  try {
    // Most commands need no provider, and its SDK and the emulator are most of the code there is.
    const { openProvider } = await import("./provider.ts");
    const { provider, emulated, close } = await openProvider(
      runtime.ctx.config,
      runtime.ctx.db,
      dataDirOf(runtime.ctx.config),
    );
    return {
      ...runtime,
      ctx: { ...runtime.ctx, provider },
      emulated,
      close: async () => {
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
