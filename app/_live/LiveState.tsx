import type { StreamState } from "./useEventStream.ts";

const STATES = {
  connecting: { word: "Connecting", mark: "border-ink-faint", meaning: "Figures are as of when the page was opened." },
  live: { word: "Live", mark: "border-done bg-done", meaning: "Figures move by themselves." },
  reconnecting: {
    word: "Reconnecting",
    mark: "border-partial border-dashed breathing",
    meaning: "The server does not answer. Figures are as they were; the page tries again by itself.",
  },
  stale: {
    word: "Database silent",
    mark: "border-failed border-dashed breathing",
    meaning: "The server is there, its database does not answer. Figures are as they were; it tries again by itself.",
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
