import { dayInWords } from "../../_words/times.ts";

/** Where the bars above begin, stand half-way, and end. */
export function DayAxis({ parts }: { parts: readonly { from: string; to: string }[] }) {
  const first = parts[0];
  const middle = parts[Math.floor(parts.length / 2)];
  const last = parts.at(-1);
  if (!first || !middle || !last) return null;
  return (
    <p aria-hidden="true" className="mt-1.5 flex justify-between gap-4 text-xs text-ink-faint tabular-nums">
      <span>{dayInWords(first.from)}</span>
      {parts.length > 6 && <span className="max-sm:hidden">{dayInWords(middle.from)}</span>}
      <span>{dayInWords(last.to)}</span>
    </p>
  );
}
