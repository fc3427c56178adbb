import type { Hints } from "./fromSchema.ts";
import { readTranscript } from "./transcript.ts";
import { categories } from "./words/categories.ts";
import { languageNames, scripts } from "./words/languages.ts";
import { countLanguages, countSignals, type Signal, wordsOf } from "./words/wordIndex.ts";

const mostQuestions = 5;
const longestQuestion = 200;

const sentenceEnd = /(?<=[.!?？؟\n])/;

type Sentiment = "POSITIVE" | "NEUTRAL" | "NEGATIVE";

/**
 * What word lists say of a chat: language, sentiment, escalation, category, questions, and a summary that is made of
 * these and repeats nothing of the chat. Keys are property names in lower case without underscores.
 */
export function analyseSession(text: string): Hints {
  const { user, assistant } = readTranscript(text);
  const userText = user.join("\n");
  const userWords = wordsOf(userText);
  const signals = countSignals(userWords);
  const language = detectLanguage(userText, userWords);
  const category = strongestCategory(signals) ?? strongestCategory(countSignals(wordsOf(assistant.join("\n"))));
  const sentiment = judgeSentiment(signals, userText);
  const assistantSignals = assistant.map((turn) => countSignals(wordsOf(turn)));
  const forwardedHr = assistantSignals.some((turn) => turn.has("forward") && turn.has("hr"));
  const escalated = signals.has("escalation") || assistantSignals.some((turn) => turn.has("escalation"));
  const questions = findQuestions(userText, language, category);
  return {
    language,
    sentiment,
    escalated,
    forwardedhr: forwardedHr,
    category: category ?? "UNRECOGNIZED_OTHER",
    questions,
    summary: summarise(language, category, sentiment, escalated, forwardedHr, questions.length),
  };
}

function detectLanguage(text: string, words: string[]): string {
  for (const [language, letters] of scripts) if (letters.test(text)) return language;
  let best = "en";
  let most = 0;
  for (const [language, count] of countLanguages(words)) {
    if (count > most) {
      best = language;
      most = count;
    }
  }
  return best;
}

function strongestCategory(signals: Map<Signal, number>): string | undefined {
  let best: string | undefined;
  let most = 0;
  for (const name of Object.keys(categories)) {
    const count = signals.get(name) ?? 0;
    if (count > most) {
      best = name;
      most = count;
    }
  }
  return best;
}

function judgeSentiment(signals: Map<Signal, number>, text: string): Sentiment {
  const shouting = /!{2,}|\p{Lu}{5,} \p{Lu}{3,}/u.test(text) ? 1 : 0;
  const negative = signals.get("negative") ?? 0;
  const balance = (signals.get("positive") ?? 0) - 2 * negative - (negative > 0 ? shouting : 0);
  return balance > 0 ? "POSITIVE" : balance < 0 ? "NEGATIVE" : "NEUTRAL";
}

/** The user's questions: as asked, when in English; else what someone with that matter would ask in English. */
function findQuestions(userText: string, language: string, category: string | undefined): string[] {
  const asked = userText.split(sentenceEnd).filter((sentence) => /[?？؟]$/.test(sentence));
  const questions = new Set<string>();
  const uses = new Map<string, number>();
  for (const sentence of asked) {
    if (questions.size === mostQuestions) break;
    const question = sentence.replace("¿", "").trim();
    if (language === "en" && question.length >= 8 && question.length <= longestQuestion) {
      questions.add(question.charAt(0).toUpperCase() + question.slice(1));
      continue;
    }
    const matter = strongestCategory(countSignals(wordsOf(question))) ?? category;
    const choices = matter === undefined ? undefined : categories[matter]?.questions;
    const used = uses.get(matter ?? "") ?? 0;
    uses.set(matter ?? "", used + 1);
    questions.add(choices?.[used % choices.length] ?? "Can you help me with this?");
  }
  return [...questions];
}

function summarise(
  language: string,
  category: string | undefined,
  sentiment: Sentiment,
  escalated: boolean,
  forwardedHr: boolean,
  questionCount: number,
): string {
  const topic = (category && categories[category]?.topic) ?? "a matter outside the usual topics";
  const moods = { POSITIVE: "friendly and content", NEUTRAL: "matter-of-fact", NEGATIVE: "dissatisfied" };
  const asked =
    questionCount === 0 ? "" : questionCount === 1 ? " with one question" : ` with ${questionCount} questions`;
  const outcome =
    escalated && forwardedHr
      ? "It was escalated and forwarded to HR."
      : escalated
        ? "It was escalated."
        : forwardedHr
          ? "It was forwarded to HR."
          : "The assistant handled it alone.";
  const name = languageNames[language] ?? "another language";
  return `A conversation in ${name} about ${topic}${asked}; the user was ${moods[sentiment]}. ${outcome}`;
}
