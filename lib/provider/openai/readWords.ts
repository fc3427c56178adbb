import type { Refusal } from "../whoseFault.ts";
import { asFields, asNumber, asText, clip, type Fields } from "./fields.ts";

const MOST_NESTED = 4;
const MOST_OF_A_LIST = 10;
/** What stands in place of "no error". */
const NOTHING = new Set(["", "0", "200", "null", "none", "nil", "undefined", "ok", "success", "false", "{}", "[]"]);

/**
 * What an error says, in whatever shape: nested or flat, a text, a number, a list of which the first counts. Null if it says
 * that there is none, as `""` and `{"code":0,"message":""}` do.
 */
export function readWords(value: unknown, nested = 0): Refusal | null {
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

/** An HTTP status: 400, "400", "400 Bad Request"; null for what is none, and for 0. */
export function toStatus(value: unknown): number | null {
  const number = asNumber(typeof value === "string" ? /^\s*(\d{3})\b/.exec(value)?.[1] : value);
  return number !== null && Number.isInteger(number) && number >= 100 && number <= 599 ? number : null;
}

function readFields(given: Fields, nested: number): Refusal | null {
  const fields = inLowerCase(given);
  const message = readMessage(fields, nested);
  const wrapped = fields.error ?? fields.fault ?? (message === "" ? fields.errors : undefined);
  const inner = wrapped === undefined ? null : readWords(wrapped, nested + 1);
  const code = asWord(fields.code);
  const type = asWord(fields.type);
  const statuses = [fields.status, fields.status_code, fields.statuscode, fields.code].map(toStatus);
  const status = statuses.find((given) => given !== null && given >= 400) ?? null;
  if (inner) {
    const isTitle = typeof fields.error === "string" && message !== "";
    const said = isTitle || inner.message === "" ? message : inner.message;
    // OAuth names the code "error", and says the rest beside it.
    const title = isTitle && /^\w+$/.test(inner.message) ? inner.message : null;
    return { ...inner, status: inner.status ?? status, code: inner.code ?? code ?? title, message: said };
  }
  // A type alone may be the type of anything; of an error it says so.
  if (message === "" && code === null && !/error|quota|denied|exceeded/i.test(type ?? "")) return null;
  return { status, code: codeWithin(fields) ?? code, type, param: asWord(fields.param), message };
}

/** Some servers write `Message` and `Code`. */
function inLowerCase(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name.toLowerCase(), value]));
}

/** Azure says within what it refused: `innererror.code` names the content policy. */
function codeWithin(fields: Fields): string | null {
  const code = asWord(asFields(fields.innererror ?? fields.inner_error)?.code);
  return code === "ResponsibleAIPolicyViolation" ? code : null;
}

function readMessage(fields: Fields, nested: number): string {
  const { message, msg, detail, error_description, description, faultstring, title, reason } = fields;
  for (const given of [message, msg, detail, error_description, description, faultstring, title, reason]) {
    const said = given === undefined ? null : readWords(given, nested + 1);
    if (said?.message) return said.message;
  }
  return "";
}

function firstOf(list: readonly unknown[], nested: number): Refusal | null {
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
