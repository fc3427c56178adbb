import type { EmulatorContext } from "../context.ts";
import { noSuchFile } from "../errors.ts";
import type { Call } from "../http/call.ts";
import { json, type Reply } from "../http/reply.ts";
import { viewFile } from "./fileView.ts";

/** GET /v1/files/{id} */
export function retrieveFile(emulator: EmulatorContext, _call: Call, id: string): Reply {
  const file = emulator.store.file(id);
  if (!file) throw noSuchFile(id);
  return json(viewFile(file, emulator.clock.now()));
}
