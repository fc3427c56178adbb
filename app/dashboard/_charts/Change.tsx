import { change, counted } from "../../_words/numbers.ts";

/** How a count differs from that of the period before; hovering says what that was. Neither more nor less is good by itself. */
export function Change({ now, before }: { now: number; before: number }) {
  return (
    <span className="text-ink-soft tabular-nums" title={`${counted(before, "session")} in the period before`}>
      {change(now, before)}
      <span className="sr-only">, from {counted(before, "session")} in the period before</span>
    </span>
  );
}
