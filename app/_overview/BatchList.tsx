import type { BatchRow } from "../../lib/admin/latestBatches.ts";
import { BatchItem } from "./BatchItem.tsx";

export function BatchList({ batches, now }: { batches: readonly BatchRow[]; now: number }) {
  if (batches.length === 0) {
    return (
      <p className="rounded-xl border border-line bg-surface px-5 py-6 text-ink-soft">
        No batch yet. The next creation round puts what is pending into one.
      </p>
    );
  }
  return (
    <ol className="rounded-xl border border-line bg-surface">
      {batches.map((batch) => (
        <BatchItem key={batch.id} batch={batch} now={now} />
      ))}
    </ol>
  );
}
