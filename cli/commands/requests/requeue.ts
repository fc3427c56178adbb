import { createBulkRequeue } from "../../../lib/admin/bulk/createBulkRequeue.ts";
import { readBulkRequeue } from "../../../lib/admin/bulk/readBulkRequeue.ts";
import { requeueRequests } from "../../../lib/admin/requests/requeueRequests.ts";
import { RefusedError } from "../../../lib/api/errors.ts";
import { type CallContext, callOperation } from "../../../lib/api/operation.ts";
import { inEuros, print, printJson } from "../../printed.ts";
import { runOrWait } from "../../runOrWait.ts";
import { withOperations } from "../../withRuntime.ts";
import { filterOf, type RequestOptions } from "./filter.ts";

interface RequeueOptions extends RequestOptions {
  all?: boolean;
  reason: string;
  yes?: boolean;
  dryRun?: boolean;
  json?: boolean;
}

const NOT_DONE = "Nothing was changed. Run this again with --yes to requeue them.\n";

/** Says what requeueing failed requests would come to, by their ids or a filter; with `yes` it does it. */
export function requeue(ids: string[], options: RequeueOptions): Promise<void> {
  return withOperations(async (ctx) => {
    const { all, reason, yes = false, dryRun = false, json = false, ...chosen } = options;
    if (yes && dryRun) throw refused("Use either --yes or --dry-run, not both.");
    const filter = await filterOf(ctx, chosen, "processing_failed");
    const isNarrowed = Object.keys(filter).length > 0;
    if ([ids.length > 0, isNarrowed, all].filter(Boolean).length !== 1) {
      throw refused("Say which requests: give their ids, or filters such as --error-code, or --all.");
    }
    const say = json ? printJson : undefined;
    if (ids.length > 0) await requeueIds(ctx, ids, { yes, say });
    else await requeueMatching(ctx, filter, { reason, yes, say });
  });
}

interface How {
  yes: boolean;
  /** How the answer is printed where it is asked for as it is. */
  say: ((answer: unknown) => void) | undefined;
}

async function requeueIds(ctx: CallContext, requestIds: string[], { yes, say }: How): Promise<void> {
  const answer = await callOperation(ctx, requeueRequests, { requestIds, preview: !yes });
  if (say) return say(answer);
  const { requeuedCount, skippedCount, notFoundCount, estimatedCostEur } = answer;
  if (!yes) print(costLine(requeuedCount, estimatedCostEur ?? null));
  if (skippedCount + notFoundCount > 0) print(`Left out: ${skippedCount} not failed, ${notFoundCount} not found.\n`);
  print(yes ? `Requeued: ${requeuedCount}.\n` : NOT_DONE);
}

async function requeueMatching(ctx: CallContext, filter: object, { reason, yes, say }: How & { reason: string }) {
  const asked = await callOperation(ctx, createBulkRequeue, { filter, reason, preview: !yes });
  if (!asked.bulk) {
    if (say) return say(asked);
    return print(`${costLine(countOf(asked), asked.estimatedCostEur)}${NOT_DONE}`);
  }
  // A worker may have it already; there may be none that runs.
  if (asked.jobId) await runOrWait(ctx, asked.jobId);
  const { bulk } = await callOperation(ctx, readBulkRequeue, { id: asked.bulk.id });
  if (say) return say({ ...asked, bulk });
  print(costLine(countOf(asked), asked.estimatedCostEur));
  print(`Requeued: ${bulk.requeued}; skipped: ${bulk.skipped} (bulk requeue ${bulk.id}, ${bulk.status}).\n`);
  if (bulk.status === "running" || bulk.status === "waiting") print("The next worker will requeue the rest.\n");
  if (bulk.status === "failed") throw refused(bulk.message ?? "The bulk requeue failed.");
}

const costLine = (count: string | number, eur: string | null) =>
  `Failed requests: ${count}. Requeueing them costs ${eur === null ? "an unknown amount" : inEuros(eur)}.\n`;

const countOf = ({ matched, atLeast }: { matched: number; atLeast: boolean }) =>
  atLeast ? `${matched} or more` : String(matched);

function refused(sentence: string): RefusedError {
  return new RefusedError("invalid_input", sentence);
}
