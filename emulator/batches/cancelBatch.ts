import type { EmulatorContext } from "../context.ts";
import { ApiError, noSuchBatch } from "../errors.ts";
import type { Call } from "../http/call.ts";
import { json, type Reply } from "../http/reply.ts";
import { isOver } from "../store/records.ts";
import { viewBatch } from "./viewBatch.ts";

/** POST /v1/batches/{id}/cancel: an active batch turns `cancelling`; one cancelled already is answered as it is. */
export function cancelBatch(emulator: EmulatorContext, _call: Call, id: string): Reply {
  const { store, clock, runners } = emulator;
  const batch = store.batch(id);
  if (!batch) throw noSuchBatch(id);
  if (isOver(batch) && batch.status !== "cancelled") {
    throw new ApiError(409, `Cannot cancel a batch with status '${batch.status}'.`);
  }
  if (!isOver(batch) && batch.status !== "cancelling") {
    const runner = runners.get(id);
    batch.linesRunAtCancel = batch.linesWritten ? null : (runner?.linesRun ?? 0);
    batch.status = "cancelling";
    batch.cancellingAt = clock.now();
    store.saveBatch(batch);
    runner?.interrupt();
  }
  return json(viewBatch(batch, clock.now()));
}
