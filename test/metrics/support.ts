import { openMeasuring } from "../../cli/measuring.ts";
import { oneAccount } from "../../lib/accounts/openAccounts.ts";
import type { PipelineContext } from "../../lib/context.ts";
import type { Metrics } from "../../lib/observability/metrics.ts";

/** The same worker, measured as a process of its own would be. */
export function measure(ctx: PipelineContext): PipelineContext & { metrics: Metrics } {
  const { metrics, measured } = openMeasuring(ctx);
  return { ...ctx, ...oneAccount(measured(ctx.provider)), metrics };
}
