import type { ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Reply } from "./reply.ts";

/** Writes a reply to the connection. A connection that is gone is no error. */
export async function sendReply(response: ServerResponse, reply: Reply): Promise<void> {
  if (response.destroyed || response.socket?.destroyed) return;
  if (reply.kind === "reset") {
    response.socket?.resetAndDestroy();
    return;
  }
  if (reply.kind === "stream") return sendStream(response, reply);
  const text = reply.kind === "json" ? JSON.stringify(reply.body) : reply.text;
  response.writeHead(reply.status, {
    "content-type": "application/json",
    ...reply.headers,
    "content-length": Buffer.byteLength(text),
  });
  response.end(text);
}

async function sendStream(response: ServerResponse, reply: Extract<Reply, { kind: "stream" }>): Promise<void> {
  const { cut, bytes, headers, status } = reply;
  const lengthIsTrue = !cut?.clean;
  response.writeHead(status, { ...headers, ...(lengthIsTrue && { "content-length": bytes }) });
  const body = cut ? Readable.from(firstBytes(reply.open(), cut.afterBytes)) : reply.open();
  try {
    await pipeline(body, response, { end: cut === undefined || cut.clean });
    if (cut && !cut.clean) response.socket?.resetAndDestroy();
  } catch (error) {
    if (!isGone(error)) throw error;
    response.destroy();
  }
}

/** True when the client went away before the end. */
function isGone(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return ["ERR_STREAM_PREMATURE_CLOSE", "ERR_STREAM_DESTROYED", "ECONNRESET", "EPIPE"].includes(code);
}

async function* firstBytes(source: AsyncIterable<Buffer>, bytes: number): AsyncGenerator<Buffer> {
  let left = bytes;
  for await (const chunk of source) {
    if (left > 0) yield chunk.subarray(0, left);
    left -= chunk.length;
    if (left <= 0) return;
  }
}
