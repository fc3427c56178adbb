import { chmod, glob, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startEmulator } from "../emulator/server.ts";
import { DEFAULT_ACCOUNT, EMULATOR } from "../lib/accounts/account.ts";
import type { Config } from "../lib/config.ts";
import type { Database } from "../lib/db/pool.ts";
import { bool, known, statement } from "../lib/db/statement.ts";
import { LiveDashError } from "../lib/errors.ts";
import { readHeaders } from "../lib/providerSettings.ts";
import type { BatchProvider } from "../lib/providers/contract/provider.ts";
import { openProvider, type ProviderKind } from "../lib/providers/openProvider.ts";

export interface OpenProvider {
  provider: BatchProvider;
  emulated: boolean;
  close(): Promise<void>;
}

type Kind = ProviderKind | "emulator";

/** What the configuration names; where it names nothing of one's own, the built-in emulator answers. */
function kindOf(config: Config): Kind {
  if (config.AZURE_OPENAI_ENDPOINT) return "azure";
  return config.OPENAI_API_KEY || config.OPENAI_BASE_URL ? "openai" : "emulator";
}

/**
 * The provider that the configuration names, or the emulator where it names none and the database is the embedded one.
 * @throws LiveDashError `no_provider`, `emulator_mixed`
 */
export async function chooseProvider(config: Config, db: Database, dataDir: string): Promise<OpenProvider> {
  const kind = kindOf(config);
  if (kind === "emulator" && config.DATABASE_URL) {
    throw new LiveDashError(
      "no_provider",
      "DATABASE_URL is set, but none of OPENAI_API_KEY, OPENAI_BASE_URL and AZURE_OPENAI_ENDPOINT: set one of them. The emulator answers only for the embedded database, so that made-up answers never mix into real data.",
    );
  }
  await refuseMadeUp(db, kind === "emulator");
  if (kind === "emulator") return openEmulator(join(dataDir, "emulator"));
  const isAzure = kind === "azure";
  const provider = openProvider(kind, {
    apiKey: isAzure ? config.AZURE_OPENAI_API_KEY : config.OPENAI_API_KEY,
    baseURL: isAzure ? config.AZURE_OPENAI_ENDPOINT : config.OPENAI_BASE_URL,
    endpoint: config.OPENAI_ENDPOINT,
    organization: config.OPENAI_ORG_ID,
    project: config.OPENAI_PROJECT_ID,
    headers: readHeaders(config.OPENAI_CUSTOM_HEADERS),
    proxies: { http: config.HTTP_PROXY, https: config.HTTPS_PROXY, except: config.NO_PROXY },
  });
  return { provider, emulated: false, close: provider.close };
}

/** Answers that the built-in emulator has made up, and real ones, never stand in one database: neither could be told from the other. */
async function refuseMadeUp(db: Database, isEmulated: boolean): Promise<void> {
  const { hasMadeUp = false, hasReal = false } = (await FIND_KINDS.first(db, {})) ?? {};
  const separate =
    "Use a separate database (DATABASE_URL or LIVEDASH_DATA_DIR), so that made-up answers never mix into real data.";
  if (isEmulated && hasReal) {
    const message =
      "This database belongs to real accounts, but no provider is configured, so the emulator would answer.";
    throw new LiveDashError("emulator_mixed", `${message} Set OPENAI_API_KEY or AZURE_OPENAI_ENDPOINT. ${separate}`);
  }
  if (!isEmulated && hasMadeUp) {
    throw new LiveDashError("emulator_mixed", `This database holds answers from the built-in emulator. ${separate}`);
  }
}

const FIND_KINDS = statement({
  sql: `SELECT EXISTS (SELECT 1 FROM "AIBatchRequest" WHERE "provider" = '${EMULATOR}') AS "hasMadeUp",
               EXISTS (SELECT 1 FROM "AIBatchRequest" WHERE "provider" <> '${EMULATOR}')
                 OR EXISTS (SELECT 1 FROM "ProviderAccount" WHERE "id" <> '${DEFAULT_ACCOUNT}') AS "hasReal"`,
  row: { hasMadeUp: known(bool), hasReal: known(bool) },
});

/** Starts the emulator on its own folder, or joins the one that another process has running there. */
async function openEmulator(folder: string): Promise<OpenProvider> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  // It may be from before these were its owner's alone.
  await chmod(folder, 0o700);
  const addressFile = join(folder, "address");
  const running = await findRunning(addressFile);
  if (running) return { provider: emulatorProvider(running), emulated: true, close: async () => {} };
  const emulator = await startEmulator({ dataDir: join(folder, "data"), answers: await findSampleAnswers() });
  await writeFile(addressFile, emulator.url, { mode: 0o600 });
  return {
    provider: emulatorProvider(emulator.url),
    emulated: true,
    close: async () => {
      await rm(addressFile, { force: true });
      await emulator.close();
    },
  };
}

/** The answers that were written for the sample sessions by hand, beside the transcripts of each company. */
async function findSampleAnswers(): Promise<string[]> {
  const samples = fileURLToPath(new URL("../samples", import.meta.url));
  const files: string[] = [];
  for await (const file of glob("*/answers.jsonl", { cwd: samples })) files.push(join(samples, file));
  return files;
}

function emulatorProvider(baseURL: string): BatchProvider {
  return openProvider("openai", { name: EMULATOR, apiKey: "emulator", baseURL });
}

async function findRunning(addressFile: string): Promise<string | undefined> {
  const address = await readFile(addressFile, "utf8").catch(() => undefined);
  if (!address) return undefined;
  try {
    const reply = await fetch(new URL("/healthz", address), { signal: AbortSignal.timeout(2_000) });
    return reply.ok ? address : undefined;
  } catch {
    return undefined;
  }
}
