import { readModelStops } from "../../batch/modelStop.ts";
import { readStop } from "../../batch/providerStop.ts";
import type { Context } from "../../context.ts";
import type { Finding } from "./invariant.ts";

const EXAMPLES = 10;

/** Why nothing new is sent: to the provider, or for a model. */
export async function checkStops(ctx: Context): Promise<Finding[]> {
  const findings: Finding[] = [];
  const stop = await readStop(ctx);
  if (stop) {
    findings.push({
      id: "provider-stopped",
      explanation: `Nothing new is sent since ${stop.stoppedAt.toISOString()}: ${stop.message}`,
      count: 1,
      examples: [stop.code],
      repaired: 0,
      advice: "Mend the key, its rights or the credit; the next batch that gets through lifts the stop.",
    });
  }
  const models = await readModelStops(ctx);
  if (models.length > 0) {
    findings.push({
      id: "models-stopped",
      explanation: "Nothing new is sent for models that the provider refuses.",
      count: models.length,
      examples: models.slice(0, EXAMPLES).map(({ model }) => model),
      details: models
        .slice(0, EXAMPLES)
        .map(({ model, message, stoppedAt }) => `${model}, since ${stoppedAt.toISOString()}: ${message}`),
      repaired: 0,
      advice:
        "Mend what it says, or give those companies another model; the next batch that gets through lifts the stop.",
    });
  }
  return findings;
}
