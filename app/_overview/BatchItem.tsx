import type { BatchRow } from "../../lib/admin/latestBatches.ts";
import { StatusLabel } from "../_ui/StatusLabel.tsx";
import { Time } from "../_ui/Time.tsx";
import { describeStatus } from "../_words/batchStatus.ts";
import { inWords } from "../_words/durations.ts";
import { BatchProgress } from "./BatchProgress.tsx";

/** `now` is the server's time in milliseconds. */
export function BatchItem({ batch, now }: { batch: BatchRow; now: number }) {
  const status = describeStatus(batch);
  const note = batch.errorCode?.replaceAll("_", " ") ?? status.note;
  const begun = Date.parse(batch.createdAt);
  const took = batch.processedAt
    ? `took ${inWords(Date.parse(batch.processedAt) - begun)}`
    : `for ${inWords(Math.max(0, now - begun))}`;
  return (
    <li className="grid grid-cols-[1fr_auto] gap-x-6 gap-y-3 border-line px-5 py-4 not-first:border-t wide:grid-cols-[13rem_9rem_1fr_13rem] wide:items-center">
      <div className="min-w-0">
        <p className="font-medium">{batch.companyName}</p>
        <p className="text-sm text-ink-faint">{batch.model}</p>
      </div>
      <div className="text-right wide:text-left">
        <StatusLabel {...status} />
        {note && <p className="mt-0.5 text-sm text-ink-faint">{note}</p>}
      </div>
      <div className="col-span-2 min-w-0 wide:col-span-1">
        <BatchProgress batch={batch} />
      </div>
      <div className="col-span-2 text-sm text-ink-soft wide:col-span-1 wide:text-right">
        <Time iso={batch.createdAt} />
        <span className="text-ink-faint wide:block">
          <span className="wide:hidden"> · </span>
          {took}
        </span>
      </div>
    </li>
  );
}
