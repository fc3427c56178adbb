import type { BatchLine } from "../batches/batchLine.ts";

export type Json = Record<string, unknown>;

/** Changes the written JSON of a line that was answered with status 200; any other line, and one that is no JSON, stays. */
export function changeServed(line: BatchLine, change: (line: Json) => Json): BatchLine {
  if (line.response?.status_code !== 200) return line;
  return { ...line, distort: (text) => rewrite(line.distort?.(text) ?? text, change) };
}

function rewrite(text: string, change: (line: Json) => Json): string {
  try {
    return JSON.stringify(change(JSON.parse(text)));
  } catch {
    return text;
  }
}
