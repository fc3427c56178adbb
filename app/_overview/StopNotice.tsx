import { ToneIcon } from "../_ui/ToneIcon.tsx";

/** Why nothing new is sent to the provider: only a person can mend that. */
export function StopNotice({ stop }: { stop: { message: string } | null }) {
  return (
    <div role="status">
      {stop && (
        <p className="mb-6 flex items-start gap-2.5 rounded-xl border border-failed bg-surface px-5 py-4">
          <span className="mt-1">
            <ToneIcon tone="failed" />
          </span>
          <span>
            <span className="block font-medium">Nothing new is sent to the provider</span>
            <span className="text-ink-soft">
              {stop.message} One batch at a time tries whether it is mended, and lifts the stop.
            </span>
          </span>
        </p>
      )}
    </div>
  );
}
