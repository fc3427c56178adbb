import { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import type { EmulatorContext } from "../../../emulator/context.ts";
import { Call } from "../../../emulator/http/call.ts";
import { replyTo } from "../../../emulator/http/handleCall.ts";
import type { Reply } from "../../../emulator/http/reply.ts";
import type { VirtualTime } from "./simTime.ts";

/** How long a client waits for a reply, in virtual time: the create has a shorter deadline than the lease. */
const WAIT_MS = { create: 30_000, upload: 30 * 60_000, other: 60_000 };

/** What was asked and how it was answered, for the trace. */
export type CallWatcher = (call: string, outcome: string) => void;

/**
 * A `fetch` that hands calls to the emulator in this process: the SDK before it and the emulator's routes, faults and
 * ledger behind it are the real ones, only the wire is missing. Resets and timeouts are errors, as they are on a wire.
 */
export function inProcessFetch(emulator: EmulatorContext, time: VirtualTime, watch: CallWatcher): typeof fetch {
  return async (input, init) => {
    const request = new Request(input, { ...init, ...(init?.body ? { duplex: "half" } : {}) });
    const path = request.url.slice(new URL(request.url).origin.length);
    const message = await toMessage(request, path);
    const name = `${request.method} ${path}`;
    const waited = new AbortController();
    try {
      const reply = await Promise.race([
        replyTo(emulator, new Call(message, emulator.shape.prefix)),
        lostConnection(message.socket),
        time.sleepUntil(time.now() + limitOf(request.method, path), waited.signal).then(() => "timed out" as const),
      ]);
      if (reply === "timed out" || reply === "reset" || reply.kind === "reset") {
        const outcome = reply === "timed out" ? "timed out" : "reset";
        watch(name, outcome);
        throw new TypeError("fetch failed", { cause: new Error(outcome) });
      }
      watch(name, String(reply.status));
      return toResponse(reply);
    } finally {
      waited.abort();
    }
  };
}

function limitOf(method: string, path: string): number {
  if (method === "POST" && path.endsWith("/batches")) return WAIT_MS.create;
  return method === "POST" && path.endsWith("/files") ? WAIT_MS.upload : WAIT_MS.other;
}

async function toMessage(request: Request, path: string): Promise<IncomingMessage> {
  const body = Buffer.from(await request.arrayBuffer());
  const socket = new Socket();
  // A fault tears the connection down through its socket; this one was never connected, which it says as an error.
  socket.on("error", () => {});
  const message = new IncomingMessage(socket);
  message.method = request.method;
  message.url = path;
  message.headers = { host: new URL(request.url).host, ...Object.fromEntries(request.headers) };
  message.complete = true;
  if (body.length > 0) message.push(body);
  message.push(null);
  return message;
}

function lostConnection(socket: Socket): Promise<"reset"> {
  return new Promise((resolve) => {
    socket.once("close", () => resolve("reset"));
  });
}

function toResponse(reply: Exclude<Reply, { kind: "reset" }>): Response {
  const { status } = reply;
  const headers = { "content-type": "application/json", ...reply.headers };
  if (status === 204) return new Response(null, { status, headers });
  if (reply.kind === "json") return new Response(JSON.stringify(reply.body), { status, headers });
  if (reply.kind === "text") return new Response(reply.text, { status, headers });
  return new Response(streamOf(contentOf(reply)), { status, headers });
}

async function* contentOf(reply: Extract<Reply, { kind: "stream" }>): AsyncGenerator<Uint8Array> {
  let left = reply.cut?.afterBytes ?? Number.POSITIVE_INFINITY;
  for await (const chunk of reply.open()) {
    if (left <= 0) break;
    yield chunk.subarray(0, left);
    left -= chunk.length;
  }
  if (reply.cut && !reply.cut.clean) throw new TypeError("terminated", { cause: new Error("reset") });
}

/** Opens the content only when it is read: a worker that dies before that leaves nothing open. */
function streamOf(content: AsyncGenerator<Uint8Array>): ReadableStream<Uint8Array> {
  const source: UnderlyingDefaultSource<Uint8Array> = {
    pull: async (controller) => {
      const { done, value } = await content.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: async () => void (await content.return(undefined)),
  };
  return new ReadableStream(source, { highWaterMark: 0 });
}
