// What runs inside the page: each function stands alone, since only its text gets there.

export interface Frames {
  frames: number;
  /** Server-sent events that reached the page meanwhile. */
  events: number;
  ms: number;
  longestMs: number;
  /** Frames that came a whole frame late or more. */
  late: number;
}

interface Tracked {
  streams: EventSource[];
  newest: Map<string, string>;
  events: number;
}

/** Run before the page's own scripts: keeps hold of its streams and counts what comes. */
export function trackStreams(names: readonly string[]): void {
  const tracked: Tracked = { streams: [], newest: new Map(), events: 0 };
  const Original = window.EventSource;
  window.EventSource = class extends Original {
    constructor(...given: ConstructorParameters<typeof Original>) {
      super(...given);
      tracked.streams.push(this);
      for (const name of names) {
        this.addEventListener(name, ({ data }) => {
          tracked.events++;
          tracked.newest.set(name, data);
        });
      }
    }
  };
  Object.assign(window, { tracked });
}

/** Lets so many events a second arrive beside those of the server: parts as they were, with figures that go on. */
export function repeatEvents(aSecond: number): void {
  const { tracked } = window as unknown as { tracked: Tracked };
  let sent = 0;
  setInterval(() => {
    sent++;
    const name = sent % 2 === 0 ? "batches" : "requests";
    const part = JSON.parse(tracked.newest.get(name) ?? "null");
    if (!part) return;
    if (name === "requests") part.counts.processing_complete += sent;
    else for (const batch of part.live) batch.providerCounts = { total: 1000, completed: sent % 1000, failed: 0 };
    tracked.streams.at(-1)?.dispatchEvent(new MessageEvent(name, { data: JSON.stringify(part) }));
  }, 1_000 / aSecond);
}

/** Counts the frames that the page draws in so many milliseconds. */
export async function measureFrames(watchMs: number): Promise<Frames> {
  const { tracked } = window as unknown as { tracked: Tracked };
  const eventsBefore = tracked.events;
  const startedAt = performance.now();
  let [frames, longestMs, late, last] = [0, 0, 0, startedAt];
  while (last - startedAt < watchMs) {
    const now: number = await new Promise((resolve) => requestAnimationFrame(resolve));
    const took = now - last;
    last = now;
    frames++;
    if (took > 25) late++;
    longestMs = Math.max(longestMs, took);
  }
  return { frames, events: tracked.events - eventsBefore, ms: last - startedAt, longestMs, late };
}
