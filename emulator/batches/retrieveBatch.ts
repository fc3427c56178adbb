import type { EmulatorContext } from "../context.ts";
import { noSuchBatch } from "../errors.ts";
import type { Call } from "../http/call.ts";
import { json, type Reply } from "../http/reply.ts";
import { viewBatch } from "./batchView.ts";

/** GET /v1/batches/{id} */
export function retrieveBatch(emulator: EmulatorContext, _call: Call, id: string): Reply {
  const batch = emulator.store.batch(id);
  if (!batch) throw noSuchBatch(id);
  return json(viewBatch(batch, emulator.clock.now()));
}
