import { isOver } from "../../batches/states.ts";
import { AIBatchRequestStatus } from "../../db/enums.ts";
import { FAILURES } from "../../failures.ts";
import { inLowerCase } from "../overview/countBatches.ts";
import { type Family, gaugeBy, single } from "./family.ts";
import type { State } from "./readState.ts";
import { schedulerFamilies } from "./schedulerFamilies.ts";
import { spendFamilies } from "./spendFamilies.ts";

const LIVE = Object.values(AIBatchRequestStatus).filter((status) => !isOver(status));
const NO_FAILURES = Object.fromEntries(Object.keys(FAILURES).map((code) => [code, 0]));

/** What is shown of the installation. A status or a code that nothing has is shown with 0. */
export function familiesOf(state: State): Family[] {
  const { at, oldestRequests: requests, oldestBatches } = state;
  const age = (since: Date | null | undefined) => (since ? secondsBetween(since, at) : 0);
  return [
    gaugeBy("status", "livedash_requests", "Requests in each status.", state.requests),
    gaugeBy("status", "livedash_batches", "Batches in each status.", inLowerCase(state.batches)),
    gaugeBy(
      "status",
      "livedash_oldest_request_age_seconds",
      "How long ago the oldest request was made that is not over, by status; 0 where there is none.",
      {
        pending_batching: age(requests.pending_batching),
        batching_in_progress: age(requests.batching_in_progress),
      },
    ),
    gaugeBy(
      "status",
      "livedash_oldest_batch_age_seconds",
      "How long ago the oldest batch was made that is not over, by status; 0 where there is none.",
      Object.fromEntries(LIVE.map((status) => [status.toLowerCase(), age(oldestBatches.get(status))])),
    ),
    single("livedash_batches_stuck", "Batches that are stuck.", state.stuck),
    gaugeBy("movement", "livedash_requests_last_hour", "Requests that moved on in the last hour.", state.lastHour),
    gaugeBy("code", "livedash_request_failures_last_hour", "Requests that failed for good in the last hour.", {
      ...NO_FAILURES,
      ...Object.fromEntries(state.failures),
    }),
    ...spendFamilies(state.today),
    single(
      "livedash_accounts_stopped",
      "Accounts to which nothing new is sent: they refuse it.",
      state.accountsStopped,
    ),
    single("livedash_models_stopped", "Models for which nothing new is sent: they are refused.", state.modelsStopped),
    single("livedash_spending_stopped", "Whether someone has stopped all spending.", state.spendingStopped),
    ...schedulerFamilies(at, state.schedulers),
  ];
}

/** Clocks may differ by a little: nothing is younger than now. */
function secondsBetween(from: Date, to: Date): number {
  return Math.max(0, to.getTime() - from.getTime()) / 1000;
}
