import { DATE, DATED_CLOCK } from "./headTime.ts";
import { readHead, type TranscriptReader } from "./readHead.ts";

const LINE_END = /\r\n|\n|\r/;
/** What stands for a line end in a text that has none: HTML, escapes of programs, rarer signs; or nothing, before a time in brackets. */
const WRITTEN_END = new RegExp(
  `<br\\s{0,3}/?>|\\\\r\\\\n|\\\\[nr]|[\\v\\f\\u0085\\u2028\\u2029]|\\s(?=\\[(?:${DATE}),?[T\\s]\\s?${DATED_CLOCK})`,
  "gi",
);

/** The lines of a transcript, without U+0000. Where it has no line end, what is written for one counts if a head follows. */
export function linesOf(text: string, roleOf: TranscriptReader["roleOf"]): string[] {
  const withoutMark = text.startsWith("\uFEFF") ? text.slice(1) : text;
  const clean = withoutMark.includes("\0") ? withoutMark.replaceAll("\0", "") : withoutMark;
  const lines = clean.split(LINE_END);
  const written = lines.filter((line) => line.trim() !== "");
  return written.length === 1 ? written.flatMap((line) => splitBeforeHeads(line, roleOf)) : lines;
}

function splitBeforeHeads(text: string, roleOf: TranscriptReader["roleOf"]): string[] {
  const lines: string[] = [];
  let from = 0;
  let looks = 0;
  for (const { index, 0: end } of text.matchAll(WRITTEN_END)) {
    if (++looks > MOST_LOOKS) break;
    const next = index + end.length;
    if (!readHead(text.slice(next, next + LOOKED_AT), roleOf)) continue;
    lines.push(text.slice(from, index));
    from = next;
  }
  return [...lines, text.slice(from)];
}

/** More than any head has. */
const LOOKED_AT = 1_000;
/** More than any talk has: each takes time, and somebody may write nothing else. */
const MOST_LOOKS = 10_000;
