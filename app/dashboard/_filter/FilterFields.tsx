import { LANGUAGES } from "../../../lib/analysis/languages.ts";
import { RESPONSE_TIMES } from "../../../lib/company/sessions/responseTimes.ts";
import { FilterText } from "../../_kit/FilterText.tsx";
import { type Option, Select } from "../../_kit/Select.tsx";
import {
  CATEGORY_WORDS,
  languageName,
  listCountries,
  RESPONSE_TIME_WORDS,
  SENTIMENT_WORDS,
} from "../../_words/sessions.ts";
import { hourInWords } from "../../_words/times.ts";
import type { Filter } from "./filter.ts";

const optionsOf = (words: Record<string, string>): Option[] =>
  Object.entries(words).map(([value, name]) => ({ value, name }));

const SENTIMENTS = optionsOf(SENTIMENT_WORDS);
const CATEGORIES = optionsOf(CATEGORY_WORDS);
const LANGUAGE_NAMES = [...LANGUAGES]
  .map((value): Option => ({ value, name: languageName(value) }))
  .sort((a, b) => a.name.localeCompare(b.name, "en"));
const COUNTRIES = listCountries();
const HOURS = Array.from({ length: 24 }, (_, hour): Option => ({ value: String(hour), name: hourInWords(hour) }));
const RESPONSE_TIME_OPTIONS = RESPONSE_TIMES.map((value): Option => ({ value, name: RESPONSE_TIME_WORDS[value] }));

/** Everything that sessions can be chosen by, but the search. Days and hours are those of the company's zone. */
export function FilterFields({ filter, zone }: { filter: Filter; zone: string }) {
  const country = filter.country?.toUpperCase();
  // An import may have other names for countries than the usual codes.
  const isOther = country !== undefined && !COUNTRIES.some(({ value }) => value === country);
  return (
    <div className="grid gap-4 sm:grid-cols-2 wide:grid-cols-3">
      <p className="text-sm text-ink-faint sm:col-span-2 wide:col-span-3">Days and hours are in {zone}.</p>
      <FilterText name="from" label="First day" type="date" defaultValue={filter.from} />
      <FilterText name="to" label="Last day" type="date" defaultValue={filter.to} />
      <Select name="hour" label="Hour of the day" any="Any" options={HOURS} defaultValue={filter.hour} />
      <Select name="sentiment" label="Sentiment" any="Any" options={SENTIMENTS} defaultValue={filter.sentiment} />
      <Select name="category" label="Category" any="Any" options={CATEGORIES} defaultValue={filter.category} />
      <Select name="language" label="Language" any="Any" options={LANGUAGE_NAMES} defaultValue={filter.language} />
      <Select
        name="escalated"
        label="Escalation"
        any="Any"
        options={optionsOf({ true: "Escalated", false: "Not escalated" })}
        defaultValue={filter.escalated}
      />
      <Select
        name="forwardedHr"
        label="Sent on to HR"
        any="Any"
        options={optionsOf({ true: "Sent on", false: "Not sent on" })}
        defaultValue={filter.forwardedHr}
      />
      <Select
        name="analysed"
        label="Analysis"
        any="Any"
        options={optionsOf({ true: "Analysed", false: "Not analysed" })}
        defaultValue={filter.analysed}
      />
      <Select
        name="empty"
        label="Content"
        any="Any"
        options={optionsOf({ false: "Something was written", true: "Nothing was written" })}
        defaultValue={filter.empty}
      />
      <Select
        name="country"
        label="Country"
        any="Any"
        options={isOther ? [{ value: country, name: country }, ...COUNTRIES] : COUNTRIES}
        defaultValue={country}
      />
      <Select
        name="responseTime"
        label="Response time"
        any="Any"
        options={RESPONSE_TIME_OPTIONS}
        defaultValue={filter.responseTime}
      />
      <FilterText
        name="externalSessionIdPrefix"
        label="Session id, or the start of it"
        type="search"
        defaultValue={filter.externalSessionIdPrefix}
      />
      <FilterText name="question" label="Part of a question" type="search" defaultValue={filter.question} />
      <FilterText name="topic" label="Topic of a question" type="search" defaultValue={filter.topic} />
    </div>
  );
}
