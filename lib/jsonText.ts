/** Ends of a line to some readers, though not to JSON, which leaves them as they are. */
const OTHER_LINE_ENDS = /[\u0085\u2028\u2029]/g;

/** The same JSON on a line that no reader cuts in two. */
export function onOneLine(json: string): string {
  return json.replaceAll(OTHER_LINE_ENDS, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** The index behind a JSON string that starts at this quote; -1 if it does not end. */
export function endOfString(text: string, start: number): number {
  for (let quote = text.indexOf('"', start + 1); quote !== -1; quote = text.indexOf('"', quote + 1)) {
    let backslashes = 0;
    while (text[quote - 1 - backslashes] === "\\") backslashes++;
    if (backslashes % 2 === 0) return quote + 1;
  }
  return -1;
}

/** The index behind an object that starts at this brace; -1 if its braces do not balance. */
export function endOfObject(text: string, start: number): number {
  const marks = /["{}]/g;
  marks.lastIndex = start;
  let depth = 0;
  for (let mark = marks.exec(text); mark; mark = marks.exec(text)) {
    if (mark[0] === '"') {
      const end = endOfString(text, mark.index);
      if (end === -1) return -1;
      marks.lastIndex = end;
    } else {
      depth += mark[0] === "{" ? 1 : -1;
      if (depth === 0) return marks.lastIndex;
    }
  }
  return -1;
}

/**
 * JSON without the slips of those that write it by hand: commas before a closing bracket, `NaN`, `None` and the like, raw
 * control characters and unknown escapes in strings, other quotes, keys without any, comments. It changes no value that JSON
 * has, and closes nothing that was cut.
 */
export function mendJson(text: string): string {
  const parts: string[] = [];
  const hopeless = new Set<string>();
  const marks = /["'“”‘’]|\/[/*]/g;
  let plainFrom = 0;
  for (let mark = marks.exec(text); mark; mark = marks.exec(text)) {
    const [found] = mark;
    const end = endOfMark(text, mark.index, found, hopeless);
    if (end === -1) continue;
    parts.push(mendPlain(text.slice(plainFrom, mark.index)));
    if (found === '"') parts.push(mendString(text.slice(mark.index, end)));
    else if (!found.startsWith("/")) parts.push(mendString(requote(text.slice(mark.index + 1, end - 1))));
    plainFrom = end;
    marks.lastIndex = end;
  }
  parts.push(mendPlain(text.slice(plainFrom)));
  return parts.join("");
}

/** Behind the string or the comment that begins here; -1 if none does. A JSON string that does not end leaves the rest as it is. */
function endOfMark(text: string, start: number, mark: string, hopeless: Set<string>): number {
  if (mark === '"') return endAt(endOfString(text, start), text.length);
  if (mark === "//") return endAt(text.indexOf("\n", start), text.length);
  if (mark === "/*") return endAt(text.indexOf("*/", start + 2) + 1, text.length) + 1;
  // Elsewhere it is an apostrophe, and what was not found once is not looked for again.
  if (hopeless.has(mark) || !/[{[,:]\s*$|^\s*$/.test(text.slice(Math.max(0, start - 20), start))) return -1;
  const close = new RegExp(`${UNESCAPED}[${CLOSING[mark] ?? mark}](?=\\s*(?:[,:}\\]]|$))`, "g");
  close.lastIndex = start + 1;
  const end = close.exec(text);
  if (!end) hopeless.add(mark);
  return end ? end.index + 1 : -1;
}

/** Stands before a sign that no backslash escapes: an even number of them are themselves escaped. */
const UNESCAPED = String.raw`(?<!(?<!\\)(?:\\\\)*\\)`;
const UNESCAPED_QUOTE = new RegExp(`${UNESCAPED}"`, "g");
const ESCAPED_OTHER = new RegExp(String.raw`${UNESCAPED}\\(['‘’“”])`, "g");

const CLOSING: Readonly<Record<string, string>> = { "“": "“”", "”": "“”", "‘": "‘’", "’": "‘’" };

const endAt = (index: number, otherwise: number) => (index <= 0 ? otherwise : index);

/** What stood in other quotes, in those of JSON. */
function requote(inner: string): string {
  return `"${inner.replaceAll(ESCAPED_OTHER, "$1").replaceAll(UNESCAPED_QUOTE, '\\"')}"`;
}

function mendPlain(text: string): string {
  return text
    .replaceAll(/,(\s*[}\]])/g, "$1")
    .replaceAll(/([{,]\s*)([A-Za-z_]\w*)(?=\s*:)/g, '$1"$2"')
    .replaceAll(/-?\b(?:NaN|Infinity|undefined|None)\b/g, "null")
    .replaceAll(/\b(True|False)\b/g, (word) => word.toLowerCase());
}

function mendString(text: string): string {
  const escaped = text.replaceAll(/\\(.)/gs, (pair, char: string) => ('"\\/bfnrtu'.includes(char) ? pair : char));
  return escaped.replaceAll(/\p{Cc}/gu, (char) => (char < " " ? JSON.stringify(char).slice(1, -1) : char));
}
