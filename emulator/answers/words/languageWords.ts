import type { CategoryName } from "./categories.ts";

/** What a word can show besides a category. `hr` and `forward` count together, in what the company's side says. */
export type Mood = "positive" | "negative" | "escalation" | "hr" | "forward";

/**
 * The words of one language, between blanks. A word stands for all words that begin with it; `=word` for itself alone,
 * `*word` for all that hold it anywhere, and `two-words` for a word and the beginnings of those after it.
 */
export interface LanguageWords {
  /** How a summary names the language. */
  name: string;
  /** Frequent small words, whole: what a text is recognised by. */
  common: string;
  /** Letters that hint at it. */
  letters?: string;
  categories: Partial<Record<CategoryName, string>>;
  moods: Partial<Record<Mood, string>>;
}
