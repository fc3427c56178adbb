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
  return values.flatMap((value) => unwrap(value));
}

/** An answer in a list or a text, or as the only thing in another object. */
function unwrap(value: unknown, deep = 2): Record<string, unknown>[] {
  if (typeof value === "string" && deep > 0)
    return findObjects(value).flatMap((inner) => unwrap(parseNearlyJson(inner), 0));
  if (Array.isArray(value))
    return deep > 0 ? value.slice(0, MOST_OBJECTS).flatMap((inner) => unwrap(inner, deep - 1)) : [];
  if (typeof value !== "object" || value === null) return [];
  const [only, ...others] = Object.values(value);
  const isWrapper =
    deep > 0 && others.length === 0 && typeof only === "object" && only !== null && !Array.isArray(only);
  return [isWrapper ? { ...only } : { ...value }];
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
