import { z } from "zod";
import type { Hints } from "./fromSchema.ts";
import { categories, categoryNames } from "./words/categories.ts";
import { wordIndexOf, wordsOf } from "./words/wordIndex.ts";

const lineSchema = z.object({ question: z.number().int().positive(), text: z.string() });
const mostWords = 4;
const dull = new Set(["a", "an", "and", "in", "its", "the", "to"]);

/**
 * A label for each question that a prompt numbers, one JSON object a line, as what stands for it in an answer: `q1`, `q2`.
 * None where the prompt is anything else.
 */
export function labelQuestions(conversation: string): Hints {
  const lines = conversation.split("\n").map((line) => lineSchema.safeParse(parse(line)));
  if (!lines.every(({ success }) => success)) return {};
  return Object.fromEntries(lines.flatMap(({ data }) => (data ? [[`q${data.question}`, labelOf(data.text)]] : [])));
}

/** The category that its words point to, as two to four words; else a topic for all others. */
function labelOf(question: string): string {
  const counts = wordIndexOf("en").count(wordsOf(question));
  const category = categoryNames.toSorted((a, b) => (counts.get(b) ?? 0) - (counts.get(a) ?? 0)).at(0);
  if (category === undefined || !counts.has(category)) return "Other questions";
  const words = categories[category].topic.split(" ").filter((word) => !dull.has(word));
  const label = words.slice(0, mostWords).join(" ");
  return label.charAt(0).toUpperCase() + label.slice(1);
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
