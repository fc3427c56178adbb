import { answerNow } from "../answers/answerNow.ts";
import { endpoints } from "../answers/endpoints.ts";
import { cancelBatch } from "../batches/cancelBatch.ts";
import { createBatch } from "../batches/createBatch.ts";
import { listBatches } from "../batches/listBatches.ts";
import { retrieveBatch } from "../batches/retrieveBatch.ts";
import { controlRoutes } from "../control/controlRoutes.ts";
import { ApiError } from "../errors.ts";
import { deleteFile } from "../files/deleteFile.ts";
import { downloadFile } from "../files/downloadFile.ts";
import { listFiles } from "../files/listFiles.ts";
import { retrieveFile } from "../files/retrieveFile.ts";
import { uploadFile } from "../files/uploadFile.ts";
import type { Call } from "./call.ts";
import type { Handler, Route } from "./handler.ts";
import { json } from "./reply.ts";

/** Every route: method, path with at most one `:id`, handler. */
const routes: readonly Route[] = [
  ["GET", "/healthz", () => json({ ok: true })],
  ["POST", "/v1/files", uploadFile],
  ["GET", "/v1/files", listFiles],
  ["GET", "/v1/files/:id", retrieveFile],
  ["DELETE", "/v1/files/:id", deleteFile],
  ["GET", "/v1/files/:id/content", downloadFile],
  ["POST", "/v1/batches", createBatch],
  ["GET", "/v1/batches", listBatches],
  ["GET", "/v1/batches/:id", retrieveBatch],
  ["POST", "/v1/batches/:id/cancel", cancelBatch],
  ...Object.keys(endpoints).map((path): Route => ["POST", path, answerNow]),
  ...controlRoutes,
];

const patterns = routes.map(([method, path, handler]) => ({
  method,
  handler,
  name: `${method} ${path}`,
  isApi: path.startsWith("/v1/"),
  pattern: new RegExp(`^${path.replace(":id", "([^/]+)")}$`),
}));

/** Finds the route of a call; an unknown path is a 404, a known one with another method a 405. */
export function findRoute(call: Call): { name: string; id: string; handler: Handler } {
  let known = false;
  for (const { method, name, handler, isApi, pattern } of patterns) {
    const match = isApi === call.isApi ? pattern.exec(call.path) : null;
    if (!match) continue;
    known = true;
    if (method === call.method) return { name, handler, id: decodeId(match[1] ?? "") };
  }
  if (known)
    throw new ApiError(405, `Not allowed to ${call.method} on ${call.path}.`, { code: "method_not_supported" });
  throw new ApiError(404, `Unknown request URL: ${call.method} ${call.path}.`, { code: "unknown_url" });
}

function decodeId(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
