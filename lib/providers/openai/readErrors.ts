import { readErrorReply } from "./errorReply.ts";
import { readRetryAfter } from "./retryAfter.ts";

const LONGEST_BODY = 65_536;
/** What the SDK itself looks at; how long to wait is told to it in milliseconds. */
const HEADERS_KEPT = ["x-should-retry", "x-request-id"];

/**
 * Reads error replies within the time and in the size that a call may have: the SDK would read them without an end, and
 * understands one shape alone. What they say is handed on as the `error` of the SDK's own error.
 */
export function readErrors(call: typeof fetch, now: () => Date): typeof fetch {
  return async (url, init) => {
    const response = await call(url, init);
    if (response.ok || response.status < 400) return response;
    const retryAfterMs = readRetryAfter(response.headers, now());
    const error = readErrorReply(await readBeginning(response), retryAfterMs);
    const headers = new Headers();
    for (const name of HEADERS_KEPT) {
      const value = response.headers.get(name);
      if (value !== null) headers.set(name, value);
    }
    if (retryAfterMs !== null) headers.set("retry-after-ms", String(retryAfterMs));
    return new Response(JSON.stringify({ error }), { status: Math.min(response.status, 599), headers });
  };
}

async function readBeginning(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk);
    bytes += chunk.length;
    // Leaving the loop cancels the rest.
    if (bytes >= LONGEST_BODY) break;
  }
  return new TextDecoder().decode(Buffer.concat(chunks).subarray(0, LONGEST_BODY));
}
