import { RefusedError } from "../api/errors.ts";
import { parseInput } from "../api/operation.ts";
import { readJson } from "../api/readJson.ts";
import type { Realm } from "../auth/actor.ts";
import { CLIENT_IP_HEADER, REQUEST_ID_HEADER } from "../auth/headers.ts";
import type { Clock } from "../clock.ts";
import { SIGN_IN_CALLS } from "./signInCalls.ts";

const MAX_BODY_BYTES = 10_000;
/** All that the sign-in library is told of a call's headers. */
const PASSED_ON = [
  CLIENT_IP_HEADER,
  "host",
  "origin",
  "referer",
  "cookie",
  "user-agent",
  "sec-fetch-site",
  "sec-fetch-mode",
  "sec-fetch-dest",
];

/**
 * A call of the sign-in pages as the library may have it: what was checked, and nothing else.
 * @throws RefusedError `not_found`, `invalid_input`, `unsupported_media_type`, `too_large`, `body_too_slow`
 */
export async function readSignInCall(
  request: Request,
  to: { realm: Realm; path: string; requestId: string },
  clock: Clock,
): Promise<Request> {
  const call = SIGN_IN_CALLS.get(to.path);
  if (call?.method !== request.method) throw new RefusedError("not_found", "This sign-in call does not exist.");
  const headers = new Headers({ [REQUEST_ID_HEADER]: to.requestId });
  for (const name of PASSED_ON) {
    const value = request.headers.get(name);
    if (value !== null) headers.set(name, value);
  }
  const url = new URL(`/api/auth/${to.realm}${to.path}`, request.url);
  if (call.method === "GET") return new Request(url, { headers });
  const body = parseInput(call.body, await readJson(request, clock, MAX_BODY_BYTES));
  headers.set("Content-Type", "application/json");
  return new Request(url, { method: "POST", headers, body: JSON.stringify(body) });
}
