import { cleanText, parseForeignJson } from "../../json.ts";
import { endOfString } from "../../jsonText.ts";

const KEY = /"custom_id"\s*:\s*/y;
const NUMBER = /\d{1,100}(?=\s*[,}])/y;
const PLAIN = /[^"{}[\]]+/y;

/**
 * The id in the text of a line that is no JSON, as when it was cut: that of the line itself, never one that stands deeper,
 * where it may be part of an answer. Null if there is none for certain.
 */
export function findCustomId(text: string): string | null {
  let at = text.search(/\S/);
  if (text[at] !== "{") return null;
  for (let depth = 0; at < text.length; ) {
    const key = depth === 1 ? matchAt(KEY, text, at) : null;
    if (key) return readIdAt(text, at + key.length);
    const char = text[at] ?? "";
    if ("{[".includes(char)) depth++;
    if ("}]".includes(char)) depth--;
    if (depth === 0) return null;
    const end = char === '"' ? endOfString(text, at) : at + (matchAt(PLAIN, text, at)?.length ?? 1);
    // A string that does not end: what follows is text.
    if (end === -1) return null;
    at = end;
  }
  return null;
}

/** An id as it was sent; a number stands for its text, a list for its one item. */
export function readId(value: unknown): string | null {
  if (Array.isArray(value)) return value.length === 1 ? readId(value[0]) : null;
  if (typeof value === "number" && Number.isFinite(value)) return String(value);
  if (typeof value !== "string") return null;
  return cleanText(value.trim()) || null;
}

function readIdAt(text: string, at: number): string | null {
  const end = text[at] === '"' ? endOfString(text, at) : at + (matchAt(NUMBER, text, at)?.length ?? 0);
  return end > at ? readId(parseForeignJson(text.slice(at, end))) : null;
}

function matchAt(pattern: RegExp, text: string, at: number): string | null {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? null;
}
