import type { Clock } from "../clock.ts";
import { RefusedError } from "./errors.ts";

const PATIENCE_MS = 15_000;

/**
 * The JSON object that is a call's body; none counts as empty. Nothing larger or slower than allowed is kept in memory.
 * @throws RefusedError `unsupported_media_type`, `too_large`, `body_too_slow`, `invalid_input`
 */
export async function readJson(request: Request, clock: Clock, maxBytes: number): Promise<Record<string, unknown>> {
  const text = await readText(request, clock, maxBytes);
  if (text === "") return {};
  requireType(request, "application/json");
  const { value, names } = parse(text);
  // A schema would leave this one out without a word.
  if (names.has("__proto__")) throw new RefusedError("invalid_input", "__proto__: is not an allowed field");
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return { ...value };
  throw new RefusedError("invalid_input", "The request body is not a JSON object.");
}

/** @throws RefusedError `unsupported_media_type` */
export function requireType(request: Request, type: string): void {
  const given = request.headers.get("content-type")?.split(";", 1)[0]?.trim().toLowerCase();
  if (given !== type) throw new RefusedError("unsupported_media_type", `The request body must be ${type}.`);
}

async function readText(request: Request, clock: Clock, maxBytes: number): Promise<string> {
  if (!request.body) return "";
  const reader = request.body.getReader();
  const arrived = new AbortController();
  const late = clock.sleep(PATIENCE_MS, arrived.signal).then(() => "late" as const);
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for (;;) {
      const next = await Promise.race([reader.read(), late]);
      if (next === "late") throw new RefusedError("body_too_slow", "The request body did not arrive in time.");
      if (next.done) return decode(Buffer.concat(chunks));
      bytes += next.value.byteLength;
      if (bytes > maxBytes) throw new RefusedError("too_large", `The request body is larger than ${maxBytes} bytes.`);
      chunks.push(next.value);
    }
  } finally {
    arrived.abort();
    // What is left unread is of no use to anybody; after a whole body this does nothing.
    reader.cancel().catch(() => {});
  }
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new RefusedError("invalid_input", "The request body is not valid UTF-8.");
  }
}

function parse(text: string): { value: unknown; names: ReadonlySet<string> } {
  const names = new Set<string>();
  try {
    const value: unknown = JSON.parse(text, (name, part) => {
      names.add(name);
      return part;
    });
    return { value, names };
  } catch {
    throw new RefusedError("invalid_input", "The request body is not valid JSON.");
  }
}
