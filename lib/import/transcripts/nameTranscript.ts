import { NOTHING } from "../nothing.ts";
import type { WarningCode } from "../warnings.ts";

/** What a row's transcript column comes to: an address to ask, nothing, or why it cannot be asked. */
export type NamedTranscript = { url: string } | { warning: WarningCode } | undefined;

/** What says that there is none, besides what stands for an empty cell. */
const NONE = /^(?:0|false|no)$/i;
const SCHEME = /^[a-z][a-z\d+.-]*:/i;

/** Reads the transcript column; relative addresses are resolved as a browser does, against `base`. */
export function nameTranscript(column: string | null, base: string | undefined): NamedTranscript {
  const text = column?.trim() ?? "";
  if (NOTHING.test(text) || NONE.test(text)) return undefined;
  if (SCHEME.test(text)) {
    const isWeb = /^https?:\/\//i.test(text) && URL.canParse(text);
    return isWeb ? { url: text } : { warning: "transcript_no_address" };
  }
  const from = base ?? (text.startsWith("//") ? "https://relative.invalid" : undefined);
  if (from === undefined) return { warning: "transcript_relative" };
  const url = URL.parse(text, from);
  return url ? { url: url.href } : { warning: "transcript_no_address" };
}
