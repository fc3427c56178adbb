import { NOTHING } from "./nothing.ts";

/** As spreadsheets and programs write numbers of many digits: 4.91735E+11, 4.91735e11. Few digits are not shortened. */
const SHORTENED_NUMBER = /^[+-]?\d(?:E\+\d{1,3}|[.,]\d+E(?:\+\d{1,3}|\d{2,3}|[7-9]))$/i;
/** What a spreadsheet shows, in its language, where it has no value, or no room for it: #NAME?, #WERT!, #DIV/0!, Err:502. */
const SPREADSHEET_ERROR = /^(?:##+|#(?=.*\p{L})[\p{L}/¡¿.]{2,14}0?[!?]|Err:5\d\d)$/iu;
/** Where nothing was found: #N/A, #NV, #I/T, #N/DISP. In capitals, as `#new` may be an id. */
const NOT_AVAILABLE = /^#(?:N\/\p{Lu}{1,4}|I\/T|Н\/Д|NV|GETTING_DATA)$/u;
/** Blanks of every kind, and signs that take up no room: nobody means them to tell two ids apart. */
const BLANK_ENDS = /^[\s\p{Cf}]+|[\s\p{Cf}]+$/gu;
/** The apostrophe by which people have a spreadsheet leave a number as it is. */
const TEXT_MARK = /^'(?=\d+$)/;

/** A session id without what nobody sees or means, and in one form of Unicode, as the same letters come in two. */
export function tidyId(text: string): string {
  return text.replace(BLANK_ENDS, "").replace(TEXT_MARK, "").normalize("NFC");
}

/** Why a text can be nobody's own name for a session; undefined if it can. */
export function faultOfId(id: string): string | undefined {
  if (id === "") return "is empty.";
  if (NOTHING.test(id)) return "means an empty cell, so different sessions would share one id.";
  if (SHORTENED_NUMBER.test(id)) {
    return "is a number that a spreadsheet has shortened, so different ids may have become the same. Format that column as text and export the file again.";
  }
  if (SPREADSHEET_ERROR.test(id) || NOT_AVAILABLE.test(id)) {
    return "is what a spreadsheet shows instead of a value, so different ids have become the same. Format that column as text and export the file again.";
  }
  if (id.includes('"')) return "contains a quote. The quotes in this row are wrong.";
  return /\p{Cc}/u.test(id) ? "contains control characters." : undefined;
}
