import type { IncomingMessage } from "node:http";
import { ApiError } from "../errors.ts";

const largestJsonBytes = 16 * 1024 * 1024;

/** One HTTP call on its way through faults and handler. */
export class Call {
  readonly request: IncomingMessage;
  readonly method: string;
  readonly path: string;
  /** Whether it is a call to the API, rather than to what an emulator has besides. */
  readonly isApi: boolean;
  readonly query: URLSearchParams;
  /** In which order a list is answered; a fault may ask for another one. */
  listOrder: "newest_first" | "oldest_first" | "shuffled" = "newest_first";
  #body: Promise<Buffer> | undefined;

  /** `prefix` is what the paths of the API begin with: here, all of them begin with `/v1`. */
  constructor(request: IncomingMessage, prefix = "/v1") {
    this.request = request;
    this.method = request.method ?? "GET";
    const url = new URL(request.url ?? "/", "http://emulator");
    const path = url.pathname.length > 1 ? url.pathname.replace(/\/+$/, "") : url.pathname;
    this.isApi = path === prefix || path.startsWith(`${prefix}/`);
    this.path = this.isApi ? `/v1${path.slice(prefix.length)}` : path;
    this.query = url.searchParams;
  }

  /** The whole body, at most 16 MB. It may be asked for more than once. */
  body(): Promise<Buffer> {
    this.#body ??= readAll(this.request);
    return this.#body;
  }

  /** The body as a JSON object; anything else is a 400. */
  async json(): Promise<Record<string, unknown>> {
    const text = (await this.body()).toString("utf8");
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      value = undefined;
    }
    if (!isObject(value)) {
      throw new ApiError(400, "We could not parse the JSON body of your request. It must be a JSON object.");
    }
    return value;
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

async function readAll(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk)) continue;
    bytes += chunk.length;
    if (bytes > largestJsonBytes) {
      throw new ApiError(413, `The body is larger than ${largestJsonBytes} bytes.`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
