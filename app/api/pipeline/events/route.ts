import { readOverview } from "../../../../lib/admin/readOverview.ts";
import { getWebContext, type WebContext } from "../../../../lib/webContext.ts";
import { eventStream } from "../../../_live/eventStream.ts";
import { createFeed, type Feed } from "../../../_live/feed.ts";
import { inParts } from "../../../_overview/pipelineParts.ts";

const READ_EVERY_MS = 1_000;
const MAX_VIEWERS = 200;

const feeds = new WeakMap<WebContext, Feed>();

/** What the overview shows, as server-sent events while it changes. */
export function GET(): Response {
  const web = getWebContext();
  let feed = feeds.get(web);
  if (!feed) {
    const read = async () => inParts(await readOverview(web.ctx));
    feed = createFeed({ ctx: web.ctx, read, everyMs: READ_EVERY_MS, maxViewers: MAX_VIEWERS });
    feeds.set(web, feed);
  }
  return eventStream(feed);
}
