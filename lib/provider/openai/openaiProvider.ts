import OpenAI, { toStreamingFile } from "openai";
import { Agent, fetch as undiciFetch } from "undici";
import { ProviderError } from "../errors.ts";
import type {
  BatchProvider,
  InputFile,
  NewBatch,
  ProviderBatch,
  ProviderFile,
  ProviderInputFile,
} from "../provider.ts";
import { encodeLine } from "./encodeLine.ts";
import { readLine } from "./readLine.ts";
import { readBatch, readBatchPage, readDeletion, readFileObject, readFilePage } from "./shapes.ts";
import { toProviderError } from "./toProviderError.ts";

export interface OpenAIProviderOptions {
  /** What batches are recorded under; `openai` if left out. */
  name?: string;
  apiKey: string;
  /** Such as `https://api.openai.com/v1`; the SDK's own default if left out. */
  baseURL?: string;
  /** How long the input and output files are kept at the provider, in seconds (3600 to 2592000). */
  fileLifetimeSeconds?: number;
  /** How long to wait for the provider, in milliseconds. */
  timeouts?: Partial<typeof TIMEOUTS>;
  /** Calls that may be repeated safely are repeated so often by the SDK itself; 2 if left out. */
  maxRetries?: number;
  /** Carries the calls in place of HTTP. */
  fetch?: typeof fetch;
}

const ENDPOINT = "/v1/chat/completions";
/** `call`: for the reply of one call; `upload`: for an upload with its reply; `silence`: between two parts of a download. */
const TIMEOUTS = { call: 60_000, upload: 30 * 60_000, silence: 120_000 };
const PAGE = 100;
const FILE_PAGE = 1_000;
const THIRTY_DAYS = 2_592_000;

/** The OpenAI Batch API through the official SDK; compatible servers through `baseURL`. */
export function openaiProvider(options: OpenAIProviderOptions): BatchProvider {
  const timeouts = { ...TIMEOUTS, ...options.timeouts };
  // The fetch built into Node keeps the whole sent body in memory, streams included; undici's does not.
  const dispatcher = new Agent({ bodyTimeout: timeouts.silence, headersTimeout: timeouts.upload });
  const streamingFetch = (url: unknown, init: object = {}) =>
    undiciFetch(...([url, { ...init, dispatcher }] as Parameters<typeof undiciFetch>));
  const client = new OpenAI({
    apiKey: options.apiKey,
    baseURL: options.baseURL ?? null,
    timeout: timeouts.call,
    fetch: options.fetch ?? (streamingFetch as unknown as typeof fetch),
    maxRetries: options.maxRetries ?? 2,
    logLevel: "off",
  });
  const lifetime = { anchor: "created_at", seconds: options.fileLifetimeSeconds ?? THIRTY_DAYS } as const;

  return {
    name: options.name ?? "openai",
    endpoint: ENDPOINT,
    encodeLine: (request) => encodeLine(ENDPOINT, request),
    readLine,

    check: () => attempt("listing batches", async () => void (await listPage(client, 1))),

    uploadInput: (file: InputFile, signal: AbortSignal) =>
      attempt("uploading an input file", async () => {
        const reply = await client.files.create(
          { file: toStreamingFile(chunks(file), file.fileName), purpose: "batch", expires_after: lifetime },
          { maxRetries: 0, timeout: timeouts.upload, signal },
        );
        return { fileId: readFileObject("uploading an input file", reply).id };
      }),

    createBatch: (batch: NewBatch) =>
      attempt("creating a batch", async () => {
        const reply = await client.batches.create(
          {
            input_file_id: batch.inputFileId,
            endpoint: ENDPOINT,
            completion_window: "24h",
            metadata: batch.metadata,
            output_expires_after: lifetime,
          },
          { maxRetries: 0, timeout: batch.timeoutMs },
        );
        return readBatch("creating a batch", reply);
      }),

    retrieveBatch: (id: string) =>
      attempt("retrieving a batch", async () => readBatch("retrieving a batch", await client.batches.retrieve(id))),

    listBatches: (since: Date) => listSince(client, since),

    cancelBatch: (id: string) =>
      attempt("cancelling a batch", async () => readBatch("cancelling a batch", await client.batches.cancel(id))),

    openFile: (id: string, signal: AbortSignal) =>
      attempt("downloading a file", async (): Promise<ProviderFile> => {
        const { bytes } = readFileObject("looking up a file", await client.files.retrieve(id));
        const response = await client.files.content(id, { signal });
        if (response.headers.get("content-type")?.startsWith("text/html")) {
          throw new ProviderError("provider_unreachable", "A page of HTML came in place of a file.");
        }
        return { bytes, content: body(response) };
      }),

    listInputFiles: () => listFiles(client),

    deleteFile: (id: string) =>
      attempt("deleting a file", async () => {
        readDeletion("deleting a file", await client.files.delete(id));
      }).catch((error) => {
        if (error.code !== "provider_not_found") throw error;
      }),
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

/** Not the SDK's own pager: it takes a reply of any other shape for an empty list, and none found means "create again". */
async function* listSince(client: OpenAI, since: Date): AsyncGenerator<ProviderBatch> {
  for (let after: string | undefined; ; ) {
    const page = await attempt("listing batches", () => listPage(client, PAGE, after));
    for (const batch of page.batches) {
      if (batch.createdAt < since) return;
      yield batch;
    }
    const last = page.batches.at(-1)?.id;
    if (!page.hasMore || last === undefined) return;
    after = nextCursor(after, last);
  }
}

async function* listFiles(client: OpenAI): AsyncGenerator<ProviderInputFile> {
  for (let after: string | undefined; ; ) {
    const query = { purpose: "batch", limit: FILE_PAGE, ...(after === undefined ? {} : { after }) };
    const page = await attempt("listing files", async () =>
      readFilePage("listing files", await client.get<unknown>("/files", { query })),
    );
    yield* page.files;
    const last = page.files.at(-1)?.id;
    if (!page.hasMore || last === undefined) return;
    after = nextCursor(after, last);
  }
}

/** A server that ignores the cursor would list the same page for ever. */
function nextCursor(before: string | undefined, last: string): string {
  if (last !== before) return last;
  throw new ProviderError("provider_unreachable", "The provider answers every page of a list with the same one.");
}

async function listPage(client: OpenAI, limit: number, after?: string) {
  const query = after === undefined ? { limit } : { limit, after };
  return readBatchPage("listing batches", await client.get<unknown>("/batches", { query }));
}

async function* body(response: Response): AsyncGenerator<Uint8Array> {
  try {
    if (response.body) yield* response.body;
  } catch (error) {
    throw toProviderError("downloading a file", error);
  }
}
