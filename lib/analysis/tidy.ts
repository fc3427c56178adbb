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

/** One of the words, whatever its case, and whatever stands between its parts; also alone in a list. */
export function tidyWord(given: unknown, words: readonly string[]): unknown {
  const value = Array.isArray(given) && given.length === 1 ? given[0] : given;
  if (typeof value !== "string") return given;
  const bare = (word: string) => word.replaceAll(/[^A-Za-z0-9]/g, "").toUpperCase();
  return words.find((word) => bare(word) === bare(value)) ?? given;
}

/** A text without blanks around it, cut at a word where it is longer than it may be. */
export function tidyText(value: unknown, most: number): unknown {
  const text = Array.isArray(value) && value.every((part) => typeof part === "string") ? value.join(" ") : value;
  return typeof text === "string" ? cutAtWord(text.trim(), most) : text;
}

/** The first so many texts, without blank ones and repetitions. A text may stand for a list, an object for its one text. */
export function tidyTexts(value: unknown, most: number, longest: number): unknown {
  const list = value === null ? [] : typeof value === "string" ? [value] : inOrder(value);
  if (!Array.isArray(list)) return value;
  const texts = list.map((item) => tidyText(onlyText(item), longest)).filter((item) => item !== "" && item !== null);
  return [...new Set(texts)].slice(0, most);
}

/** An object with the keys of the schema, however they are written, and without any others. */
export function tidyKeys(value: Record<string, unknown>, keys: readonly string[]): Record<string, unknown> {
  const bare = (key: string) => key.replaceAll(/[^A-Za-z0-9]/g, "").toLowerCase();
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
