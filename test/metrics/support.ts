import { openMeasuring } from "../../cli/measuring.ts";
import { oneAccount } from "../../lib/accounts/openAccounts.ts";
import type { PipelineContext } from "../../lib/context.ts";
import type { Metrics } from "../../lib/observability/metrics.ts";
import { runScheduler } from "../../lib/schedulers/runScheduler.ts";
import { addSessions, runUntilIdle, type TestPipeline } from "../support/pipeline.ts";
import { type Metric, readMetricsText } from "./read.ts";

/** The same worker, measured as a process of its own would be. */
export function measure(ctx: PipelineContext): PipelineContext & { metrics: Metrics } {
  const { metrics, measured } = openMeasuring(ctx);
  return { ...ctx, ...oneAccount(measured(ctx.provider)), metrics };
}

/**
 * What is measured once there is something of everything: 7 requests are complete and 3 pending, the scheduler `limit-clearing` has
 * run and `reaper` has failed.
 */
export async function measureWork(pipeline: TestPipeline): Promise<Map<string, Metric>> {
  const ctx = measure(pipeline.ctx);
  await addSessions(ctx, 7);
  await runScheduler(ctx, { name: "limit-clearing", run: async () => ({ cleared: 0 }) });
  const failing = { name: "reaper" as const, run: () => Promise.reject(new Error("It does not work")) };
  await runScheduler(ctx, failing).catch(() => {});
  await runUntilIdle(ctx);
  await addSessions(ctx, 3, { company: "Later" });
  return readMetricsText(await ctx.metrics.render());
}
