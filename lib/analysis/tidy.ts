import { parseNearlyJson } from "../json.ts";

/** What of an answer's form does not touch its meaning. Each gives back what it cannot put right, for the schema to judge. */

const YES = new Set(["true", "yes", "y", "1"]);
const NO = new Set(["false", "no", "n", "0"]);

/** A boolean; also one that came as a text or a number. */
export function tidyBoolean(value: unknown): unknown {
  if (typeof value === "object") return value;
  const text = String(value).trim().toLowerCase();
  if (YES.has(text)) return true;
  return NO.has(text) ? false : value;
}

/** Behind a word, what takes it back or puts another beside it. */
const DOUBT =
  /^\W*(?:or|and|but|not|to|at|in|then|until|vs|versus|turn\w*|becom\w*|lean\w*|mixed|maybe)\b|^\s*[/|&+?]|^-\w|\?\s*$/i;

/**
 * One of the words, whatever its case, whatever stands between its parts, and whatever explains it behind: `Negative
 * (frustrated)`; also alone in a list. `synonyms`: other names for some of them, in capitals.
 */
export function tidyWord(
  given: unknown,
  words: readonly string[],
  synonyms: Readonly<Record<string, string>> = {},
): unknown {
  const value = onlyOne(given);
  if (typeof value !== "string") return given;
  const names = [...words.map((word) => [word, word] as const), ...Object.entries(synonyms)];
  const same = names.find(([name]) => bare(name) === bare(value));
  if (same) return same[1];
  const begun = names.flatMap(([name, word]) => {
    const rest = behind(name, value);
    return rest === undefined ? [] : [{ word, rest }];
  })[0];
  if (!begun || DOUBT.test(begun.rest)) return given;
  // Of the synonyms, those in capitals alone: in prose they are words like any other.
  const namesAnother = ([name, word]: readonly [string, string]) =>
    word !== begun.word && (begun.rest.includes(name) || (name === word && bare(begun.rest).includes(bare(name))));
  return names.some(namesAnother) ? given : begun.word;
}

const bare = (word: string) => word.replaceAll(/[^A-Za-z0-9]/g, "").toUpperCase();

/** What follows the word that a text begins with. */
function behind(word: string, text: string): string | undefined {
  const begin = new RegExp(String.raw`^[\W_]*${word.replaceAll("_", String.raw`[\W_]*`)}(?![\p{L}\d_])`, "iu");
  return begin.test(text) ? text.replace(begin, "") : undefined;
}

/** What stands alone in a list. */
export function onlyOne(value: unknown): unknown {
  return Array.isArray(value) && value.length === 1 ? value[0] : value;
}

/** A text without blanks around it, cut at a word where it is longer than it may be. */
export function tidyText(value: unknown, most: number): unknown {
  const text = Array.isArray(value) && value.every((part) => typeof part === "string") ? value.join(" ") : value;
  return typeof text === "string" ? cutAtWord(text.trim(), most) : text;
}

/**
 * The first so many texts, without blank ones, repetitions and words for nothing. A text may stand for a list, as JSON or with a
 * mark before each of its lines, and an object for its one text.
 */
export function tidyTexts(value: unknown, most: number, longest: number): unknown {
  const list = value === null ? [] : typeof value === "string" ? [value] : inOrder(value);
  if (!Array.isArray(list)) return value;
  const texts = unmark(list.map(onlyText).flatMap(listWithin)).map((item) => tidyText(item, longest));
  return [...new Set(texts.filter((text) => text !== null && !(typeof text === "string" && saysNothing(text))))].slice(
    0,
    most,
  );
}

/** What models write where they have nothing to say. A question mark behind a word makes it a question. */
const NOTHING = new RegExp(
  [
    String.raw`^(?:nil|null|nan|undefined|empty|n\W?a`,
    "(?:no|not|none|nothing|unknown|unspecified)(?: (?:applicable|available|specified|provided|given|known|asked|found|identified|stated|clear))?",
    String.raw`(?:there (?:is|are|was|were) )?(?:no|unknown)(?: \w+)? (?:questions?|topics?|labels?)(?:(?: was| were)? (?:asked|found|identified|given))?(?: by the user)?)$`,
  ].join("|"),
  "i",
);

/** Whether a text only stands in place of one. */
export function saysNothing(text: string): boolean {
  const words = text.replaceAll(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}?]+$/gu, "").replaceAll(/[\s_-]+/g, " ");
  return /^\?*$/.test(words) || NOTHING.test(words);
}

/** The list that a text stands for: JSON, or its lines where each is a question or has a mark. */
function listWithin(item: unknown): unknown[] {
  if (typeof item !== "string") return [item];
  const parsed = /^\s*\[/.test(item) ? parseNearlyJson(item.trim()) : undefined;
  if (Array.isArray(parsed)) return parsed.map(onlyText);
  const [first = "", ...others] = item.split(LINE_ENDS).filter((line) => line.trim() !== "");
  const lines = others.length > 0 && /:\s*$/.test(first) ? others : [first, ...others];
  return lines.every((line, index) => /\?\s*$/.test(line) || withoutMark(line, index) !== line) ? lines : [item];
}

/** Ends of lines; also a blank behind a sentence and before the mark of the next. */
const LINE_ENDS = /[\r\n]+|(?<=[.?!;])\s+(?=(?:[-*•]|\(?\d{1,2}[.):])\s)/;

/** Each without its mark, where all have one. */
function unmark(texts: unknown[]): unknown[] {
  const bareTexts = texts.map((text, index) => (typeof text === "string" ? withoutMark(text, index) : text));
  return bareTexts.every((text, index) => text !== texts[index]) ? bareTexts : texts;
}

/** A mark is a dash, a point, or the number of the place. */
function withoutMark(line: string, index: number): string {
  const [all, number] = /^\s*(?:[-–*•·]|[([]?[Qq]?(\d{1,2})[.):\]]+)\s+/.exec(line) ?? ["", undefined];
  return number === undefined || Number(number) === index + 1 ? line.slice(all.length) : line;
}

/** An object with the keys of the schema, however they are written, and without any others. */
export function tidyKeys(value: Record<string, unknown>, keys: readonly string[]): Record<string, unknown> {
  const byBareKey = new Map(Object.entries(value).map(([key, field]) => [bare(key), field]));
  const found = keys.flatMap((key) => {
    const field = Object.hasOwn(value, key) ? value[key] : byBareKey.get(bare(key));
    return field === undefined ? [] : [[key, field] as const];
  });
  return Object.fromEntries(found);
}

/** The values of an object that stands for a list: `{"1": "...", "2": "..."}`. */
function inOrder(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.keys(value).every((key) => /^\D*\d+$/.test(key)) ? Object.values(value) : value;
}

function onlyText(item: unknown): unknown {
  if (typeof item !== "object" || item === null) return item;
  const texts = Object.values(item).filter((field) => typeof field === "string");
  return texts.length === 1 ? texts[0] : item;
}

/** At most so many characters, with an ellipsis in place of what is left out; never in the middle of a pair. */
function cutAtWord(text: string, most: number): string {
  if (text.length <= most) return text;
  const start = text.slice(0, most - 1);
  const blank = start.search(/\s\S*$/);
  const words = blank > most / 2 ? start.slice(0, blank) : start.replace(/[\ud800-\udbff]$/, "");
  return `${words.replace(/[\s,;:–-]+$/, "")}…`;
}
