import { asFields, asNumber, asText, clip, type Fields } from "./fields.ts";
import type { Words } from "./whoseFault.ts";

const MOST_NESTED = 4;
const MOST_OF_A_LIST = 10;
/** What stands in place of "no error". */
const NOTHING = new Set(["", "0", "200", "null", "none", "nil", "undefined", "ok", "success", "false", "{}", "[]"]);

/**
 * What an error says, in whatever shape: nested or flat, a text, a number, a list of which the first counts. Null if it says
 * that there is none, as `""` and `{"code":0,"message":""}` do.
 */
export function readWords(value: unknown, nested = 0): Words | null {
  if (nested > MOST_NESTED) return null;
  if (Array.isArray(value)) return firstOf(value, nested);
  const fields = asFields(value);
  if (fields) return readFields(fields, nested);
  const text = asWord(value, 1_000);
  if (text === null) return null;
  const isCode = typeof value === "number";
  return {
    status: toStatus(value),
    code: isCode ? text : null,
    type: null,
    param: null,
    message: isCode ? "" : fromHtml(text),
  };
}

/** Whether a text only stands in place of one. */
export function isNothing(text: string): boolean {
  return NOTHING.has(text.trim().toLowerCase());
}

/** An HTTP status: 400, "400", "400 Bad Request"; null for what is none, and for 0. */
export function toStatus(value: unknown): number | null {
  const number = asNumber(typeof value === "string" ? /^\s*(\d{3})\b/.exec(value)?.[1] : value);
  return number !== null && Number.isInteger(number) && number >= 100 && number <= 599 ? number : null;
}

function readFields(given: Fields, nested: number): Words | null {
  const fields = inLowerCase(given);
  const said = readMessage(fields, nested);
  const message = said?.message ?? "";
  const wrapped = fields.error ?? fields.fault ?? (message === "" ? fields.errors : undefined);
  const inner = wrapped === undefined ? null : readWords(wrapped, nested + 1);
  // What was said further up is handed on as JSON in the message by some.
  const code = asWord(fields.code) ?? said?.code ?? null;
  const type = asWord(fields.type) ?? (isOfError(said?.type) ? said?.type : null) ?? asName(fields.status);
  const statuses = [fields.status, fields.status_code, fields.statuscode, fields.code].map(toStatus);
  const status = statuses.find((given) => given !== null && given >= 400) ?? null;
  if (inner) {
    const isTitle = typeof fields.error === "string" && message !== "";
    const words = isTitle || inner.message === "" ? message : inner.message;
    // OAuth names the code "error", and says the rest beside it.
    const title = isTitle && /^\w+$/.test(inner.message) ? inner.message : null;
    return { ...inner, status: inner.status ?? status, code: inner.code ?? code ?? title, message: words };
  }
  // A type alone may be the type of anything; of an error it says so.
  if (message === "" && code === null && !isOfError(type)) return null;
  return { status, code: codeWithin(fields) ?? code, type, param: asWord(fields.param), message };
}

const isOfError = (type: string | null | undefined) => /error|quota|denied|exceeded/i.test(type ?? "");

/** Some servers write `Message` and `Code`. */
function inLowerCase(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name.toLowerCase(), value]));
}

/** Azure says within what it refused: `innererror.code` names the content policy. */
function codeWithin(fields: Fields): string | null {
  const code = asWord(asFields(fields.innererror ?? fields.inner_error)?.code);
  return code === "ResponsibleAIPolicyViolation" ? code : null;
}

function readMessage(fields: Fields, nested: number): Words | null {
  const { message, msg, detail, error_description, description, faultstring, title, reason, text } = fields;
  const known = [message, msg, detail, error_description, description, faultstring, title, reason];
  // A text that stands alone may be anything: that of an answer, too.
  for (const given of nested === 0 ? known : [...known, text]) {
    const said = given === undefined ? null : readWords(given, nested + 1);
    if (said?.message) return said;
  }
  return null;
}

/** `PERMISSION_DENIED` where others have a number. */
function asName(value: unknown): string | null {
  const word = asWord(value);
  return word !== null && /^[A-Za-z_]+$/.test(word) ? word : null;
}

function firstOf(list: readonly unknown[], nested: number): Words | null {
  for (const item of list.slice(0, MOST_OF_A_LIST)) {
    const said = readWords(item, nested + 1);
    if (said) return said;
  }
  return null;
}

function asWord(value: unknown, most?: number): string | null {
  const text = asText(value, most);
  return text === null || NOTHING.has(text.toLowerCase()) ? null : text;
}

/** Of a page of HTML, its title. */
function fromHtml(text: string): string {
  if (!text.startsWith("<")) return text;
  return clip(/<title[^>]*>\s*([^<]*?)\s*</i.exec(text)?.[1] ?? "");
}
