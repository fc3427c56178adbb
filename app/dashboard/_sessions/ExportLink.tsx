import { MOST_EXPORTED } from "../../../lib/company/sessions/exportSessions.ts";
import { LinkButton } from "../../_kit/LinkButton.tsx";
import { address } from "../../_kit/search.ts";
import { counted } from "../../_words/numbers.ts";
import type { Filter } from "../_filter/filter.ts";
import { PrepareExport } from "./PrepareExport.tsx";

interface ExportLinkProps {
  count: number;
  filter: Filter;
  mayExport: boolean;
}

/** Downloads what the filter finds, or has it prepared, which takes more; or says why not. */
export function ExportLink({ count, filter, mayExport }: ExportLinkProps) {
  if (count === 0) return null;
  if (!mayExport) {
    return <p className="text-sm text-ink-faint">Only your company's administrators and auditors can export.</p>;
  }
  return (
    <>
      {count <= MOST_EXPORTED && <Download count={count} filter={filter} />}
      <PrepareExport filter={filter} />
    </>
  );
}

function Download({ count, filter }: Pick<ExportLinkProps, "count" | "filter">) {
  return (
    <LinkButton href={address("/api/company/sessions/export", filter)} download>
      <svg
        aria-hidden="true"
        viewBox="0 0 16 16"
        className="size-4"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.75"
      >
        <path d="M8 2v8m-3.5-3L8 10.5 11.5 7M2.5 13.5h11" />
      </svg>
      Export {counted(count, "session")} as CSV
    </LinkButton>
  );
}
