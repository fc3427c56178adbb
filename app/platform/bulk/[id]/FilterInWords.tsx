import { FAILURES } from "../../../../lib/failures.ts";
import { Id } from "../../../_kit/Id.tsx";
import { Time } from "../../../_ui/Time.tsx";
import { labelOf } from "../../../_words/labels.ts";

interface FilterInWordsProps {
  filter: Readonly<Record<string, string>>;
  /** The names of companies by their ids. */
  companies: Readonly<Record<string, string>>;
}

/** What a bulk requeue takes, as people say it. */
export function FilterInWords({ filter, companies }: FilterInWordsProps) {
  // It takes nothing but failed requests, whatever else it says.
  const chosen = Object.entries(filter).filter(([name]) => name !== "status");
  if (chosen.length === 0) return "All failed requests";
  return (
    <ul>
      {chosen.map(([name, value]) => (
        <li key={name}>
          {labelOf(name)}: <Value name={name} value={value} companies={companies} />
        </li>
      ))}
    </ul>
  );
}

function Value({ name, value, companies }: { name: string; value: string } & Pick<FilterInWordsProps, "companies">) {
  if (name === "errorCode" && isFailure(value)) return FAILURES[value].meaning;
  if (name === "companyId") return companies[value] ?? <Id id={value} />;
  if (name === "order") return "oldest first";
  if (/^(?:failedSince|newerThan|olderThan)$/.test(name)) return <Time iso={value} withYear />;
  if (/id/i.test(name)) return <Id id={value} />;
  return value;
}

function isFailure(code: string): code is keyof typeof FAILURES {
  return Object.hasOwn(FAILURES, code);
}
