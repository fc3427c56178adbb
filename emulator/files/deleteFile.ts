import type { EmulatorContext } from "../context.ts";
import { noSuchFile } from "../errors.ts";
import type { Call } from "../http/call.ts";
import { json, type Reply } from "../http/reply.ts";

/** DELETE /v1/files/{id} */
export function deleteFile(emulator: EmulatorContext, _call: Call, id: string): Reply {
  if (!emulator.store.file(id)) throw noSuchFile(id);
  emulator.store.deleteFile(id);
  emulator.ledger.counts.filesDeleted += 1;
  return json({ id, object: "file", deleted: true });
}
