import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { PATH_HEADER } from "../lib/auth/headers.ts";
import type { PipelineContext } from "../lib/context.ts";
import { openAuthentication } from "../lib/platform-auth.ts";
import { setWebContext } from "../lib/webContext.ts";
import { countedBy, nameClient } from "./clientAddress.ts";
import { type ConnectionLimits, connectionLimitsOf, limitConnections, serverOptions } from "./connectionLimits.ts";
import { hostsAnswered, isLoopback } from "./hostHeader.ts";
import { listen } from "./listen.ts";
import { type Pages, preparePages } from "./preparePages.ts";
import { answerWholeServer, isWholeServer, readTarget, refuseTarget } from "./readTarget.ts";
import { API_CONTENT_SECURITY_POLICY, contentSecurityPolicy, securityHeaders } from "./securityHeaders.ts";
import { tidyAddress } from "./tidyAddress.ts";

export interface WebServer {
  /** The address for people, such as `http://localhost:3000`. */
  url: string;
  port: number;
  /** Ends live streams at once, gives other answers under way a moment, and closes every connection. */
  close(): Promise<void>;
}

/** What the server is given to serve. */
export interface Served {
  ctx: PipelineContext;
  /** Whether the emulator answers in place of a real provider. */
  emulated: boolean;
}

const NOT_HERE =
  "LiveDash only answers at localhost and at PUBLIC_URL. Behind a proxy, set PUBLIC_URL to the address that people open.";
const CLOSE_GRACE_MS = 2_000;

/**
 * Serves the console and the API. The port is taken first, so that a busy one is said at once; requests that come
 * before the pages are ready wait for them. One server a process: the pages find `web` on the global object.
 * @param options.port 0 for any free one
 * @param options.dev pages are compiled as they are asked for and follow changes of their sources
 * @param options.limits in place of those of the configuration
 * @throws LiveDashError `port_in_use`, `port_forbidden`, `host_unavailable`, `console_not_built`, `no_secret`
 */
export async function startWebServer(
  web: Served,
  options: { host: string; port: number; dev?: boolean; limits?: Partial<ConnectionLimits> },
): Promise<WebServer> {
  const dev = options.dev ?? false;
  const closing = new AbortController();
  const { promise: ready, resolve: setReady } = Promise.withResolvers<Pages>();
  const { log, newId } = web.ctx;
  const { TRUST_PROXY: trustProxy, PUBLIC_URL } = web.ctx.config;
  const isAnswered = hostsAnswered(options.host, PUBLIC_URL);
  // Pages watch it; it must also end them when this server alone is closed.
  const stopping = AbortSignal.any([web.ctx.stopping, closing.signal]);
  const headers = securityHeaders({ https: PUBLIC_URL?.startsWith("https:") ?? false });
  const auth = openAuthentication(web.ctx, { twoFactorRequired: web.ctx.config.TWO_FACTOR_REQUIRED ?? !web.emulated });
  const limits = { ...connectionLimitsOf(web.ctx.config), ...options.limits };
  const server = createServer(serverOptions(limits), (req, res) => {
    nameClient(req, { trustProxy });
    if (!isAdmitted(req, res)) return;
    answer(req, res, { ready, isAnswered, dev, headers, newId, stopping }).catch((error: unknown) => {
      log.error({ event: "web.request_failed", method: req.method, path: pathOf(req), error });
      res.destroy();
    });
  });
  const isAdmitted = limitConnections(server, { limits, log, ...countedBy({ trustProxy }), isUpload });
  // Nobody's proxy.
  server.on("connect", (_req, socket) => {
    socket.end("HTTP/1.1 405 Method Not Allowed\r\nConnection: close\r\n\r\n", () => socket.destroy());
  });
  const port = await listen(server, options.host, options.port);
  const close = async (pages?: Pages) => {
    closing.abort();
    await closeServer(server);
    await pages?.close();
  };
  try {
    setWebContext({ ...web, auth, ctx: { ...web.ctx, stopping } });
    const upgrades = dev ? relayUpgrades(server, isAnswered, closing.signal) : createServer();
    const pages = await preparePages({ host: options.host, port, dev, upgrades });
    setReady(pages);
    return { url: `http://${nameFor(options.host)}:${port}`, port, close: () => close(pages) };
  } catch (error) {
    await close();
    throw error;
  }
}

interface Serving {
  ready: Promise<Pages>;
  isAnswered(hostHeader: string | undefined): boolean;
  dev: boolean;
  newId(): string;
  stopping: AbortSignal;
  headers: Readonly<Record<string, string>>;
}

async function answer(req: IncomingMessage, res: ServerResponse, serving: Serving): Promise<void> {
  const refusal = isWholeServer(req) ? undefined : readTarget(req);
  const path = pathOf(req);
  const isApi = path.startsWith("/api/") || path === "/metrics";
  const policy = isApi ? API_CONTENT_SECURITY_POLICY : contentSecurityPolicy({ dev: serving.dev });
  for (const [name, value] of Object.entries(serving.headers)) res.setHeader(name, value);
  res.setHeader("Content-Security-Policy", policy);
  // The next call of this client is for another process.
  if (serving.stopping.aborted) res.setHeader("Connection", "close");
  if (!serving.isAnswered(req.headers.host)) {
    res.writeHead(421, { "Content-Type": "text/plain; charset=utf-8", Connection: "close" });
    res.end(`${NOT_HERE}\n`);
    return;
  }
  if (refusal) return refuseTarget(res, refusal, isApi ? { requestId: serving.newId() } : undefined);
  if (isWholeServer(req)) return answerWholeServer(res);
  if (!req.headers.host) return refuseTarget(res, { status: 400, sentence: "A Host header is required." });
  const tidy = req.method === "GET" && !isApi ? tidyAddress(req.url ?? "") : undefined;
  // Two slashes at its beginning would name another host.
  if (tidy?.match(/^\/(?!\/)/)) {
    res.writeHead(307, { Location: tidy }).end();
    return;
  }
  req.headers[PATH_HEADER] = req.url ?? "";
  // Next takes the nonce for its scripts from the request.
  req.headers["content-security-policy"] = policy;
  await (await serving.ready).answer(req, res);
}

/**
 * Next's development server talks to its pages over a web socket. It listens on this second server, which hears only
 * of those that may connect. In production nothing is relayed: Next would leave such a socket open for ever.
 */
function relayUpgrades(server: Server, isAnswered: Serving["isAnswered"], closing: AbortSignal): Server {
  const upgrades = createServer();
  server.on("upgrade", (req, socket, head) => {
    closing.addEventListener("abort", () => socket.destroy());
    if (!isAnswered(req.headers.host)) socket.destroy();
    else upgrades.emit("upgrade", req, socket, head);
  });
  return upgrades;
}

async function closeServer(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const graceful = new AbortController();
  await Promise.race([closed, delay(CLOSE_GRACE_MS, undefined, { signal: graceful.signal }).catch(() => {})]);
  graceful.abort();
  server.closeAllConnections();
  await closed;
}

function nameFor(host: string): string {
  if (isLoopback(host) || host === "0.0.0.0" || host === "::") return "localhost";
  return host.includes(":") ? `[${host}]` : host;
}

/** A file takes as long as it takes; what reads it asks that it goes on arriving. */
function isUpload(req: IncomingMessage): boolean {
  return (req.headers["content-type"] ?? "").startsWith("text/csv");
}

/** Without the query: it may hold what a person searched for. */
function pathOf(req: IncomingMessage): string {
  return (req.url ?? "").split("?", 1)[0] ?? "";
}
