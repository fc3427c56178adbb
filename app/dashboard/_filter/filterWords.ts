import {
  CATEGORY_WORDS,
  countryName,
  languageName,
  RESPONSE_TIME_WORDS,
  SENTIMENT_WORDS,
} from "../../_words/sessions.ts";
import { dayInWords, daysInWords, hourInWords } from "../../_words/times.ts";
import type { Filter, FilterName } from "./filter.ts";

/** Each part of a filter in words, with the names that are taken away together. `asked` is the question by its id. */
export function filterWords(filter: Filter, asked: string | undefined): { words: string; names: FilterName[] }[] {
  const { from, to, search, question, questionId, sentiment, category, language } = filter;
  const { externalSessionId: name, externalSessionIdPrefix: prefix, country, hour, responseTime } = filter;
  const parts: [string | undefined, FilterName[]][] = [
    [search && `“${search}”`, ["search"]],
    [name && `Session ${name}`, ["externalSessionId"]],
    [prefix && `Session ids that start with “${prefix}”`, ["externalSessionIdPrefix"]],
    [periodWords(from, to), ["from", "to"]],
    [sentiment && wordOf(SENTIMENT_WORDS, sentiment), ["sentiment"]],
    [category && wordOf(CATEGORY_WORDS, category), ["category"]],
    [language && languageName(language), ["language"]],
    [yesOrNo(filter.escalated, "Escalated", "Not escalated"), ["escalated"]],
    [yesOrNo(filter.forwardedHr, "Sent on to HR", "Not sent on to HR"), ["forwardedHr"]],
    [yesOrNo(filter.analysed, "Analysed", "Not analysed"), ["analysed"]],
    [yesOrNo(filter.empty, "Nothing was written", "Something was written"), ["empty"]],
    [country && countryName(country.toUpperCase()), ["country"]],
    [hour && `From ${hourInWords(hour)}`, ["hour"]],
    [responseTime && `Answered in ${lowerFirst(wordOf(RESPONSE_TIME_WORDS, responseTime))}`, ["responseTime"]],
    [question && `Question contains “${question}”`, ["question"]],
    [filter.topic && `Asks about “${filter.topic}”`, ["topic"]],
    [questionId && `Asks “${asked ?? "a deleted question"}”`, ["questionId"]],
  ];
  return parts.flatMap(([words, names]) => (words ? [{ words, names }] : []));
}

function periodWords(from: string | undefined, to: string | undefined): string | undefined {
  if (from && to) return daysInWords(from, to);
  if (from) return `Since ${dayInWords(from)}`;
  return to && `Until ${dayInWords(to)}`;
}

function yesOrNo(value: string | undefined, yes: string, no: string): string | undefined {
  return value && (value === "true" ? yes : no);
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

/** What somebody typed into the address may be no such word: then it is shown as it is. */
function wordOf(words: Record<string, string>, value: string): string {
  return words[value] ?? value;
}
