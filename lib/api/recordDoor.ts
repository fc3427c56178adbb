import { recordRefusal } from "../audit/recordRefusal.ts";
import type { Actor } from "../auth/actor.ts";
import { findKeyByText, prefixOf } from "../auth/apiKeys.ts";
import type { Context } from "../context.ts";
import { codeOf } from "../errors.ts";
import { assertSameOrigin } from "./sameOrigin.ts";

/** Where a call comes from; its id is that under which it stands in the log. */
interface Caller {
  from: string | null;
  requestId: string | null;
  actor?: Pick<Actor, "kind" | "id" | "name">;
}

const NOBODY = { kind: "anonymous", id: null, name: null } as const;
const LONGEST_ORIGIN = 200;

/** Records that a key was sent and not let in, by its first characters; of what is no key of ours, nothing is kept. */
export async function recordRefusedKey(ctx: Context, headers: Headers, { from, requestId }: Caller): Promise<void> {
  const bearer = /^Bearer (\S+)$/i.exec(headers.get("authorization") ?? "")?.[1];
  if (bearer === undefined) return;
  const prefix = prefixOf(bearer);
  const known = prefix === null ? undefined : await findKeyByText(ctx, bearer);
  const now = ctx.clock.now();
  const reason = !known ? "unknown" : known.revokedAt ? "revoked" : known.expiresAt <= now ? "expired" : "not_allowed";
  await recordRefusal(ctx, prefix ?? "no key of ours", {
    actor: { ...NOBODY, name: known?.name ?? null },
    action: "keys.refused",
    ...(known ? { target: { type: "key", id: known.id } } : {}),
    from,
    requestId,
    details: { prefix, reason },
  });
}

/**
 * Refuses a call that another site has made a browser send, and records from which site it came.
 * @throws RefusedError `foreign_origin`
 */
export async function assertOurPages(ctx: Context, headers: Headers, caller: Caller): Promise<void> {
  try {
    assertSameOrigin(headers, ctx.config);
  } catch (refused) {
    if (codeOf(refused) === "foreign_origin") await recordForeign(ctx, headers, caller);
    throw refused;
  }
}

async function recordForeign(ctx: Context, headers: Headers, { actor, from, requestId }: Caller): Promise<void> {
  const given = headers.get("origin");
  // An origin has no secrets; what is none is not kept.
  const origin = given === null ? null : (URL.parse(given)?.origin ?? "invalid").slice(0, LONGEST_ORIGIN);
  await recordRefusal(ctx, `${origin ?? "no origin"} ${actor?.id ?? ""}`, {
    actor: actor ? { kind: actor.kind, id: actor.id, name: actor.name } : NOBODY,
    action: "calls.foreign_origin",
    from,
    requestId,
    details: { origin },
  });
}
