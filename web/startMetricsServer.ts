import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { PipelineContext } from "../lib/context.ts";
import type { Metrics } from "../lib/observability/metrics.ts";
import { readHealth } from "../lib/observability/pulse.ts";
import { hostsAnswered } from "./hostHeader.ts";
import { listen } from "./listen.ts";

export interface MetricsServer {
  port: number;
  close(): Promise<void>;
}

type Served = Pick<PipelineContext, "log" | "stopping" | "pulse"> & { metrics: Metrics };

const METRICS = "/metrics";
/** Whether its schedulers keep to their times: whoever starts processes anew asks it. */
const HEALTH = "/health";
const NO_STORE = { "Cache-Control": "no-store" };
const SECONDS = 1_000;
/** Few ask, and each for a moment. */
const LIMITS = { headersTimeout: 5 * SECONDS, requestTimeout: 5 * SECONDS, connectionsCheckingInterval: SECONDS };
const MOST_CONNECTIONS = 50;

/**
 * Serves the metrics and how the process is, and nothing else, to whoever reaches this address: it asks for no key.
 * @param options.port 0 for any free one
 * @throws LiveDashError `port_in_use`, `port_forbidden`, `host_unavailable`
 */
export async function startMetricsServer(ctx: Served, options: { host: string; port: number }): Promise<MetricsServer> {
  const isAnswered = hostsAnswered(options.host);
  const server = createServer(LIMITS, (req, res) => {
    const refusal = refuse(req, isAnswered);
    if (refusal) say(res, refusal.status, refusal.sentence);
    else if (pathOf(req) === HEALTH) answerHealth(res, ctx);
    else void answerMetrics(res, ctx);
  });
  server.maxConnections = MOST_CONNECTIONS;
  const port = await listen(server, options.host, options.port, { host: "METRICS_HOST", port: "METRICS_PORT" });
  return {
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function refuse(
  req: IncomingMessage,
  isAnswered: (hostHeader: string | undefined) => boolean,
): { status: number; sentence: string } | undefined {
  if (!isAnswered(req.headers.host)) {
    return {
      status: 421,
      sentence: "This is only served at localhost. To use another name, set METRICS_HOST.",
    };
  }
  if (![METRICS, HEALTH].includes(pathOf(req))) {
    return { status: 404, sentence: `Only ${METRICS} and ${HEALTH} are served here.` };
  }
  if (req.method !== "GET" && req.method !== "HEAD") return { status: 405, sentence: "Only GET is allowed here." };
  return undefined;
}

const pathOf = (req: IncomingMessage) => (req.url ?? "").split("?", 1)[0] ?? "";

function answerHealth(res: ServerResponse, ctx: Served): void {
  const health = readHealth(ctx);
  res.writeHead(health.ok ? 200 : 503, { "Content-Type": "application/json", ...NO_STORE });
  res.end(JSON.stringify(health));
}

async function answerMetrics(res: ServerResponse, { metrics, log }: Served): Promise<void> {
  try {
    const text = await metrics.render();
    res.writeHead(200, { "Content-Type": metrics.type, ...NO_STORE }).end(text);
  } catch (error) {
    log.error({ event: "metrics.failed", error });
    say(res, 500, "The metrics could not be read. The log says why.");
  }
}

function say(res: ServerResponse, status: number, sentence: string): void {
  const headers = { "Content-Type": "text/plain; charset=utf-8", ...NO_STORE };
  res.writeHead(status, { ...headers, ...(status === 405 ? { Allow: "GET, HEAD" } : {}) }).end(`${sentence}\n`);
}
