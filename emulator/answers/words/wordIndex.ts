import { categories } from "./categories.ts";
import { stopWords } from "./languages.ts";
import { moods } from "./moods.ts";

/** What a word can point to: a category, or one of the moods. */
export type Signal = string;

interface Stem {
  start: string;
  signal: Signal;
  /** The beginning of the next word, for a phrase of two. */
  next: string | null;
}

const exact = new Map<string, Signal[]>();
const byBeginning = new Map<string, Stem[]>();
const phrases = new Map<string, Stem[]>();
const languagesOf = new Map<string, string[]>();
const beginningLength = 3;

function addTo<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}

function learn(words: string, signal: Signal): void {
  for (const word of words.split(" ")) {
    const [start = "", next = null] = word.split("-");
    if (word.startsWith("=")) addTo(exact, word.slice(1), signal);
    else if (next !== null) addTo(phrases, start, { start, signal, next });
    else if (start.length < beginningLength) addTo(exact, start, signal);
    else addTo(byBeginning, start.slice(0, beginningLength), { start, signal, next });
  }
}

for (const [name, { words }] of Object.entries(categories)) learn(words, name);
for (const [mood, words] of Object.entries(moods)) learn(words, mood);
for (const [language, words] of Object.entries(stopWords)) {
  for (const word of words.split(" ")) addTo(languagesOf, word, language);
}

/** The words of a text in lower case. */
export function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{M}\d]+/gu) ?? [];
}

/** What each word was found to point to; most words of a chat come again and again. Emptied when it is full. */
const known = new Map<string, readonly Signal[]>();
const mostKnown = 20_000;
/** A longer match of a regular expression keeps the whole text that it was found in alive. */
const longestKnown = 12;
const none: readonly Signal[] = [];

function signalsOf(word: string): readonly Signal[] {
  const found = known.get(word);
  if (found) return found;
  const stems = byBeginning.get(word.slice(0, beginningLength)) ?? [];
  const started = stems.filter((stem) => word.startsWith(stem.start)).map((stem) => stem.signal);
  const signals = [...(exact.get(word) ?? []), ...started];
  if (known.size >= mostKnown) known.clear();
  if (word.length <= longestKnown) known.set(word, signals.length === 0 ? none : signals);
  return signals;
}

/** How often each signal shows in these words. */
export function countSignals(words: string[]): Map<Signal, number> {
  const counts = new Map<Signal, number>();
  const add = (signal: Signal) => counts.set(signal, (counts.get(signal) ?? 0) + 1);
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? "";
    for (const signal of signalsOf(word)) add(signal);
    const phrasesFromHere = phrases.get(word);
    if (!phrasesFromHere) continue;
    for (const phrase of phrasesFromHere) {
      if (phrase.next !== null && words[index + 1]?.startsWith(phrase.next)) add(phrase.signal);
    }
  }
  return counts;
}

/** How much speaks for each language; a word that several share counts for each in part. */
export function countLanguages(words: string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const word of words) {
    const languages = languagesOf.get(word);
    if (!languages) continue;
    for (const language of languages) counts.set(language, (counts.get(language) ?? 0) + 1 / languages.length);
  }
  return counts;
}
