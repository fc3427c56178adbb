import type { IncomingMessage, Server, ServerOptions, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Config } from "../lib/config.ts";
import type { Logger } from "../lib/observability/log.ts";

/** What a connection may take. Times are in milliseconds. */
export interface ConnectionLimits {
  /** All headers of a request, from its first byte on, or from the opening of the connection. */
  headersMs: number;
  /** A body that is no upload. */
  bodyMs: number;
  /** The pause between two requests. */
  idleMs: number;
  /** An answer of which the client takes nothing. */
  stalledMs: number;
  /** What is left of a body when its answer has been sent: so long it is thrown away, then the connection is closed. */
  lingerMs: number;
  /** How often the above is looked at. */
  checkMs: number;
  /** Connections in all. */
  most: number;
  /** Connections of one address, or a proxy's calls under way for one. */
  mostOfOne: number;
}

const TIMES = { headersMs: 10_000, bodyMs: 20_000, idleMs: 5_000, stalledMs: 30_000, lingerMs: 2_000, checkMs: 1_000 };
const MAX_HEADER_BYTES = 16_384;
const WARN_EVERY_MS = 60_000;
const FULL = "Too many connections from your address are open. Close some, or try again in a minute.\n";
const FULL_HEADERS = { "Content-Type": "text/plain; charset=utf-8", "Retry-After": "60", Connection: "close" };

export function connectionLimitsOf(config: Config): ConnectionLimits {
  return { ...TIMES, most: config.MAX_CONNECTIONS, mostOfOne: config.MAX_CONNECTIONS_PER_ADDRESS };
}

/** What Node holds by itself. An upload takes as long as it takes, so Node has no limit for a whole request. */
export function serverOptions({ headersMs, idleMs, checkMs }: ConnectionLimits): ServerOptions {
  return {
    maxHeaderSize: MAX_HEADER_BYTES,
    headersTimeout: headersMs,
    requestTimeout: 0,
    keepAliveTimeout: idleMs,
    connectionsCheckingInterval: checkMs,
  };
}

export interface ConnectionRules {
  limits: ConnectionLimits;
  log: Logger;
  /** What a connection is counted by; undefined for a proxy's, which many people share. */
  networkOf(socket: Socket): string | undefined;
  /** What a call is counted by that came through a proxy. */
  clientOf(req: IncomingMessage): string | undefined;
  /** Whether a body may take any time, as long as it arrives. */
  isUpload(req: IncomingMessage): boolean;
}

/**
 * Keeps a stranger from holding connections: in number, and by being slow at whatever they do with one.
 * @returns asked for each request before anything else: false if it has been refused
 */
export function limitConnections(
  server: Server,
  rules: ConnectionRules,
): (req: IncomingMessage, res: ServerResponse) => boolean {
  const { limits } = rules;
  const counts = new Map<string, number>();
  const answering = new Set<Answering>();
  /** Connections without a request under way, with what will end them. */
  const waiting = new WeakMap<Socket, NodeJS.Timeout>();
  const underWay = new WeakMap<Socket, number>();
  let warnedAt = Number.NEGATIVE_INFINITY;

  /** Node's own limits begin anew with each byte, or end with a request: this one does not. */
  function awaitRequest(socket: Socket): void {
    clearTimeout(waiting.get(socket));
    waiting.set(socket, setTimeout(() => socket.destroy(), limits.headersMs + limits.idleMs).unref());
  }

  function take(name: string): boolean {
    const count = (counts.get(name) ?? 0) + 1;
    if (count > limits.mostOfOne) return warn({ of: "address" });
    counts.set(name, count);
    return true;
  }

  function giveBack(name: string): void {
    const count = (counts.get(name) ?? 1) - 1;
    if (count > 0) counts.set(name, count);
    else counts.delete(name);
  }

  function warn(what: { of: "address" | "all" }): false {
    if (performance.now() - warnedAt >= WARN_EVERY_MS) {
      warnedAt = performance.now();
      rules.log.warn({ event: "web.connections_full", ...what });
    }
    return false;
  }

  server.maxConnections = limits.most;
  server.on("drop", () => warn({ of: "all" }));
  server.on("connection", (socket: Socket) => {
    const network = rules.networkOf(socket);
    if (network !== undefined && !take(network)) return refuse(socket);
    awaitRequest(socket);
    socket.once("close", () => {
      if (network !== undefined) giveBack(network);
      clearTimeout(waiting.get(socket));
    });
  });

  const check = setInterval(() => endStalled(answering, limits.stalledMs), limits.checkMs).unref();
  server.once("close", () => clearInterval(check));

  return (req, res) => {
    const { socket } = req;
    clearTimeout(waiting.get(socket));
    underWay.set(socket, (underWay.get(socket) ?? 0) + 1);
    const answer = { socket, taken: 0, since: performance.now() };
    answering.add(answer);
    const client = rules.clientOf(req);
    const isTaken = client !== undefined && take(client);
    res.once("close", () => {
      answering.delete(answer);
      if (isTaken) giveBack(client);
      const left = (underWay.get(socket) ?? 1) - 1;
      underWay.set(socket, left);
      if (left === 0 && !socket.destroyed) awaitRequest(socket);
    });
    limitBody(req, res, limits, rules.isUpload(req));
    if (client === undefined || isTaken) return true;
    res.writeHead(429, FULL_HEADERS).end(FULL);
    return false;
  };
}

function limitBody(req: IncomingMessage, res: ServerResponse, limits: ConnectionLimits, isUpload: boolean): void {
  if (!hasBody(req)) return;
  const { socket } = req;
  const isLate = () => {
    if (req.complete) return;
    if (!res.headersSent) socket.write("HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n");
    socket.destroySoon();
  };
  const late = isUpload ? undefined : setTimeout(isLate, limits.bodyMs).unref();
  req.once("close", () => clearTimeout(late));
  res.once("finish", () => setTimeout(isLate, limits.lingerMs).unref());
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
}

interface Answering {
  socket: Socket;
  /** Bytes that the client has taken. */
  taken: number;
  /** Since when it has taken no more. */
  since: number;
}

function endStalled(answering: Iterable<Answering>, stalledMs: number): void {
  const now = performance.now();
  for (const answer of answering) {
    const { socket } = answer;
    const taken = socket.bytesWritten - socket.writableLength;
    if (socket.writableLength === 0 || taken !== answer.taken) Object.assign(answer, { taken, since: now });
    else if (now - answer.since >= stalledMs) socket.destroy();
  }
}

function refuse(socket: Socket): void {
  const headers = Object.entries(FULL_HEADERS).map(([name, value]) => `${name}: ${value}\r\n`);
  const length = `Content-Length: ${Buffer.byteLength(FULL)}\r\n`;
  socket.write(`HTTP/1.1 429 Too Many Requests\r\n${headers.join("")}${length}\r\n${FULL}`);
  socket.destroySoon();
}
