import type { EmulatorContext } from "../context.ts";
import { noSuchBatch } from "../errors.ts";
import { findFault } from "../faults/registry.ts";
import type { Call } from "../http/call.ts";
import { json, type Reply } from "../http/reply.ts";
import { viewBatch } from "./viewBatch.ts";

/** GET /v1/batches/{id} */
export function retrieveBatch(emulator: EmulatorContext, _call: Call, id: string): Reply {
  const batch = emulator.store.batch(id);
  if (!batch) throw noSuchBatch(id);
  const now = emulator.clock.now();
  for (const { kind, params } of batch.faults) findFault(kind)?.onRetrieve?.(batch, now, params);
  return json(viewBatch(batch, now));
}
