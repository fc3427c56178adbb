import type OpenAI from "openai";
import { toStreamingFile } from "openai";
import { type Clock, systemClock } from "../../clock.ts";
import type { ProviderBatch } from "../contract/batch.ts";
import type { Capabilities } from "../contract/capabilities.ts";
import { ProviderError } from "../contract/errors.ts";
import type { BatchProvider, InputFile, NewBatch, ProviderInputFile } from "../contract/provider.ts";
import { OPENAI_CAPABILITIES } from "./capabilities.ts";
import { asEndpoint, type Endpoint, encodeLine } from "./encodeLine.ts";
import { type GetPage, listPages, listSince } from "./listPages.ts";
import { fileNameOf, metadataOf } from "./marks.ts";
import { type ClientOptions, openClient, type Timeouts } from "./openClient.ts";
import { openFile } from "./openFile.ts";
import { readLine, readRequestId } from "./readLine.ts";
import { readBatch, readBatchPage, readDeletion, readFileObject, readFilePage } from "./shapes.ts";
import { stateOf } from "./states.ts";
import { toProviderError } from "./toProviderError.ts";

export interface OpenAIProviderOptions extends ClientOptions {
  /** What batches are recorded under; the kind's own name if left out. */
  name?: string;
  /** Where lines are answered; `/v1/chat/completions` if left out, which most compatible servers know alone. */
  endpoint?: Endpoint;
  /** How long the input and output files are kept at the provider, in seconds (3600 to 2592000). */
  fileLifetimeSeconds?: number;
  timeouts?: Partial<Timeouts>;
  /** Waits in place of the clock on the wall. */
  sleep?: Clock["sleep"];
}

/** What differs between those who serve this API. */
export interface Dialect {
  name: string;
  capabilities: Capabilities;
  /** Waits until a batch can be made of an upload, where it cannot at once. */
  untilUsable?(upload: Upload): Promise<void>;
}

/** An upload that has just been answered. */
export interface Upload {
  /** The File object as it came. */
  reply: unknown;
  /** Asks for it again. @throws ProviderError */
  retrieve(): Promise<unknown>;
  sleep(ms: number): Promise<void>;
}

const OPENAI: Dialect = { name: "openai", capabilities: OPENAI_CAPABILITIES };
const TIMEOUTS: Timeouts = { call: 60_000, upload: 30 * 60_000, silence: 120_000 };
const CHECK_TIMEOUT = 5_000;
const FILE_PAGE = 1_000;

/** The OpenAI Batch API through the official SDK; compatible servers through `baseURL`. Opened by openProvider, which masks it. */
export function openaiProvider(options: OpenAIProviderOptions): BatchProvider {
  return providerOf(OPENAI, options);
}

/** The same as another one serves it. */
export function providerOf(dialect: Dialect, options: OpenAIProviderOptions): BatchProvider {
  const timeouts = { ...TIMEOUTS, ...options.timeouts };
  const { client, close } = openClient(options, timeouts);
  const lifetime = {
    anchor: "created_at",
    seconds: options.fileLifetimeSeconds ?? dialect.capabilities.filesKeptMs / 1_000,
  } as const;
  const sleep = options.sleep ?? systemClock.sleep;
  // One that states an expiry and does not keep to it states none.
  const told = (batch: ProviderBatch) => (dialect.capabilities.expires ? batch : { ...batch, expiresAt: null });

  return {
    name: options.name ?? dialect.name,
    capabilities: { ...dialect.capabilities, filesKeptMs: lifetime.seconds * 1_000 },
    endpoint: options.endpoint ?? "/v1/chat/completions",
    encodeLine,
    readRequestId,
    readLine,
    stateOf,

    check: async (signal?: AbortSignal) => {
      const once = { maxRetries: 0, timeout: Math.min(CHECK_TIMEOUT, timeouts.call), ...(signal ? { signal } : {}) };
      await listBatches(client, 1, undefined, once);
    },

    uploadInput: (file: InputFile, signal: AbortSignal) =>
      attempt("uploading an input file", async () => {
        const reply = await client.files.create(
          { file: toStreamingFile(chunks(file), fileNameOf(file.label)), purpose: "batch", expires_after: lifetime },
          { maxRetries: 0, timeout: timeouts.upload, signal },
        );
        const { id: fileId } = readFileObject("uploading an input file", reply);
        const retrieve = () => attempt("looking up a file", () => client.files.retrieve(fileId, { signal }));
        await dialect.untilUsable?.({ reply, retrieve, sleep: (ms) => sleep(ms, signal) });
        return { fileId };
      }),

    createBatch: (batch: NewBatch) =>
      attempt("creating a batch", async () => {
        const reply = await client.batches.create(
          {
            input_file_id: batch.inputFileId,
            endpoint: asEndpoint(batch.endpoint),
            completion_window: "24h",
            metadata: metadataOf(batch.mark),
            output_expires_after: lifetime,
          },
          { maxRetries: 0, timeout: batch.timeoutMs },
        );
        return told(readBatch("creating a batch", reply));
      }),

    retrieveBatch: (id: string) =>
      attempt("retrieving a batch", async () =>
        told(readBatch("retrieving a batch", await client.batches.retrieve(id))),
      ),

    listBatches: async function* (since: Date) {
      const limit = dialect.capabilities.listedAtOnce;
      for await (const batch of listSince((after) => listBatches(client, limit, after), limit, since))
        yield told(batch);
    },

    cancelBatch: (id: string) =>
      attempt("cancelling a batch", async () => told(readBatch("cancelling a batch", await client.batches.cancel(id)))),

    openFile: (id: string, signal: AbortSignal) => attempt("downloading a file", () => openFile(client, id, signal)),

    listInputFiles: (since?: Date) => listInputFiles((after) => listFiles(client, after), since),

    deleteFile: (id: string) => attempt("deleting a file", () => deleteFile(client, id)).catch(unlessGone),

    close,
  };
}

async function attempt<T>(doing: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw toProviderError(doing, error);
  }
}

async function* chunks(file: InputFile): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  for await (const chunk of file.open()) yield chunk as Uint8Array<ArrayBuffer>;
}

function listBatches(client: OpenAI, limit: number, after?: string, options: OpenAI.RequestOptions = {}) {
  const query = after === undefined ? { limit } : { limit, after };
  return attempt("listing batches", async () =>
    readBatchPage("listing batches", await client.get<unknown>("/batches", { ...options, query })),
  );
}

async function* listInputFiles(getPage: GetPage<ProviderInputFile>, since?: Date): AsyncGenerator<ProviderInputFile> {
  if (since) yield* listSince(getPage, FILE_PAGE, since);
  else for await (const files of listPages(getPage, FILE_PAGE)) yield* files;
}

function listFiles(client: OpenAI, after?: string) {
  const query = { purpose: "batch", limit: FILE_PAGE, ...(after === undefined ? {} : { after }) };
  return attempt("listing files", async () =>
    readFilePage("listing files", await client.get<unknown>("/files", { query })),
  );
}

/** A reply that does not say that the file is gone is not believed: then the file is asked for. */
async function deleteFile(client: OpenAI, id: string): Promise<void> {
  if (readDeletion(await client.files.delete(id))) return;
  if (readDeletion(await client.files.retrieve(id))) return;
  throw new ProviderError("provider_unreachable", "The provider did not confirm that the file was deleted.");
}

function unlessGone(error: unknown): void {
  if (!(error instanceof ProviderError && error.code === "provider_not_found")) throw error;
}
