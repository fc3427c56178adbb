import { chmod, glob, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startEmulator } from "../emulator/server.ts";
import type { Config } from "../lib/config.ts";
import type { Database } from "../lib/db/pool.ts";
import { statement, text } from "../lib/db/statement.ts";
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
 * @throws LiveDashError `no_provider`, `provider_mixed`
 */
export async function chooseProvider(config: Config, db: Database, dataDir: string): Promise<OpenProvider> {
  const kind = kindOf(config);
  if (kind === "emulator" && config.DATABASE_URL) {
    throw new LiveDashError(
      "no_provider",
      "DATABASE_URL is set, but none of OPENAI_API_KEY, OPENAI_BASE_URL and AZURE_OPENAI_ENDPOINT: set one of them. The emulator answers only for the embedded database, so that made-up answers never mix into real data.",
    );
  }
  await refuseMixing(db, kind);
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

async function refuseMixing(db: Database, name: string): Promise<void> {
  const other = await FIND_OTHER.first(db, { name });
  if (!other) return;
  throw new LiveDashError(
    "provider_mixed",
    `This database holds batches from the provider "${other.provider}", but "${name}" is configured now. Use a separate database (DATABASE_URL or LIVEDASH_DATA_DIR) so that the two never mix.`,
  );
}

const FIND_OTHER = statement({
  sql: `SELECT "provider" FROM "AIBatchRequest" WHERE "provider" <> $1 LIMIT 1`,
  params: { name: text },
  row: { provider: text },
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
  return openProvider("openai", { name: "emulator", apiKey: "emulator", baseURL });
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
