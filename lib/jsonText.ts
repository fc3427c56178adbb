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
 * control characters and unknown escapes in strings. It changes no value that JSON has, and closes nothing that was cut.
 */
export function mendJson(text: string): string {
  const parts: string[] = [];
  for (let at = 0; at < text.length; ) {
    const quote = text.indexOf('"', at);
    const end = quote === -1 ? -1 : endOfString(text, quote);
    parts.push(mendPlain(text.slice(at, quote === -1 ? text.length : quote)));
    if (end === -1) {
      if (quote !== -1) parts.push(text.slice(quote));
      break;
    }
    parts.push(mendString(text.slice(quote, end)));
    at = end;
  }
  return parts.join("");
}

function mendPlain(text: string): string {
  return text
    .replaceAll(/,(\s*[}\]])/g, "$1")
    .replaceAll(/-?\b(?:NaN|Infinity|undefined|None)\b/g, "null")
    .replaceAll(/\b(True|False)\b/g, (word) => word.toLowerCase());
}

function mendString(text: string): string {
  const escaped = text.replaceAll(/\\(.)/gs, (pair, char: string) => ('"\\/bfnrtu'.includes(char) ? pair : char));
  return escaped.replaceAll(/\p{Cc}/gu, (char) => (char < " " ? JSON.stringify(char).slice(1, -1) : char));
}
