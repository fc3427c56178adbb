import { refuseWhileAway } from "../../../lib/api/databaseAway.ts";
import { RefusedError } from "../../../lib/api/errors.ts";
import type { Download } from "../../../lib/api/operation.ts";
import type { WebContext } from "../../../lib/webContext.ts";

const NO_STORE = { "Cache-Control": "no-store" };

export function answerJson(answer: unknown, requestId: string, status = 200): Response {
  const headers = { ...NO_STORE, "X-Request-Id": requestId };
  return Response.json({ ok: true, ...(answer as object) }, { status, headers });
}

/** @param hasBody false: the headers alone, for HEAD */
export function answerDownload(download: Download, requestId: string, hasBody: boolean): Response {
  const { type, fileName, content } = download;
  const disposition: Record<string, string> = fileName
    ? { "Content-Disposition": `attachment; filename="${fileName.replaceAll(/[^\w.-]/g, "_")}"` }
    : {};
  // Compressed by Next or buffered by a proxy, a stream would be held back.
  const headers = {
    "Content-Type": type,
    "Cache-Control": "no-store, no-transform",
    "X-Accel-Buffering": "no",
    "X-Request-Id": requestId,
  };
  return new Response(hasBody ? content : null, { headers: { ...headers, ...disposition } });
}

/** Says where an address is now: to be called there in the same way, with the same body. */
export function answerMoved(location: string, requestId: string): Response {
  return new Response(null, { status: 308, headers: { ...NO_STORE, Location: location, "X-Request-Id": requestId } });
}

/** A refusal says what is wrong; a fault of our own says only under which id it stands in the log. */
export function answerError(web: WebContext, error: unknown, call: { requestId: string; operation: string }): Response {
  const { requestId } = call;
  if (error instanceof RefusedError) return answerRefusal(error, requestId);
  web.ctx.log.error({ event: "api.failed", ...call, error });
  const away = refuseWhileAway(error);
  if (away) return answerRefusal(away, requestId);
  const message = `Something went wrong on our side. Look for the request id ${requestId} in the log.`;
  return Response.json(
    { ok: false, error: { code: "internal", message, requestId } },
    { status: 500, headers: { ...NO_STORE, "X-Request-Id": requestId } },
  );
}

function answerRefusal({ code, message, status, retryAfter }: RefusedError, requestId: string): Response {
  const headers: Record<string, string> = { ...NO_STORE, "X-Request-Id": requestId };
  if (retryAfter !== undefined) headers["Retry-After"] = String(retryAfter);
  return Response.json({ ok: false, error: { code, message, requestId } }, { status, headers });
}
