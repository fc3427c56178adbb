import type { IncomingMessage, ServerResponse } from "node:http";

const METHODS = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);
const ALLOW = [...METHODS].join(", ");
/** Below it lie files alone. */
const FILES = "/_next/";

interface Refusal {
  status: number;
  sentence: string;
  headers?: Record<string, string>;
}

/**
 * Judges the first line of a request and its Host before anything else sees it: the pages' server answers 500 to addresses
 * and methods that it does not expect. An address that names a host, as clients of a proxy send it, is shortened to its path.
 */
export function readTarget(req: IncomingMessage): Refusal | undefined {
  const method = req.method ?? "";
  if (!METHODS.has(method)) return notAllowed(ALLOW);
  if (req.rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === "host").length > 1) {
    return bad("Only one Host header is allowed.");
  }
  const target = shorten(req);
  if (target === undefined) return bad("The address in the first line of the request is not valid.");
  const [path = "", query] = target.split("?", 2);
  if (!isText(path)) return bad("The path is not valid percent-encoded UTF-8.");
  req.url = query === undefined ? path : target;
  if (!path.startsWith(FILES)) return undefined;
  // It is free to be ignored, and files are small.
  delete req.headers.range;
  return method === "GET" || method === "HEAD" ? undefined : notAllowed("GET, HEAD");
}

/** @param api whether it is a call of the API, which is refused in its own form */
export function refuseTarget(res: ServerResponse, { status, sentence, headers }: Refusal, api?: { requestId: string }) {
  const type = api ? "application/json" : "text/plain; charset=utf-8";
  res.writeHead(status, { "Content-Type": type, "Cache-Control": "no-store", ...headers });
  const code = status === 405 ? "method_not_allowed" : "invalid_input";
  res.end(api ? JSON.stringify({ ok: false, error: { code, message: sentence, ...api } }) : `${sentence}\n`);
}

/** What stands for the whole server, which `OPTIONS` may be asked about. */
export function isWholeServer(req: IncomingMessage): boolean {
  return req.method === "OPTIONS" && req.url === "*";
}

export function answerWholeServer(res: ServerResponse): void {
  res.writeHead(204, { Allow: ALLOW }).end();
}

/** The path and query of the address; undefined if it has none. */
function shorten(req: IncomingMessage): string | undefined {
  // Bytes that are no ASCII come as they are, one a character.
  const target = (req.url ?? "").replaceAll(
    /[^!-~]/g,
    (byte) => `%${byte.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
  if (target.startsWith("/")) return target;
  const whole = /^https?:\/\//i.test(target) ? URL.parse(target) : null;
  if (!whole) return undefined;
  req.headers.host = whole.host;
  return whole.pathname + whole.search;
}

/** Whether it is text without NUL once its percent signs are resolved. */
function isText(path: string): boolean {
  try {
    return !decodeURIComponent(path).includes("\0");
  } catch {
    return false;
  }
}

function bad(sentence: string): Refusal {
  return { status: 400, sentence };
}

function notAllowed(allow: string): Refusal {
  return { status: 405, sentence: `This method is not allowed here. Use one of ${allow}.`, headers: { Allow: allow } };
}
