import { z } from "zod";
import { parseForeignJson } from "../../json.ts";
import { oneLine } from "./oneLine.ts";
import { readWords } from "./readWords.ts";

const LONGEST_MESSAGE = 800;
const LONGEST_TITLE = 100;

const errorReplyShape = z.object({
  /** `markup`: a page of HTML or XML. Providers of this API send none: it came from something in between. */
  form: z.enum(["json", "text", "markup", "empty"]),
  /** The reason in their words; of a page its title. Empty where none is given. */
  message: z.string(),
  code: z.string().nullable(),
  type: z.string().nullable(),
  param: z.string().nullable(),
  /** How long they ask to be left alone, in milliseconds. */
  retryAfterMs: z.number().nullable(),
});

/** What a reply with an error status says, in whatever shape it came. */
export type ErrorReply = z.output<typeof errorReplyShape>;

/** Reads the body of an error reply: nested or flat JSON, a list of errors, plain text, a page, nothing. */
export function readErrorReply(body: string, retryAfterMs: number | null = null): ErrorReply {
  const text = body.trim();
  const nothing = { code: null, type: null, param: null, retryAfterMs };
  if (text === "") return { form: "empty", message: "", ...nothing };
  if (isMarkup(text)) return { form: "markup", message: titleOf(text), ...nothing };
  const json = parseForeignJson(text);
  if (typeof json !== "object" || json === null) {
    return { form: "text", message: oneLine(typeof json === "string" ? json : text, LONGEST_MESSAGE), ...nothing };
  }
  const { code = null, type = null, param = null, message = "" } = readWords(json) ?? {};
  return { form: "json", message: oneLine(message || text, LONGEST_MESSAGE), code, type, param, retryAfterMs };
}

/** What `readErrorReply` has read, back from where it was carried through the SDK. */
export function asErrorReply(value: unknown): ErrorReply | undefined {
  return errorReplyShape.safeParse(value).data;
}

export function isMarkup(text: string): boolean {
  return /^\s*<[!?a-z]/i.test(text);
}

/** Says of a page of HTML where it comes from, and how it calls itself. */
export function describePage(title: string): string {
  return `an HTML page came from something in front of the provider${title === "" ? "" : `, titled "${title}"`}`;
}

/** The title of a page, or the message of a piece of XML; empty where it has none. */
export function titleOf(markup: string): string {
  const [, title = ""] = /<(?:title|message)\b[^>]*>([^<]*)/i.exec(markup) ?? [];
  return oneLine(title, LONGEST_TITLE);
}
