import { type Agent, fetch, type Response } from "undici";
import { codeOf, LiveDashError } from "../../errors.ts";
import { MAX_REDIRECTS } from "../limits.ts";
import { authorizationFor, type Credentials, parseAddress } from "./address.ts";
import { FetchError } from "./FetchError.ts";
import { openAgent, PRIVATE_ADDRESS } from "./openAgent.ts";
import type { AddressRule } from "./publicAddress.ts";

interface FetchOptions {
  credentials?: Credentials | undefined;
  maxBytes: number;
  /** How long the server may keep us waiting, in all. Time that the reader takes does not count. Milliseconds. */
  timeout: number;
  stopping: AbortSignal;
}

/** Asks for addresses, one connection pool for an import. */
export interface Fetcher {
  /**
   * The body of what is at an address, after at most five redirects. Credentials go to their own origin alone.
   * @throws FetchError from the call or while reading; LiveDashError `stopped` when LiveDash is asked to stop.
   */
  get(url: string, options: FetchOptions): Promise<FetchedBody>;
  close(): Promise<void>;
}

interface FetchedBody {
  /** What the server says; undefined if it does not, or sends it compressed. Bytes. */
  length: number | undefined;
  body: AsyncIterable<Uint8Array>;
}

/** @param isAllowed which addresses may be connected to, at first and after redirects */
export function openFetcher(isAllowed: AddressRule): Fetcher {
  const agent = openAgent(isAllowed);
  return {
    get: (url, options) => get(agent, url, options),
    // Not `close`: it would wait for a body that nobody reads any more.
    close: () => agent.destroy(),
  };
}

async function get(agent: Agent, given: string, options: FetchOptions): Promise<FetchedBody> {
  const patience = createPatience(options);
  let url = parseAddress(given);
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects += 1) {
    const response = await patience(url, (signal) => {
      const authorization = authorizationFor(url, options.credentials);
      const headers = { accept: "text/csv, text/plain, */*;q=0.5", ...(authorization ? { authorization } : {}) };
      return fetch(url, { dispatcher: agent, redirect: "manual", headers, signal });
    });
    const location = response.headers.get("location");
    if (response.status < 300 || response.status > 399 || location === null) return accept(url, response);
    await response.body?.cancel();
    url = parseAddress(location, url);
  }
  throw new FetchError("fetch_too_many_redirects", url, `redirects more than ${MAX_REDIRECTS} times`);

  async function accept(from: URL, response: Response): Promise<FetchedBody> {
    if (response.status !== 200 || response.body === null) {
      await response.body?.cancel();
      throw wrongStatus(from, response.status);
    }
    const encoded = response.headers.has("content-encoding");
    const length = Number(response.headers.get("content-length") ?? Number.NaN);
    if (!encoded && length > options.maxBytes) {
      await response.body.cancel();
      throw tooLarge(from, options.maxBytes);
    }
    const chunks: AsyncIterable<Uint8Array> = response.body;
    return { length: encoded || Number.isNaN(length) ? undefined : length, body: limited(from, chunks) };
  }

  async function* limited(from: URL, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    const reading = chunks[Symbol.asyncIterator]();
    let bytes = 0;
    try {
      for (;;) {
        const next = await patience(from, () => reading.next());
        if (next.done) return;
        bytes += next.value.byteLength;
        if (bytes > options.maxBytes) throw tooLarge(from, options.maxBytes);
        yield next.value;
      }
    } finally {
      await reading.return?.().catch(() => undefined);
    }
  }
}

type Patience = <T>(url: URL, work: (signal: AbortSignal) => Promise<T>) => Promise<T>;

/** Runs steps that wait for the server, so long as their waiting together stays within the timeout. */
function createPatience({ timeout, stopping }: FetchOptions): Patience {
  const giveUp = new AbortController();
  const signal = AbortSignal.any([giveUp.signal, stopping]);
  let left = timeout;
  return async (url, work) => {
    const began = performance.now();
    const timer = setTimeout(() => giveUp.abort(), Math.max(left, 0));
    try {
      return await work(signal);
    } catch (error) {
      if (error instanceof LiveDashError) throw error;
      if (stopping.aborted) throw new LiveDashError("stopped", "LiveDash was asked to stop.", { retryable: true });
      if (!giveUp.signal.aborted) throw failed(url, error);
      throw new FetchError("fetch_timeout", url, `did not answer in full within ${timeout} ms`, true);
    } finally {
      clearTimeout(timer);
      left -= performance.now() - began;
    }
  };
}

function wrongStatus(url: URL, status: number): FetchError {
  const hint = status === 401 || status === 403 ? ": check the user name and password" : "";
  const retryable = status >= 500 || status === 429 || status === 408;
  return new FetchError("fetch_status", url, `answered with status ${status} instead of 200${hint}`, retryable, status);
}

function tooLarge(url: URL, maxBytes: number): FetchError {
  return new FetchError("fetch_too_large", url, `returns more than ${maxBytes} bytes`);
}

/** The reason stands in the cause's code; its message is left out, since it may repeat the address. */
function failed(url: URL, error: unknown): FetchError {
  const cause = error instanceof Error ? error.cause : undefined;
  const code = codeOf(cause) ?? codeOf(error) ?? "connection lost";
  if (code === PRIVATE_ADDRESS) {
    return new FetchError(
      PRIVATE_ADDRESS,
      url,
      "is at a private address. Set FETCH_PRIVATE_ADDRESSES=true to allow it",
    );
  }
  return new FetchError("fetch_failed", url, `cannot be reached (${code})`, true);
}
