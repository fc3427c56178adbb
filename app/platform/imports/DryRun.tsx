import { Money } from "../../_kit/Money.tsx";
import { counted, inGroups } from "../../_words/numbers.ts";
import type { Report } from "./sendCsv.ts";

/** So many bad rows are named; the import itself lists all of them. */
const NAMED = 10;

/** What an import would come to: nothing of it is written. */
export function DryRun({ name, report }: { name: string; report: Report }) {
  const { rows, imported, updated, unchanged, bad, transcripts, warnings, badRows, format, estimatedCostEur } = report;
  return (
    <section aria-label="Dry run" className="mt-2 space-y-2 rounded-lg border border-ink-faint px-4 py-3 text-sm">
      <p className="font-medium">Nothing was imported. Importing {name} would give:</p>
      <p>
        {counted(rows, "row")}: {inGroups(imported)} new, {inGroups(updated)} changed, {inGroups(unchanged)} unchanged,{" "}
        {inGroups(bad)} bad. Cost of the analysis:{" "}
        {estimatedCostEur == null ? (
          "unknown, because the model has no price"
        ) : (
          <>
            about <Money eur={estimatedCostEur} />
          </>
        )}
        .
      </p>
      {transcripts.named + transcripts.found > 0 && (
        <p>
          Transcripts: {inGroups(transcripts.named)} named, {inGroups(transcripts.found)} found,{" "}
          {inGroups(transcripts.used)} used, {inGroups(transcripts.skipped)} skipped,{" "}
          {inGroups(transcripts.withoutSpeakers)} without speakers.
        </p>
      )}
      <p className="text-ink-soft">Format: {format}.</p>
      {(warnings.length > 0 || badRows.length > 0) && (
        <ul className="list-disc space-y-1 pl-5">
          {warnings.map(({ code, reason, count, examples }) => (
            <li key={code}>
              {inGroups(count)} × {reason} ({examples.join(", ")})
            </li>
          ))}
          {badRows.slice(0, NAMED).map(({ line, reason }) => (
            <li key={line}>
              Line {line}: {reason}
            </li>
          ))}
          {bad > NAMED && <li>and {inGroups(bad - Math.min(NAMED, badRows.length))} more bad rows</li>}
        </ul>
      )}
    </section>
  );
}
