import { parseNearlyJson } from "../json.ts";
import { endOfObject } from "../jsonText.ts";

const MOST_OBJECTS = 10;
/** So many opening braces are tried that lead nowhere: prose may hold some. */
const MOST_FALSE_STARTS = 20;
/** What some models think aloud before they answer. It may hold drafts, which are no answers. */
const THOUGHTS = /^\s*<(think|thinking|reasoning)>[\s\S]*?<\/\1>/i;

/**
 * The objects in the text of an answer, each of which may be the answer: the text itself as JSON, or what stands in it with
 * a fence or prose around, more than once, or as JSON within JSON. Empty if there is none.
 */
export function findAnswers(text: string): Record<string, unknown>[] {
  const said = text.replace(THOUGHTS, "").replace(/^\uFEFF/, "");
  const whole = parseNearlyJson(said.trim());
  const values = whole === undefined ? findObjects(said).map(parseNearlyJson) : [whole];
  return values.flatMap((value) => findIn(value));
}

/** The objects that stand in the fields of one that is no answer itself: some put the answer into another object. */
export function findWithin(object: Record<string, unknown>): Record<string, unknown>[] {
  return Object.values(object)
    .slice(0, MOST_OBJECTS)
    .flatMap((field) => findIn(field));
}

/** Those of a value: itself, or what stands in it as a list or as JSON. */
function findIn(value: unknown, deep = 2): Record<string, unknown>[] {
  if (typeof value === "string") {
    if (deep === 0 || !value.includes("{")) return [];
    const whole = parseNearlyJson(value.trim());
    const inner = whole === undefined ? findObjects(value).map(parseNearlyJson) : [whole];
    return inner.flatMap((one) => findIn(one, deep - 1));
  }
  if (Array.isArray(value))
    return deep > 0 ? value.slice(0, MOST_OBJECTS).flatMap((inner) => findIn(inner, deep - 1)) : [];
  return typeof value === "object" && value !== null ? [{ ...value }] : [];
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
