import type { Context } from "../context.ts";
import { createParts } from "./parts.ts";

/** One reader of the database for all who watch: it reads while somebody does, and sends what has changed. */
export interface Feed {
  /**
   * The server-sent events of one viewer: every part as it stands, then each part again when it has changed.
   * Undefined when as many watch as may, or when the server stops.
   */
  watch(): ReadableStream<Uint8Array> | undefined;
}

export interface FeedOptions {
  ctx: Context;
  /** Reads the parts; each is sent as an event of its name. */
  read(): Promise<Record<string, unknown>>;
  /** The pause between two readings, in milliseconds. */
  everyMs: number;
  maxViewers: number;
  /** Called when the last viewer has left. */
  onIdle?: () => void;
}

/** Sent so often at least, so that both ends notice a connection that is dead. */
const BEAT_MS = 10_000;
const BEAT = "event: beat\ndata: {}\n\n";
/** While the database does not answer, readings are this far apart. */
const TROUBLE_PAUSE_MS = 5_000;
/** A viewer that has left this much unread is let go; its browser connects again, which sends it what is newest. */
const MAX_UNREAD_BYTES = 1_000_000;
/** After so long a viewer is let go: who connects again is asked again whether they may watch. */
const LONGEST_WATCH_MS = 10 * 60_000;
/** How soon, in milliseconds, a browser connects again. */
const RETRY = "retry: 2000\n\n";

type Viewer = ReadableStreamDefaultController<Uint8Array>;

export function createFeed(options: FeedOptions): Feed {
  const { ctx } = options;
  /** All who watch, with the time at which each came. */
  const viewers = new Map<Viewer, number>();
  /** Those who have not been sent anything: they get what is read next, never what was read before they came. */
  const newcomers = new Set<Viewer>();
  const parts = createParts();
  let isReading = false;
  let pause = new AbortController();

  async function readWhileWatched(): Promise<void> {
    isReading = true;
    let works = true;
    let sentAt = ctx.clock.now().getTime();
    while (viewers.size > 0) {
      const waiting = [...newcomers];
      newcomers.clear();
      const changes = await readChanges();
      if (works && changes === undefined) ctx.log.warn({ event: "feed.trouble" });
      works = changes !== undefined;
      // `source` says whether what is shown is still kept up with.
      const text = (changes ?? "") + parts.take({ source: { works } });
      const isDue = ctx.clock.now().getTime() - sentAt >= BEAT_MS;
      if (text || isDue) sentAt = ctx.clock.now().getTime();
      for (const [viewer, since] of viewers) {
        if (waiting.includes(viewer)) send(viewer, RETRY + parts.all());
        else if (ctx.clock.now().getTime() - since >= LONGEST_WATCH_MS) drop(viewer);
        else if (!newcomers.has(viewer)) send(viewer, text || (isDue ? BEAT : ""));
      }
      if (newcomers.size === 0) await rest(works ? options.everyMs : TROUBLE_PAUSE_MS);
    }
    parts.clear();
    isReading = false;
    options.onIdle?.();
  }

  async function rest(ms: number): Promise<void> {
    pause = new AbortController();
    await ctx.clock.sleep(ms, AbortSignal.any([pause.signal, ctx.stopping]));
  }

  async function readChanges(): Promise<string | undefined> {
    try {
      return parts.take(await options.read());
    } catch (error) {
      ctx.log.debug({ event: "feed.read_failed", error });
      return undefined;
    }
  }

  function send(viewer: Viewer, text: string): void {
    if (text === "") return;
    if ((viewer.desiredSize ?? 0) > 0) viewer.enqueue(new TextEncoder().encode(text));
    else drop(viewer);
  }

  function drop(viewer: Viewer): void {
    forget(viewer);
    viewer.close();
  }

  function forget(viewer: Viewer): void {
    viewers.delete(viewer);
    newcomers.delete(viewer);
  }

  ctx.stopping.addEventListener("abort", () => {
    for (const viewer of viewers.keys()) drop(viewer);
  });

  return {
    watch() {
      if (viewers.size >= options.maxViewers || ctx.stopping.aborted) return undefined;
      let self: Viewer | undefined;
      const start = (controller: Viewer) => {
        self = controller;
        viewers.set(controller, ctx.clock.now().getTime());
        newcomers.add(controller);
        pause.abort();
        if (!isReading) void readWhileWatched();
      };
      const cancel = () => {
        if (self) forget(self);
      };
      return new ReadableStream({ start, cancel }, new ByteLengthQueuingStrategy({ highWaterMark: MAX_UNREAD_BYTES }));
    },
  };
}
