import { cancelBatch } from "../../../lib/admin/batches/cancelBatch.ts";
import { callOperation } from "../../../lib/api/operation.ts";
import { atCommandLine } from "../../commandActor.ts";
import { inWords, print, printJson } from "../../printed.ts";
import { openPipelineRuntime } from "../../runtime.ts";

interface CancelOptions {
  reason: string;
  dryRun?: boolean;
  json?: boolean;
}

/** Cancels a batch at the provider. What it has finished is paid for and applied, the rest goes back. */
export async function cancel(id: string, { reason, dryRun = false, json }: CancelOptions): Promise<void> {
  const runtime = await openPipelineRuntime({ defaults: { LOG_LEVEL: "error" } });
  try {
    const answer = await callOperation(atCommandLine(runtime.ctx), cancelBatch, { id, reason, dryRun });
    if (json) return printJson(answer);
    const { changed, wouldChange, batch } = answer;
    if (wouldChange) print(`${wouldHappen(batch.openaiBatchId !== null)} Nothing was changed.\n`);
    else if (!changed) print("This batch was already cancelled, or is being cancelled.\n");
    else if (batch.status === "cancelled") print("Cancelled before it was sent. Its requests are pending again.\n");
    else
      print(
        "The provider is cancelling it. Finished lines will be applied at the next poll; the rest will be requeued.\n",
      );
    print(`Batch ${batch.id}: ${inWords(batch.status)}, ${batch.requestCount} lines.\n`);
  } finally {
    await runtime.close();
  }
}

function wouldHappen(isSent: boolean): string {
  if (!isSent) return "It would be cancelled before it is sent, and all its requests would be pending again.";
  return "The provider would be asked to cancel it. Finished lines would be paid for and applied, the rest requeued.";
}
