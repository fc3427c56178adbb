const LOOKED_AT = 1_000;
const HTML =
  /^\s*<(?:!doctype\s+html|!--|(?:html|head|body|title|meta|script|style|link|div|p|span|h[1-6]|table|form|pre|center)\b)/i;

/** Whether an answer is a web page, such as one that asks to sign in, where a CSV or a transcript was expected. */
export function looksLikeHtml(bytes: Uint8Array): boolean {
  return HTML.test(new TextDecoder().decode(bytes.subarray(0, LOOKED_AT))); // It drops a BOM.
}
