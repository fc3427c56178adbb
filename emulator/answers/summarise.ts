import type { Sentiment } from "./judgeSentiment.ts";
import type { Turn } from "./transcript.ts";
import { type CategoryName, categories } from "./words/categories.ts";
import { nameOfLanguage } from "./words/languages.ts";
import { wordsOf } from "./words/wordIndex.ts";

/** What was found in a chat. */
interface Found {
  language: string;
  category: CategoryName | undefined;
  sentiment: Sentiment;
  escalated: boolean;
  forwardedHr: boolean;
  turns: readonly Turn[];
}

const mostRead = 2_000;
const mostWordsQuoted = 16;
const longestQuote = 130;
/** A message of fewer words is a greeting, unless there is no other. */
const fewestWords = 3;
const greeting = /^\p{L}+(?: \p{L}+)?[,!.] (?=\S+ \S+ \S+)/u;
const sentenceEnds = ["! ", "? ", "？", "؟", "。"];
/** What would be data of a person or a secret is left out: addresses, links, long numbers. */
const personal = /\S+@\S+|https?:\/\/\S+|\b\p{Lu}{2}\d{2}[\dA-Z ]{8,}[\dA-Z]|\+?\d[\d /-]{4,}\d/gu;

/** A summary in English around the words in which the user said what it was about; at most 40 words, 300 characters. */
export function summarise(found: Found): string {
  const quote = quoteMatter(found.turns);
  const topic = found.category ? categories[found.category].topic : "something outside the usual topics";
  const about = `About ${topic}, in ${nameOfLanguage(found.language)}`;
  const matter = quote === "" ? about : `${about}: “${quote}”`;
  return `${matter}${/[.?!…؟？。]$/.test(quote) ? "" : "."} ${outcomeOf(found)}`;
}

/** A sentence without the salutation before it, with a capital at its start. */
export function withoutGreeting(sentence: string): string {
  const bare = sentence.trim().replace(greeting, "");
  return bare.charAt(0).toUpperCase() + bare.slice(1);
}

/** What the user began with, without a greeting, shortened. */
function quoteMatter(turns: readonly Turn[]): string {
  const said = turns.filter(({ role }) => role === "user").map(({ text }) => text.slice(0, mostRead));
  const matter = said.find((text) => wordsOf(text).length >= fewestWords) ?? said[0] ?? "";
  const text = withoutGreeting(matter.replaceAll(personal, "…").replaceAll(/[“”]/g, "'"));
  const words = text.split(/\s+/);
  const start = words.slice(0, mostWordsQuoted).join(" ");
  if (words.length <= mostWordsQuoted && start.length <= longestQuote) return start;
  const end = Math.max(...sentenceEnds.map((mark) => start.lastIndexOf(mark)));
  if (end > start.length / 2) return start.slice(0, end + 1);
  const cut = start.length > longestQuote ? start.slice(0, longestQuote).replace(/\s\S*$|[\ud800-\udbff]$/, "") : start;
  return `${cut.replace(/[\s,;:–-]+$/, "")} …`;
}

function outcomeOf({ turns, sentiment, escalated, forwardedHr }: Found): string {
  const replies = turns.filter(({ role }) => role === "assistant").length;
  const end =
    escalated && forwardedHr
      ? "Escalated and forwarded to HR"
      : escalated
        ? "Escalated to a person"
        : forwardedHr
          ? "Forwarded to HR"
          : replies === 0
            ? "Left without a reply"
            : replies === 1
              ? "Answered at once"
              : `Answered in ${replies} replies`;
  const mood = { POSITIVE: "; the user was pleased.", NEUTRAL: ".", NEGATIVE: "; the user was displeased." }[sentiment];
  return `${end}${mood}`;
}
