import type { Context } from "../../context.ts";
import { readModelStops } from "../../throttle/modelStop.ts";
import { listStops } from "../../throttle/providerStop.ts";
import { sayNextTrial } from "../../throttle/trial.ts";
import type { Finding } from "./invariant.ts";

const EXAMPLES = 10;

/** Why nothing new is sent: to an account, or for a model. */
export async function checkStops(ctx: Context): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const stop of await listStops(ctx)) {
    findings.push({
      id: "provider-stopped",
      explanation: `Nothing new has been sent to ${stop.provider} since ${stop.stoppedAt.toISOString()}: ${stop.message}`,
      count: 1,
      examples: [stop.code],
      repaired: 0,
      advice: `Fix the key, its permissions or the credit. ${sayNextTrial(stop)} Sending resumes when it is accepted.`,
    });
  }
  const models = await readModelStops(ctx);
  if (models.length > 0) {
    findings.push({
      id: "models-stopped",
      explanation: "The provider refuses some models, so nothing new is sent to them.",
      count: models.length,
      examples: models.slice(0, EXAMPLES).map(({ model }) => model),
      details: models
        .slice(0, EXAMPLES)
        .map(
          ({ model, message, stoppedAt, nextTrialAt }) =>
            `${model}, since ${stoppedAt.toISOString()}, tried next after ${nextTrialAt.toISOString()}: ${message}`,
        ),
      repaired: 0,
      advice:
        "Fix the problem, or choose another model for those companies. Sending resumes with the next small batch the provider accepts. To try now, run `livedash try-now`.",
    });
  }
  return findings;
}
