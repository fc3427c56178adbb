import { RefusedError } from "../../../lib/api/errors.ts";
import type { Operation } from "../../../lib/api/operation.ts";
import { readJson, requireType } from "../../../lib/api/readJson.ts";
import type { Clock } from "../../../lib/clock.ts";

const MAX_BODY_BYTES = 1_000_000;

type Given = Record<string, unknown>;

/**
 * Path parameters, query and body of a call, together. They are checked by the operation's schema, not here.
 * @throws RefusedError `unsupported_media_type`, `too_large`, `body_too_slow`, `invalid_input`
 */
export async function readInput(
  operation: Operation,
  request: Request,
  params: Given,
  clock: Clock,
): Promise<{ input: Given; body?: ReadableStream<Uint8Array> }> {
  const query = readQuery(new URL(request.url).searchParams);
  if (operation.method === "GET") return { input: merge(query, params) };
  if (operation.bodyType) {
    requireType(request, operation.bodyType);
    return { input: merge(query, params), ...(request.body ? { body: request.body } : {}) };
  }
  if (Object.keys(query).length > 0) {
    throw new RefusedError(
      "invalid_input",
      `${operation.method} takes its input as a JSON body, not as query parameters.`,
    );
  }
  return { input: merge(await readJson(request, clock, MAX_BODY_BYTES), params) };
}

function readQuery(search: URLSearchParams): Given {
  const query: Given = Object.create(null);
  for (const [name, value] of search) {
    if (name in query) throw new RefusedError("invalid_input", `${name}: must not be repeated`);
    query[name] = value;
  }
  return query;
}

function merge(given: Given, params: Given): Given {
  const twice = Object.keys(params).find((name) => name in given);
  if (twice) throw new RefusedError("invalid_input", `${twice}: is already in the path and must not be given again`);
  return { ...given, ...params };
}
