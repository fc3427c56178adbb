const LOOKED_AT = 1_000;

/** Whether an answer is a web page, such as one that asks to sign in, where a CSV or a transcript was expected. */
export function looksLikeHtml(bytes: Uint8Array): boolean {
  const beginning = new TextDecoder().decode(bytes.subarray(0, LOOKED_AT)); // It drops a BOM.
  return /^\s*<[!?a-z]/i.test(beginning);
}
