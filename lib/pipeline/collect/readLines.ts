import { endOfObject } from "../../jsonText.ts";
import type { ResultLine } from "../../providers/contract/lines.ts";
import type { BatchProvider } from "../../providers/contract/provider.ts";
import type { SplitLine } from "./splitLines.ts";

const MOST_IN_ONE = 1_000;

/**
 * What a line of a result file says. As a rule that is one thing; one that cannot be read may be several glued together, or
 * have something before or behind it, as when the file is a JSON list.
 */
export function readLines(provider: BatchProvider, { content }: SplitLine): ResultLine[] {
  const line = provider.readLine(content);
  if (!isUnread(line)) return [line];
  const text = content.toString("utf8");
  const pieces = takeObjects(text);
  if (pieces.length === 0 || pieces[0] === text) return [line];
  const lines = pieces.map((piece) => provider.readLine(Buffer.from(piece)));
  return lines.some((read) => !isUnread(read)) ? lines : [line];
}

function isUnread(line: ResultLine): boolean {
  return line.kind === "unreadable" || (line.kind === "failure" && line.code === "line_unreadable");
}

/** The objects that stand in a row, and at the end what is left of one that does not end. None is looked for inside another. */
function takeObjects(text: string): string[] {
  const pieces: string[] = [];
  for (let start = text.indexOf("{"); start !== -1 && pieces.length < MOST_IN_ONE; ) {
    const end = endOfObject(text, start);
    pieces.push(text.slice(start, end === -1 ? undefined : end));
    start = end === -1 ? -1 : text.indexOf("{", end);
  }
  return pieces;
}
