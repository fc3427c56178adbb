import type { Credentials } from "../http/address.ts";
import { FetchError } from "../http/FetchError.ts";
import type { Fetcher } from "../http/fetchLimited.ts";
import { TRANSCRIPT_FAILURES, TRANSCRIPT_TIMEOUT } from "../limits.ts";
import { looksLikeHtml } from "../source/looksLikeHtml.ts";
import { decodeTranscript, type FoundTranscript } from "./decodeTranscript.ts";

export interface TranscriptServerOptions {
  fetcher: Fetcher;
  /** Sent to their own origin alone. */
  credentials: Credentials | undefined;
  maxBytes: number;
  stopping: AbortSignal;
  /** How long one may take; default TRANSCRIPT_TIMEOUT. Milliseconds. */
  timeout?: number;
}

/** Whoever says so knows the address, and has nothing there. */
const GONE = [404, 410];

export type TranscriptFetcher = (url: string) => Promise<FoundTranscript>;

/**
 * Fetches transcripts. A server that gave none of many in a row is left alone for the rest of the import: waiting for
 * each of a hundred thousand would take days.
 * @throws LiveDashError `stopped` when LiveDash is asked to stop
 */
export function createTranscriptFetcher(options: TranscriptServerOptions): TranscriptFetcher {
  const failuresInARow = new Map<string, number>();
  return async (url) => {
    const origin = URL.parse(url)?.origin ?? "";
    if ((failuresInARow.get(origin) ?? 0) >= TRANSCRIPT_FAILURES) {
      const reason = `It was not fetched, because the last ${TRANSCRIPT_FAILURES} transcripts from its server all failed.`;
      return { code: "transcript_unavailable", reason };
    }
    try {
      const bytes = await download(url, options);
      failuresInARow.delete(origin);
      if (looksLikeHtml(bytes)) {
        return {
          code: "transcript_unavailable",
          reason: "The transcript address returns a web page instead of text.",
        };
      }
      return decodeTranscript(bytes);
    } catch (error) {
      if (!(error instanceof FetchError)) throw error;
      if (error.status !== undefined && GONE.includes(error.status)) {
        failuresInARow.delete(origin);
        return { isGone: true };
      }
      if (error.retryable) failuresInARow.set(origin, (failuresInARow.get(origin) ?? 0) + 1);
      const code = error.code === "fetch_too_large" ? "transcript_too_large" : "transcript_unavailable";
      return { code, reason: `The transcript address ${error.fault}.` };
    }
  };
}

async function download(url: string, options: TranscriptServerOptions): Promise<Buffer> {
  const { body } = await options.fetcher.get(url, {
    credentials: options.credentials,
    maxBytes: options.maxBytes,
    timeout: options.timeout ?? TRANSCRIPT_TIMEOUT,
    stopping: options.stopping,
  });
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}
