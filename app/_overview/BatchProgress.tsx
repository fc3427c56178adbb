import type { BatchRow } from "../../lib/admin/latestBatches.ts";
import { IN_FLIGHT } from "../_words/batchStatus.ts";
import { counted, inGroups } from "../_words/numbers.ts";

/** How many of a batch's requests got their answer: a bar, and the same in words. */
export function BatchProgress({ batch }: { batch: BatchRow }) {
  const { requestCount: all, appliedCount: applied, failedCount: failed, requeuedCount: requeued } = batch;
  const read = applied + failed + requeued;
  // Answered at the provider and not yet read here.
  const answered = IN_FLIGHT.includes(batch.status) ? Math.max(0, (batch.providerCompleted ?? 0) - read) : 0;
  return (
    <div className="min-w-0">
      <svg
        aria-hidden="true"
        preserveAspectRatio="none"
        viewBox={`0 0 ${Math.max(1, all)} 1`}
        className="h-2 w-full rounded-sm"
      >
        <rect className="fill-sunken" width={Math.max(1, all)} height="1" />
        <rect className="moving fill-running" x={read} width={answered} height="1" />
        <rect className="moving fill-done" width={applied} height="1" />
        <rect className="moving fill-failed" x={applied} width={failed} height="1" />
        <rect className="moving fill-waiting" x={applied + failed} width={requeued} height="1" />
      </svg>
      <p className="mt-1.5 text-sm text-ink-soft">{progressInWords()}</p>
    </div>
  );

  function progressInWords(): string {
    const parts = [`${inGroups(applied)} of ${inGroups(all)} applied`];
    if (answered > 0) parts.push(`${inGroups(answered)} more answered`);
    if (failed > 0) parts.push(`${inGroups(failed)} failed`);
    if (requeued > 0) parts.push(`${counted(requeued, "request")} sent back to wait`);
    return parts.join(", ");
  }
}
