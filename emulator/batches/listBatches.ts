import type { EmulatorContext } from "../context.ts";
import { findFault } from "../faults/registry.ts";
import type { Call } from "../http/call.ts";
import { listPage, readLimit } from "../http/listPage.ts";
import type { Reply } from "../http/reply.ts";
import { viewBatch } from "./batchView.ts";

/** GET /v1/batches?after&limit: newest first. */
export function listBatches(emulator: EmulatorContext, call: Call): Reply {
  const now = emulator.clock.now();
  const listed = emulator.store
    .batches()
    .filter((batch) => batch.faults.every(({ kind, params }) => findFault(kind)?.onList?.(batch, now, params) ?? true))
    .reverse();
  return listPage(call, listed, readLimit(call, 20, 100), (batch) => viewBatch(batch, now));
}
