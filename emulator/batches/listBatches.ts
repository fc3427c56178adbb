import type { EmulatorContext } from "../context.ts";
import { findFault } from "../faults/registry.ts";
import type { Call } from "../http/call.ts";
import { listPage, readLimit } from "../http/listPage.ts";
import type { Reply } from "../http/reply.ts";
import { digest } from "../random.ts";
import { viewBatch } from "./viewBatch.ts";

/** GET /v1/batches?after&limit: newest first, unless a fault wants another order. */
export function listBatches(emulator: EmulatorContext, call: Call): Reply {
  const now = emulator.clock.now();
  const listed = emulator.store
    .batches()
    .filter((batch) => batch.faults.every(({ kind, params }) => findFault(kind)?.onList?.(batch, now, params) ?? true))
    .reverse();
  if (call.listOrder === "oldest_first") listed.reverse();
  if (call.listOrder === "shuffled") listed.sort((a, b) => (digest(a.id) < digest(b.id) ? -1 : 1));
  return listPage(call, listed, readLimit(call, 20, 100), (batch) => {
    const view = viewBatch(batch, now);
    return batch.faults.reduce((shown, { kind, params }) => findFault(kind)?.onListed?.(shown, params) ?? shown, view);
  });
}
