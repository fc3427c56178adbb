import { z } from "zod";
import { RefusedError } from "../../api/errors.ts";
import { type CallContext, defineOperation } from "../../api/operation.ts";
import type { Database } from "../../db/pool.ts";
import { nullable, statement, timestamp } from "../../db/statement.ts";
import { createFeed, type Feed } from "../../live/feed.ts";
import { overviewShape, readOverview } from "./readOverview.ts";

const READ_EVERY_MS = 1_000;
const MAX_VIEWERS = 200;
const RETRY_AFTER_SECONDS = 60;

/** One reader for all who watch the same database. */
const feeds = new WeakMap<Database, Feed>();

export const watchPipeline = defineOperation({
  name: "watchPipeline",
  summary:
    "The same as server-sent events: one event per part, repeated when it changes, and `imports` whenever an import moves on. The stream ends after some minutes; reconnect to continue.",
  method: "GET",
  path: "/api/admin/pipeline/events",
  permission: "pipeline.read",
  input: z.strictObject({}),
  example: {},
  output: undefined,
  live: true,
  run: async (ctx) => {
    const content = feedOf(ctx).watch();
    if (content) return { type: "text/event-stream; charset=utf-8", content };
    throw new RefusedError("too_many_calls", "Too many live connections are open. Try again in a minute.", {
      retryAfter: RETRY_AFTER_SECONDS,
    });
  },
});

function feedOf({ actor: _, from: _from, requestId: _id, ...ctx }: CallContext): Feed {
  const known = feeds.get(ctx.db);
  if (known) return known;
  const read = async () => {
    const { at: _, ...parts } = overviewShape.parse(await readOverview(ctx));
    return { ...parts, imports: await READ_IMPORTS.one(ctx.db, {}) };
  };
  const feed = createFeed({ ctx, read, everyMs: READ_EVERY_MS, maxViewers: MAX_VIEWERS });
  feeds.set(ctx.db, feed);
  return feed;
}

/** When imports last moved: another answer means that their list has changed. */
const READ_IMPORTS = statement({
  sql: `SELECT max(GREATEST("startedAt", "progressAt", "finishedAt")) AS "movedAt"
          FROM (SELECT "startedAt", "progressAt", "finishedAt" FROM "ImportRun" ORDER BY "startedAt" DESC LIMIT 50) newest`,
  row: { movedAt: nullable(timestamp) },
});
