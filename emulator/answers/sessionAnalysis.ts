import { detectLanguage } from "./detectLanguage.ts";
import type { Hints } from "./fromSchema.ts";
import { judgeSentiment } from "./judgeSentiment.ts";
import { summarise, withoutGreeting } from "./summarise.ts";
import { readTurns } from "./transcript.ts";
import { type CategoryName, categories, categoryNames } from "./words/categories.ts";
import { type Signal, wordIndexOf, wordsOf } from "./words/wordIndex.ts";

const mostQuestions = 5;
const longestQuestion = 200;
/** A matter that is named first counts this much more than one that comes up later. */
const firstCounts = 1.5;

const sentenceEnd = /(?<=[.!?？؟\n])/;

/**
 * What word lists say of a chat: language, sentiment, escalation, category, questions, and a summary out of its own words.
 * Keys are property names in lower case without underscores.
 */
export function analyseSession(text: string): Hints {
  const turns = readTurns(text);
  const user = turns.filter(({ role }) => role === "user").map((turn) => turn.text);
  const others = turns.filter(({ role }) => role !== "user").map((turn) => turn.text);
  const language = detectLanguage(user, others);
  const asked = user.map((said) => countSignals(language, said));
  const replied = others.map((said) => wordIndexOf(language).count(wordsOf(said)));
  const category = findCategory(asked);
  const forwardedHr = replied.some((turn) => turn.has("forward") && turn.has("hr"));
  const escalated = [...asked, ...replied].some((turn) => turn.has("escalation"));
  const sentiment = judgeSentiment(user, asked);
  const questions = findQuestions(user, language, category);
  const found = { language, category, sentiment, escalated, forwardedHr, turns };
  return {
    language,
    sentiment,
    escalated,
    forwardedhr: forwardedHr,
    category: category ?? "UNRECOGNIZED_OTHER",
    questions,
    summary: summarise(found),
  };
}

/** The signals of a text by the words of its language; by English ones where these show no category. */
function countSignals(language: string, text: string): Map<Signal, number> {
  const words = wordsOf(text);
  const counts = wordIndexOf(language).count(words);
  if (language === "en" || categoryNames.some((name) => counts.has(name))) return counts;
  const english = wordIndexOf("en").count(words);
  return new Map([...counts, ...[...english].filter(([signal]) => signal in categories)]);
}

function findCategory(turns: Map<Signal, number>[]): CategoryName | undefined {
  const first = turns.find((counts) => categoryNames.some((name) => counts.has(name)));
  let best: CategoryName | undefined;
  let most = 0;
  for (const name of categoryNames) {
    const score = turns.reduce((sum, counts) => sum + (counts.get(name) ?? 0), firstCounts * (first?.get(name) ?? 0));
    if (score > most) {
      best = name;
      most = score;
    }
  }
  return best;
}

/** The user's questions: as asked, when in English; else what someone with that matter would ask in English. */
function findQuestions(user: string[], language: string, category: CategoryName | undefined): string[] {
  const asked = user
    .join("\n")
    .split(sentenceEnd)
    .filter((sentence) => /[?？؟]$/.test(sentence));
  const questions = new Set<string>();
  const uses = new Map<string, number>();
  for (const sentence of asked) {
    if (questions.size === mostQuestions) break;
    const question = withoutGreeting(sentence.replace("¿", ""));
    if (language === "en" && question.length >= 8 && question.length <= longestQuestion) {
      questions.add(question);
      continue;
    }
    const matter = findCategory([countSignals(language, question)]) ?? category;
    const choices = matter === undefined ? undefined : categories[matter].questions;
    const used = uses.get(matter ?? "") ?? 0;
    uses.set(matter ?? "", used + 1);
    questions.add(choices?.[used % choices.length] ?? "Can you help me with this?");
  }
  return [...questions];
}
