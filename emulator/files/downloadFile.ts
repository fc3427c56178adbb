import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import type { EmulatorContext } from "../context.ts";
import { ApiError, noSuchFile } from "../errors.ts";
import type { Call } from "../http/call.ts";
import type { Reply } from "../http/reply.ts";

/** GET /v1/files/{id}/content: the bytes, or one range of them when the call asks for `Range: bytes=a-b`. */
export async function downloadFile(emulator: EmulatorContext, call: Call, id: string): Promise<Reply> {
  const file = emulator.store.file(id);
  if (!file) throw noSuchFile(id);
  const path = emulator.store.contentPath(id);
  const range = readRange(call.request.headers.range, file.bytes);
  const start = range?.start ?? 0;
  const end = range?.end ?? file.bytes - 1;
  await (await open(path, "r")).close();
  return {
    kind: "stream",
    status: range ? 206 : 200,
    bytes: end - start + 1,
    open: () => createReadStream(path, { start, end: Math.max(start, end) }),
    headers: {
      "content-type": "application/octet-stream",
      "accept-ranges": "bytes",
      "content-disposition": `attachment; filename*=UTF-8''${encodeURIComponent(file.filename)}`,
      ...(range && { "content-range": `bytes ${start}-${end}/${file.bytes}` }),
    },
  };
}

/** The same as a store of files elsewhere does it: its address is signed, and a key beside that is refused. */
export function downloadElsewhere(emulator: EmulatorContext, call: Call, id: string): Promise<Reply> {
  if (call.request.headers.authorization === undefined) return downloadFile(emulator, call, id);
  throw new ApiError(400, "Only one way to authenticate is allowed: the address is signed, and Authorization is set.");
}

function readRange(header: string | undefined, bytes: number): { start: number; end: number } | null {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? "");
  const [, from = "", to = ""] = match ?? [];
  if (from === "" && to === "") return null;
  const start = from === "" ? Math.max(0, bytes - Number(to)) : Number(from);
  const end = from === "" || to === "" ? bytes - 1 : Math.min(Number(to), bytes - 1);
  if (start <= end) return { start, end };
  throw new ApiError(416, "The requested range is not satisfiable.", {
    headers: { "content-range": `bytes */${bytes}` },
  });
}
