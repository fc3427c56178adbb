import { parseNearlyJson } from "./json.ts";
import { endOfObject } from "./jsonText.ts";

export const MOST_OBJECTS = 10;
/** So many opening braces are tried that lead nowhere: prose may hold some. */
const MOST_FALSE_STARTS = 20;

/** What some models think aloud before they answer. It may hold drafts, which are no answers. */
const THOUGHTS = "think|thinking|thoughts?|reasoning|reflection|scratchpad";
const OPENED = new RegExp(String.raw`^\s*[<[](${THOUGHTS})[>\]][\s\S]*?[<[]/\1[>\]]`, "i");
const UP_TO_THEIR_END = new RegExp(String.raw`^[\s\S]*[<[]/(?:${THOUGHTS})[>\]]`, "i");
const BEHIND_THE_ANSWER = new RegExp(String.raw`[<[](${THOUGHTS})[>\]](?:(?![<[]/?\1)[\s\S])*[<[]/\1[>\]]\s*$`, "i");

/**
 * The JSON values in what a model has written: the text itself as JSON, or the objects in it, whatever stands around them.
 * Undefined stands for what looks like an object and is none.
 */
export function findJson(text: string): unknown[] {
  const whole = parseNearlyJson(text.trim());
  if (whole !== undefined) return [whole];
  const said = withoutThoughts(text);
  return said === text ? findObjects(text).map(parseNearlyJson) : findJson(said);
}

/** The mark that begins the thoughts may be missing. One within an object is quoted there. */
function withoutThoughts(text: string): string {
  const said = text.replace(OPENED, "");
  const around = findObjects(said)
    .reduce((left, object) => left.replace(object, " ".repeat(object.length)), said)
    .replace(BEHIND_THE_ANSWER, "");
  const start = UP_TO_THEIR_END.exec(around)?.[0].length ?? 0;
  return said.slice(start, around.length);
}

/** The outermost `{...}` in a text, in order, whatever stands around them. They need not be valid JSON. */
function findObjects(text: string): string[] {
  const found: string[] = [];
  let falseStarts = 0;
  for (let start = text.indexOf("{"); start !== -1; ) {
    const end = endOfObject(text, start);
    if (end !== -1) found.push(text.slice(start, end));
    else falseStarts++;
    if (found.length >= MOST_OBJECTS || falseStarts >= MOST_FALSE_STARTS) break;
    start = text.indexOf("{", end === -1 ? start + 1 : end);
  }
  return found;
}
