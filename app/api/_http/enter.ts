import { RefusedError } from "../../../lib/api/errors.ts";
import { countCall } from "../../../lib/api/rateLimit.ts";
import { assertOurPages, recordRefusedKey } from "../../../lib/api/recordDoor.ts";
import type { Actor, KeyRefusal, Realm } from "../../../lib/auth/actor.ts";
import { CLIENT_IP_HEADER } from "../../../lib/auth/headers.ts";
import { networkOf } from "../../../lib/auth/networkOf.ts";
import type { WebContext } from "../../../lib/webContext.ts";

const CALLS_A_MINUTE = 600;
const STRANGERS_CALLS_A_MINUTE = 60;

/**
 * Who makes a call, and from where: somebody of one of these realms, within the limits, from our own pages.
 * @throws RefusedError `unauthenticated`, `company_suspended`, `address_not_allowed`, `too_many_calls`, `foreign_origin`
 */
export async function enter(
  web: WebContext,
  realms: readonly Realm[],
  request: Request,
  requestId: string,
): Promise<{ actor: Actor; from: string | null }> {
  const from = request.headers.get(CLIENT_IP_HEADER);
  const actor = await identify(web, realms, request.headers);
  if (!actor || actor.kind === "refused") {
    // First the limit: a flood writes no more than its count.
    await countCall(web.ctx, `stranger/${from && networkOf(from)}`, STRANGERS_CALLS_A_MINUTE);
    await recordRefusedKey(web.ctx, request.headers, { from, requestId });
    if (actor) throw new RefusedError(actor.code, actor.message);
    throw new RefusedError("unauthenticated", "Sign in, or send a valid API key as `Authorization: Bearer ...`.");
  }
  await countCall(web.ctx, `${actor.kind}/${actor.id}`, CALLS_A_MINUTE);
  if (request.method !== "GET" && !isKey(actor)) {
    await assertOurPages(web.ctx, request.headers, { actor, from, requestId });
  }
  return { actor, from };
}

/** A browser sends cookies by itself, but no key. */
function isKey({ kind }: Actor): boolean {
  return kind === "key" || kind === "company_key";
}

async function identify(
  web: WebContext,
  realms: readonly Realm[],
  headers: Headers,
): Promise<Actor | KeyRefusal | undefined> {
  for (const realm of realms) {
    const actor = await web.auth.identify(realm, headers);
    if (actor) return actor;
  }
  return undefined;
}
