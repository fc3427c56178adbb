import type { Feed } from "./feed.ts";

/** Answers a viewer of a feed with its events, or with 503 when no more can watch: browsers ask again later. */
export function eventStream(feed: Feed): Response {
  const body = feed.watch();
  if (!body) {
    return Response.json(
      { ok: false, error: { code: "too_many_viewers", message: "Too many are watching. Try again in a minute." } },
      { status: 503, headers: { "Retry-After": "60", "Cache-Control": "no-store" } },
    );
  }
  return new Response(body, {
    // `no-transform` keeps Next from compressing the stream, which would hold events back.
    headers: { "Content-Type": "text/event-stream; charset=utf-8", "Cache-Control": "no-store, no-transform" },
  });
}
