import type { EmulatorContext } from "../context.ts";
import { invalidValue } from "../errors.ts";
import type { Call } from "../http/call.ts";
import { listPage, readLimit } from "../http/listPage.ts";
import type { Reply } from "../http/reply.ts";
import { viewFile } from "./fileView.ts";

/** GET /v1/files?purpose&limit&order&after: newest first unless `order=asc`. */
export function listFiles(emulator: EmulatorContext, call: Call): Reply {
  const limit = readLimit(call, 10_000, 10_000);
  const order = call.query.get("order") ?? "desc";
  if (order !== "asc" && order !== "desc") throw invalidValue("order", "'asc' and 'desc'");
  const now = emulator.clock.now();
  const purpose = call.query.get("purpose");
  const files = emulator.store.files().filter((file) => purpose === null || file.purpose === purpose);
  return listPage(call, order === "asc" ? files : files.reverse(), limit, (file) => viewFile(file, now));
}
