import { openReport } from "../lib/admin/metrics/report.ts";
import type { Context } from "../lib/context.ts";
import { type Metrics, openMetrics } from "../lib/observability/metrics.ts";
import type { BatchProvider } from "../lib/providers/contract/provider.ts";
import { measuredProvider } from "../lib/providers/measuredProvider.ts";

/** What a process measures of itself, and a provider whose calls are among it. */
export function openMeasuring(ctx: Context): {
  metrics: Metrics;
  measured(provider: BatchProvider): BatchProvider;
} {
  const pools = { app: ctx.db, ...(ctx.tenantDb ? { tenant: ctx.tenantDb } : {}) };
  const metrics = openMetrics(pools, openReport(ctx));
  const now = () => performance.now();
  return { metrics, measured: (provider) => measuredProvider(provider, { now, ended: metrics.callEnded }) };
}
