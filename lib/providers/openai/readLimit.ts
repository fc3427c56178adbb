import type { RefusedLimit } from "../contract/fault.ts";
import { readTokenLimit } from "./readTokenLimit.ts";
import { type Words, whoseFault } from "./whoseFault.ts";

/** The limit that a refusal speaks of: that of tokens, with its number where it names one; that of a file, in bytes or in lines. */
export function readLimit(words: Words): RefusedLimit | null {
  const fault = whoseFault(words);
  if (fault === "tokens") return { of: "tokens", most: readTokenLimit(words.message) ?? null };
  return fault === "size" ? { of: isOfLines(words) ? "lines" : "bytes", most: null } : null;
}

/** Codes say it in the same words. */
function isOfLines({ code, message }: Words): boolean {
  const said = `${code ?? ""} ${message}`.replaceAll("_", " ");
  return /\b(lines|requests|tasks)\b/i.test(said) && !/\b(bytes|size|large|[MG]i?B)\b/i.test(said);
}
