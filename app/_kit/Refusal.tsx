import { ToneIcon } from "../_ui/StatusLabel.tsx";

/** Why something was not done, read out as it appears. */
export function Refusal({ message }: { message: string | undefined }) {
  return (
    <div role="alert">
      {message && (
        <p className="flex items-start gap-2 rounded-lg border border-failed px-3 py-2 text-sm text-ink">
          <span className="mt-0.5">
            <ToneIcon tone="failed" />
          </span>
          <span>{message}</span>
        </p>
      )}
    </div>
  );
}
