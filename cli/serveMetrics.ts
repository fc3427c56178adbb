import type { PipelineContext } from "../lib/context.ts";
import { startMetricsServer } from "../web/startMetricsServer.ts";

/** Serves the metrics of this process without a key, where METRICS_PORT is set. Answers what ends that. */
export async function serveMetrics({ config, log, metrics }: PipelineContext): Promise<() => Promise<void>> {
  const { METRICS_HOST: host, METRICS_PORT: port } = config;
  if (port === undefined || !metrics) return async () => {};
  const server = await startMetricsServer({ metrics, log }, { host, port });
  log.info({ event: "metrics.listening", host, port: server.port });
  return server.close;
}
