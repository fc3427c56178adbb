import type { CategoryName } from "./categories.ts";
import { languages } from "./languages.ts";
import type { LanguageWords, Mood } from "./languageWords.ts";

/** What a word can point to. */
export type Signal = CategoryName | Mood;

interface Phrase {
  signal: Signal;
  /** The beginnings of the words after the first. */
  rest: string[];
}

interface Stem {
  part: string;
  signal: Signal;
}

const shortestStem = 3;
/** Most words of a chat come again and again: what each was found to point to is kept until there are so many. */
const mostKnown = 20_000;
/** A longer match of a regular expression keeps the whole text that it was found in alive. */
const longestKnown = 16;
const none: readonly Signal[] = [];

function addTo<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}

/** Finds what the words of one language point to. */
class WordIndex {
  readonly #whole = new Map<string, Signal[]>();
  readonly #beginnings = new Map<string, Stem[]>();
  readonly #anywhere: Stem[] = [];
  readonly #phrases = new Map<string, Phrase[]>();
  readonly #known = new Map<string, readonly Signal[]>();

  constructor({ categories, moods }: LanguageWords) {
    for (const [signal, words] of Object.entries({ ...categories, ...moods })) {
      for (const word of words.split(" ")) this.#learn(word, signal as Signal);
    }
  }

  /** How often each signal shows in these words. */
  count(words: readonly string[]): Map<Signal, number> {
    const counts = new Map<Signal, number>();
    const add = (signal: Signal) => counts.set(signal, (counts.get(signal) ?? 0) + 1);
    for (const [index, word] of words.entries()) {
      for (const signal of this.signalsOf(word)) add(signal);
      for (const { signal, rest } of this.#phrases.get(word) ?? []) {
        if (rest.every((part, place) => startsLike(words[index + 1 + place], part))) add(signal);
      }
    }
    return counts;
  }

  /** What a word points to by itself. */
  signalsOf(word: string): readonly Signal[] {
    const found = this.#known.get(word);
    if (found) return found;
    const stems = this.#beginnings.get(word.slice(0, shortestStem)) ?? [];
    const signals = new Set([
      ...(this.#whole.get(word) ?? []),
      ...stems.filter(({ part }) => word.startsWith(part)).map(({ signal }) => signal),
      ...this.#anywhere.filter(({ part }) => word.includes(part)).map(({ signal }) => signal),
    ]);
    if (this.#known.size >= mostKnown) this.#known.clear();
    if (word.length <= longestKnown) this.#known.set(word, signals.size === 0 ? none : [...signals]);
    return [...signals];
  }

  #learn(word: string, signal: Signal): void {
    const [first = "", ...rest] = word.split("-");
    if (rest.length > 0) addTo(this.#phrases, first, { signal, rest });
    else if (word.startsWith("=")) addTo(this.#whole, word.slice(1), signal);
    else if (word.startsWith("*")) this.#anywhere.push({ part: word.slice(1), signal });
    else if (word.length < shortestStem) addTo(this.#whole, word, signal);
    else addTo(this.#beginnings, word.slice(0, shortestStem), { part: word, signal });
  }
}

/** A short part stands for itself alone: `a` for no other word that begins with it. */
function startsLike(word: string | undefined, part: string): boolean {
  return part.length < shortestStem ? word === part : (word ?? "").startsWith(part);
}

const indexes = new Map<string, WordIndex>();

/** The index of a language, made when it is first needed; of one that nothing is known of, an empty one. */
export function wordIndexOf(language: string): WordIndex {
  const made = indexes.get(language);
  if (made) return made;
  const index = new WordIndex(languages[language] ?? { name: "", common: "", categories: {}, moods: {} });
  indexes.set(language, index);
  return index;
}

/** The words of a text in lower case. */
export function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{M}\d]+/gu) ?? [];
}
