import { TextLink } from "../_kit/TextLink.tsx";
import { ToneIcon } from "../_ui/StatusLabel.tsx";
import { Time } from "../_ui/Time.tsx";
import { counted, inGroups } from "../_words/numbers.ts";
import type { Pipeline } from "./pipeline.ts";

/** Batches that will not end by themselves, the oldest few with what the provider said last. */
export function StuckNotice({ stuck: { count, oldest } }: { stuck: Pipeline["batches"]["stuck"] }) {
  const shown = oldest.slice(0, MOST);
  return (
    <div role="status">
      {count > 0 && (
        <div className="mb-6 flex items-start gap-2.5 rounded-xl border border-failed bg-surface px-5 py-4">
          <span className="mt-1">
            <ToneIcon tone="failed" />
          </span>
          <div className="min-w-0">
            <p className="font-medium">{counted(count, "batch", "batches")} will not finish without you</p>
            <ul className="mt-1 space-y-2 text-ink-soft">
              {shown.map(({ id, companyName, model, stuck }) => (
                <li key={id} className="break-words">
                  <TextLink href={`/platform/batches/${id}`}>
                    {companyName}, {model}
                  </TextLink>
                  : {stuck.message} Since <Time iso={stuck.since} />.
                  {stuck.lastWords && ` Last status from the provider: ${stuck.lastWords}`}
                </li>
              ))}
            </ul>
            {count > shown.length && (
              <p className="mt-2 text-sm">
                <TextLink href="/platform/batches?stuck=true">All {inGroups(count)}</TextLink>
              </p>
            )}
          </div>
        </div>
      )}
    </div>
  );
}

const MOST = 5;
