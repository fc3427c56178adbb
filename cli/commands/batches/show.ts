import { readBatch } from "../../../lib/admin/batches/readBatch.ts";
import { callOperation } from "../../../lib/api/operation.ts";
import { inUtc, inWords, print, printJson, textFacts, textTable } from "../../printed.ts";
import { withProvider } from "../../withRuntime.ts";

/** Prints one batch: how it stands, its life so far, what became of its lines, and the provider's errors. What its provider can do says when it may be let go. */
export function show(id: string, { json }: { json?: boolean }): Promise<void> {
  return withProvider(async (ctx) => {
    const answer = await callOperation(ctx, readBatch, { id });
    if (json) return printJson(answer);
    const { batch, timeline, outcomes, errors } = answer;
    const { succeeded, failed, requeued } = outcomes;
    print(
      textFacts({
        Batch: batch.id,
        Status: inWords(batch.status),
        Company: batch.companyName,
        Model: batch.model,
        Provider: batch.provider,
        "Provider's id": batch.openaiBatchId,
        "Provider says": batch.providerStatus && inWords(batch.providerStatus),
        Lines: `${batch.requestCount}: ${succeeded} succeeded, ${failed} failed, ${requeued} requeued`,
        Cost: `EUR ${outcomes.costEur}${batch.estimatedCostEur ? `, estimated at EUR ${batch.estimatedCostEur}` : ""}`,
        Expires: inUtc(batch.expiresAt),
        Error: batch.errorCode && `${batch.errorCode}: ${batch.errorMessage ?? ""}`,
        Stuck: batch.stuck && `${batch.stuck.message} since ${inUtc(batch.stuck.since)}`,
        "Given up":
          batch.givenUp && `${inUtc(batch.givenUp.at)} by ${batch.givenUp.by ?? "?"}: ${batch.givenUp.reason}`,
      }),
    );
    print(
      `\n${textTable(
        ["WHEN", "WHAT"],
        timeline.map(({ at, event }) => [inUtc(at), inWords(event)]),
      )}`,
    );
    if (errors.length === 0) return;
    const rows = errors.map(({ line, code, message }) => [line ?? "all", code, message]);
    print(`\n${textTable(["LINE", "ERROR CODE", "MESSAGE"], rows)}`);
  });
}
