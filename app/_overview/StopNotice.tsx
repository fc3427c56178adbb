import { ToneIcon } from "../_ui/StatusLabel.tsx";
import { Time } from "../_ui/Time.tsx";
import type { Pipeline } from "./pipeline.ts";

/** Why nothing new is sent to some accounts, or for some models: only a person can mend that. */
export function StopNotice({ stops, models }: { stops: Pipeline["providerStops"]; models: Pipeline["modelStops"] }) {
  return (
    <div role="status">
      {stops.map((stop) => (
        <Notice key={stop.provider} title={`Nothing new is sent to ${stop.provider}`} {...stop} />
      ))}
      {models.map((stop) => (
        <Notice key={stop.model} title={`Nothing new is sent for ${stop.model}`} {...stop} />
      ))}
    </div>
  );
}

function Notice({ title, message, nextTrialAt }: { title: string; message: string; nextTrialAt: string }) {
  return (
    <p className="mb-6 flex items-start gap-2.5 rounded-xl border border-failed bg-surface px-5 py-4">
      <span className="mt-1">
        <ToneIcon tone="failed" />
      </span>
      <span className="min-w-0 break-words">
        <span className="block font-medium">{title}</span>
        <span className="text-ink-soft">
          {message} LiveDash tries again with a small batch after <Time iso={nextTrialAt} /> and resumes as soon as one
          is accepted.
        </span>
      </span>
    </p>
  );
}
