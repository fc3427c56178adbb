import type { Permission } from "../auth/permissions.ts";
import { readStillAllowed } from "../auth/stillAllowed.ts";
import type { Database } from "../db/pool.ts";
import { RefusedError } from "./errors.ts";
import type { CallContext, Operation } from "./operation.ts";

/** What lasts as long as its caller likes. */
export type LastingKind = "stream" | "download" | "upload";

/** How many of a kind one person or key may have at once, in one process. A browser has one stream a tab. */
const MOST_OF_ONE: Readonly<Record<LastingKind, number>> = { stream: 20, download: 4, upload: 2 };
const WORDS: Readonly<Record<LastingKind, string>> = {
  stream: "live connections",
  download: "downloads",
  upload: "uploads",
};
const CHECK_EVERY_MS = 2_000;
const RETRY_AFTER_SECONDS = 60;

export interface LastingCall {
  /** Aborts, with a refusal as its reason, when its caller is let in no more. */
  signal: AbortSignal;
  /** Gives its place back; again and again does no harm. */
  end(): void;
}

interface Entry {
  ctx: CallContext;
  kind: LastingKind;
  permission: Permission;
  controller: AbortController;
}

/** Of each database the calls that last, and whether somebody looks after them. */
const calls = new WeakMap<Database, { entries: Set<Entry>; isWatched: boolean }>();

/** Undefined: it is answered at once. */
export function lastingKindOf(operation: Operation): LastingKind | undefined {
  if (operation.bodyType) return "upload";
  if (operation.output) return undefined;
  return operation.live ? "stream" : "download";
}

/**
 * Takes one of the caller's places for what lasts. While there is any such call, all who make one are looked up again
 * every two seconds: session, key, person, role and company.
 * @throws RefusedError `too_many_calls`
 */
export function beginLasting(ctx: CallContext, kind: LastingKind, permission: Permission): LastingCall {
  const known = calls.get(ctx.db) ?? { entries: new Set<Entry>(), isWatched: false };
  calls.set(ctx.db, known);
  const { entries } = known;
  const { actor } = ctx;
  const own = [...entries].filter((entry) => entry.kind === kind && nameOf(entry) === nameOf({ ctx }));
  if (own.length >= MOST_OF_ONE[kind]) {
    const sentence = `You have ${own.length} ${WORDS[kind]} open, which is the limit. Close one, or try again in a minute.`;
    ctx.log.info({ event: "api.lasting_refused", kind, actor: actor.id });
    throw new RefusedError("too_many_calls", sentence, { retryAfter: RETRY_AFTER_SECONDS });
  }
  const entry: Entry = { ctx, kind, permission, controller: new AbortController() };
  entries.add(entry);
  if (!known.isWatched) void watch(ctx, known);
  return { signal: entry.controller.signal, end: () => entries.delete(entry) };
}

async function watch(ctx: CallContext, known: { entries: Set<Entry>; isWatched: boolean }): Promise<void> {
  known.isWatched = true;
  try {
    while (known.entries.size > 0 && !ctx.stopping.aborted) {
      await ctx.clock.sleep(CHECK_EVERY_MS, ctx.stopping);
      // While the database does not answer, nothing is read for anybody either.
      await endDisallowed(ctx, [...known.entries]).catch((error) =>
        ctx.log.warn({ event: "api.lasting_unchecked", error }),
      );
    }
  } finally {
    known.isWatched = false;
  }
}

/** All callers are asked about at once, however many there are. */
async function endDisallowed(ctx: CallContext, entries: readonly Entry[]): Promise<void> {
  const isAllowed = await readStillAllowed(
    ctx,
    entries.map((entry) => entry.ctx.actor),
  );
  for (const { ctx: caller, permission, controller } of entries) {
    if (isAllowed(caller.actor, permission)) continue;
    controller.abort(new RefusedError("unauthenticated", "Your session or key does not allow this any more."));
  }
}

function nameOf({ ctx: { actor } }: Pick<Entry, "ctx">): string {
  return `${actor.kind}/${actor.id}`;
}
