import { pipeline, Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import type OpenAI from "openai";
import { ProviderError } from "../contract/errors.ts";
import type { ProviderFile } from "../contract/provider.ts";
import { readFileObject } from "./shapes.ts";
import { toProviderError } from "./toProviderError.ts";

const LESS_THAN = 60;
const GZIP = Buffer.from([0x1f, 0x8b]);

/**
 * Opens a file. Its size is a hint: the File object may be out of order, or state none, while the content is whole; then the
 * size that the reply itself states counts.
 */
export async function openFile(client: OpenAI, id: string, signal: AbortSignal): Promise<ProviderFile> {
  const stated = await findSize(client, id, signal);
  const response = await client.files.content(id, { signal });
  const [first, content] = await peek(body(response));
  if (response.headers.get("content-type")?.startsWith("text/html") || first[0] === LESS_THAN) {
    await response.body?.cancel().catch(() => {});
    throw new ProviderError("provider_unreachable", "An HTML page came instead of a file.");
  }
  // Compressed bytes are fewer than those stated of the file, or are what is stated: their own check has to do.
  if (first.subarray(0, GZIP.length).equals(GZIP)) return { bytes: null, content: gunzip(content) };
  const isEncoded = response.headers.has("content-encoding");
  const received = isEncoded ? null : Number(response.headers.get("content-length")) || null;
  return { bytes: stated ?? received, content };
}

async function findSize(client: OpenAI, id: string, signal: AbortSignal): Promise<number | null> {
  try {
    return readFileObject("looking up a file", await client.files.retrieve(id, { signal })).bytes;
  } catch (error) {
    if (signal.aborted) throw error;
    return null;
  }
}

async function* body(response: Response): AsyncGenerator<Uint8Array> {
  try {
    if (response.body) yield* response.body;
  } catch (error) {
    throw toProviderError("downloading a file", error);
  }
}

/** The first bytes, at least two if there are so many, and all of them as they come. */
async function peek(content: AsyncGenerator<Uint8Array>): Promise<[Buffer, AsyncIterable<Uint8Array>]> {
  let first = Buffer.alloc(0);
  while (first.length < GZIP.length) {
    const next = await content.next();
    if (next.done) break;
    first = Buffer.concat([first, next.value]);
  }
  async function* all() {
    try {
      yield first;
      yield* content;
    } finally {
      await content.return(undefined);
    }
  }
  return [first, all()];
}

async function* gunzip(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* pipeline(Readable.from(content), createGunzip(), () => {});
  } catch (error) {
    throw toProviderError("unpacking a file", error);
  }
}
