import { de } from "./languages/de.ts";
import { en } from "./languages/en.ts";
import { es } from "./languages/es.ts";
import { fr } from "./languages/fr.ts";
import { it } from "./languages/it.ts";
import { nl } from "./languages/nl.ts";
import { others } from "./languages/others.ts";
import { pl } from "./languages/pl.ts";
import { pt } from "./languages/pt.ts";
import { tr } from "./languages/tr.ts";
import type { LanguageWords } from "./languageWords.ts";

/** The words of each language, by its ISO 639-1 code. */
export const languages: Readonly<Record<string, LanguageWords>> = { en, de, nl, fr, es, it, pt, pl, tr, ...others };

/** Languages that a script alone gives away, in the order in which they are tried. */
export const scripts: readonly (readonly [language: string, letters: RegExp])[] = [
  ["ja", /[\p{Script=Hiragana}\p{Script=Katakana}]/gu],
  ["ko", /\p{Script=Hangul}/gu],
  ["zh", /\p{Script=Han}/gu],
  ["ar", /\p{Script=Arabic}/gu],
  ["he", /\p{Script=Hebrew}/gu],
  ["el", /\p{Script=Greek}/gu],
  ["hi", /\p{Script=Devanagari}/gu],
  ["uk", /[іїєґ]/gi],
  ["ru", /\p{Script=Cyrillic}/gu],
];

/** Languages of which nothing but the name is known. */
const foreignNames: Record<string, string> = {
  ja: "Japanese",
  ko: "Korean",
  zh: "Chinese",
  he: "Hebrew",
  el: "Greek",
  hi: "Hindi",
  uk: "Ukrainian",
};

/** How a summary names a language. */
export function nameOfLanguage(language: string): string {
  return languages[language]?.name ?? foreignNames[language] ?? "another language";
}
