import type { StreamState } from "./useEventStream.ts";

const STATES = {
  connecting: { word: "Connecting", mark: "border-ink-faint", meaning: "Figures are from when you opened the page." },
  live: { word: "Live", mark: "border-done bg-done", meaning: "Figures update automatically." },
  reconnecting: {
    word: "Reconnecting",
    mark: "border-partial border-dashed breathing",
    meaning: "The server is not responding. Figures are from the last update; the page keeps trying.",
  },
  stale: {
    word: "Database not responding",
    mark: "border-failed border-dashed breathing",
    meaning:
      "The server is up, but its database is not responding. Figures are from the last update; the page keeps trying.",
  },
} as const;

/** Whether the page keeps up with the pipeline. It stands at the end of its line, so nothing else moves when its word changes. */
export function LiveState({ stream, isKeptUp }: { stream: StreamState; isKeptUp: boolean }) {
  const state = STATES[stream === "live" && !isKeptUp ? "stale" : stream];
  return (
    <p role="status" title={state.meaning} className="flex items-center gap-2 text-sm text-ink-soft">
      <span aria-hidden="true" className={`size-2.5 rounded-full border-2 ${state.mark}`} />
      {state.word}
      {state.word !== "Live" && <span className="sr-only">. {state.meaning}</span>}
    </p>
  );
}
