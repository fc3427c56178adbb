import type { PipelineContext } from "../lib/context.ts";
import { startMetricsServer } from "../web/startMetricsServer.ts";

/** Serves the metrics of this process and how it is, without a key, where METRICS_PORT is set. Answers what ends that. */
export async function serveMetrics({ config, metrics, ...ctx }: PipelineContext): Promise<() => Promise<void>> {
  const { METRICS_HOST: host, METRICS_PORT: port } = config;
  if (port === undefined || !metrics) return async () => {};
  const server = await startMetricsServer({ ...ctx, metrics }, { host, port });
  ctx.log.info({ event: "metrics.listening", host, port: server.port });
  return server.close;
}
