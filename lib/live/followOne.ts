import { createHash } from "node:crypto";
import { RefusedError } from "../api/errors.ts";
import type { Download } from "../api/operation.ts";
import type { Context } from "../context.ts";
import type { Database } from "../db/pool.ts";
import { createFeed, type Feed } from "./feed.ts";

type Parts = Record<string, unknown>;

const READ_EVERY_MS = 2_000;
const MAX_VIEWERS = 100;
/** So many things are followed at once; each costs a reading every two seconds. */
const MOST_FOLLOWED = 200;
const RETRY_AFTER_SECONDS = 60;

/** One reader for all who follow the same thing in the same database. */
const feeds = new WeakMap<Database, Map<string, Feed>>();

/**
 * One thing as server-sent events: its parts, each again when it changes, and a `version` that changes with any of them.
 * @param name tells it from all others
 * @throws RefusedError `too_many_calls`, and what `read` throws: it is read once before anything is answered
 */
export async function followOne(ctx: Context, name: string, read: () => Promise<Parts>): Promise<Download> {
  await read();
  const content = feedOf(ctx, name, read)?.watch();
  if (content) return { type: "text/event-stream; charset=utf-8", content };
  throw new RefusedError("too_many_calls", "Too many live connections are open. Try again in a minute.", {
    retryAfter: RETRY_AFTER_SECONDS,
  });
}

/** The same for the same parts, and another one as soon as any of them differs. */
export function versionOf(parts: Parts): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("base64url").slice(0, 22);
}

function feedOf(ctx: Context, name: string, read: () => Promise<Parts>): Feed | undefined {
  const ofDatabase = feeds.get(ctx.db) ?? new Map<string, Feed>();
  feeds.set(ctx.db, ofDatabase);
  const known = ofDatabase.get(name);
  if (known || ofDatabase.size >= MOST_FOLLOWED) return known;
  const feed = createFeed({
    ctx,
    read: async () => {
      const parts = await read();
      return { ...parts, version: versionOf(parts) };
    },
    everyMs: READ_EVERY_MS,
    maxViewers: MAX_VIEWERS,
    onIdle: () => ofDatabase.delete(name),
  });
  ofDatabase.set(name, feed);
  return feed;
}
