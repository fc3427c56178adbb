/** As spreadsheets write long numbers: 4.91735E+11. */
const SHORTENED_NUMBER = /^[+-]?\d(?:[.,]\d+)?E\+\d{1,3}$/i;
/** What a spreadsheet shows where it has no value, or no room for it. */
const SPREADSHEET_ERROR = /^#(?:#+|(?:NAME|REF|NUM|VALUE|N\/A|NULL|DIV\/0|SPILL|CALC)[?!]?)$/i;
/** Blanks of every kind, and signs that take up no room: nobody means them to tell two ids apart. */
const BLANK_ENDS = /^[\s\u200B-\u200D\u2060\uFEFF]+|[\s\u200B-\u200D\u2060\uFEFF]+$/gu;

/** A session id without what nobody sees at its ends. */
export function tidyId(text: string): string {
  return text.replace(BLANK_ENDS, "");
}

/** Why a text can be nobody's own name for a session; undefined if it can. */
export function faultOfId(id: string): string | undefined {
  if (id === "") return "is empty.";
  if (SHORTENED_NUMBER.test(id)) {
    return "is a number shortened by a spreadsheet, so different ids have become the same. Format that column as text and export the file again.";
  }
  if (SPREADSHEET_ERROR.test(id)) {
    return "is what a spreadsheet shows instead of a value, so different ids have become the same. Format that column as text and export the file again.";
  }
  if (id.includes('"')) return "contains a quote. The quotes in this row are wrong.";
  return /\p{Cc}/u.test(id) ? "contains control characters." : undefined;
}
