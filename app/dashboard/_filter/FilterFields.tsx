import { LANGUAGES } from "../../../lib/analysis/languages.ts";
import { FilterText } from "../../_kit/FilterText.tsx";
import { type Option, Select } from "../../_kit/Select.tsx";
import { CATEGORY_WORDS } from "../../_words/categories.ts";
import { languageName } from "../../_words/languages.ts";
import { SENTIMENT_WORDS } from "../../_words/sentiments.ts";
import type { Filter } from "./filter.ts";

const optionsOf = (words: Record<string, string>): Option[] =>
  Object.entries(words).map(([value, name]) => ({ value, name }));

const SENTIMENTS = optionsOf(SENTIMENT_WORDS);
const CATEGORIES = optionsOf(CATEGORY_WORDS);
const LANGUAGE_NAMES = [...LANGUAGES]
  .map((value): Option => ({ value, name: languageName(value) }))
  .sort((a, b) => a.name.localeCompare(b.name, "en"));

/** Everything that sessions can be chosen by, but the search. */
export function FilterFields({ filter }: { filter: Filter }) {
  return (
    <div className="grid gap-4 sm:grid-cols-2 wide:grid-cols-3">
      <FilterText name="from" label="First day" type="date" defaultValue={filter.from} />
      <FilterText name="to" label="Last day" type="date" defaultValue={filter.to} />
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
        options={optionsOf({ true: "Analysed", false: "Not analysed yet" })}
        defaultValue={filter.analysed}
      />
      <FilterText
        name="externalSessionIdPrefix"
        label="Session id, or how it begins"
        type="search"
        defaultValue={filter.externalSessionIdPrefix}
      />
      <FilterText name="question" label="A part of a question" type="search" defaultValue={filter.question} />
    </div>
  );
}
