import { languages, scripts } from "./words/languages.ts";
import { wordIndexOf, wordsOf } from "./words/wordIndex.ts";

/** So many characters tell. */
const enough = 4_000;
/** What an answer says for the language of a question that is too short to tell. */
const weightOfAnswers = 0.3;
const weightOfLetters = 1;
const weightOfTopics = 0.5;

const mostKnown = 20_000;
/** A longer match of a regular expression keeps the whole text that it was found in alive. */
const longestKnown = 16;

type Evidence = readonly [language: string, score: number];

const names = Object.keys(languages);
const commonTo = Map.groupBy(
  Object.entries(languages).flatMap(([language, { common }]) => wordsOf(common).map((word) => ({ language, word }))),
  ({ word }) => word,
);
const hints = Object.entries(languages).flatMap(([language, { letters }]) =>
  letters ? [{ language, letters: new RegExp(`[${letters}]`, "i") }] : [],
);

/** The language of what the user wrote, by its script, its small words, its letters and the words of its topics. */
export function detectLanguage(user: readonly string[], others: readonly string[]): string {
  const text = user.join("\n").slice(0, enough);
  const letters = text.match(/\p{L}/gu)?.length ?? 0;
  for (const [language, script] of scripts) {
    const found = text.match(script)?.length ?? 0;
    if (found > 0 && (language === "uk" || found > letters / 2)) return language;
  }
  const scores = new Map<string, number>();
  weigh(scores, text, 1);
  weigh(scores, others.join("\n").slice(0, enough), weightOfAnswers);
  let best = "en";
  for (const [language, score] of scores) if (score > (scores.get(best) ?? 0)) best = language;
  return best;
}

function weigh(scores: Map<string, number>, text: string, weight: number): void {
  for (const word of wordsOf(text)) {
    for (const [language, score] of evidenceOf(word))
      scores.set(language, (scores.get(language) ?? 0) + score * weight);
  }
}

/** What a word says for which languages; the same words come again and again. Emptied when it is full. */
const known = new Map<string, readonly Evidence[]>();
const none: readonly Evidence[] = [];

function evidenceOf(word: string): readonly Evidence[] {
  const found = known.get(word);
  if (found) return found;
  const common = commonTo.get(word)?.map(({ language }) => language) ?? [];
  const hinted = hints.filter((hint) => hint.letters.test(word)).map(({ language }) => language);
  const topical = common.length > 0 ? [] : names.filter((name) => wordIndexOf(name).signalsOf(word).length > 0);
  const shares = (languages: string[], weight: number) =>
    languages.map((name): Evidence => [name, weight / languages.length]);
  const evidence = [...shares(common, 1), ...shares(hinted, weightOfLetters), ...shares(topical, weightOfTopics)];
  if (known.size >= mostKnown) known.clear();
  if (word.length <= longestKnown) known.set(word, evidence.length === 0 ? none : evidence);
  return evidence;
}
