import type { Overview } from "../../lib/admin/readOverview.ts";
import { IN_FLIGHT } from "../_words/batchStatus.ts";
import { counted, share } from "../_words/numbers.ts";
import { RibbonPicture } from "./RibbonPicture.tsx";
import { StageFigure } from "./StageFigure.tsx";
import { totalOf } from "./stages.ts";

/** The way of the requests, drawn and counted: import, pending, in batch, and how it ends. */
export function PipelinePicture({ overview }: { overview: Overview }) {
  const { requests, batches } = overview;
  const total = totalOf(requests);
  const inFlight = IN_FLIGHT.reduce((sum, status) => sum + batches[status], 0);
  const underWay = inFlight === 0 ? "no batch under way" : `${counted(inFlight, "batch", "batches")} under way`;
  const waiting = requests.pending_batching === 0 ? "none waiting" : "wait for the next batch";
  return (
    <figure>
      <div className="grid grid-cols-[3.5rem_1fr] overflow-hidden rounded-xl border border-line bg-surface wide:block">
        <RibbonPicture summary={requests} way="down" className="h-full w-full wide:hidden" />
        <ol className="grid auto-rows-fr wide:grid-cols-[5fr_5fr_5fr_4fr_4fr]">
          <StageFigure name="Imported" count={total} note="requests in all" />
          <StageFigure name="Pending" tone="waiting" count={requests.pending_batching} note={waiting} />
          <StageFigure name="In batch" tone="running" count={requests.batching_in_progress} note={underWay} />
          <StageFigure
            name="Complete"
            tone="done"
            count={requests.processing_complete}
            note={`${share(requests.processing_complete, total)} of all`}
          />
          <StageFigure
            name="Failed"
            tone="failed"
            count={requests.processing_failed}
            note={`${share(requests.processing_failed, total)} of all`}
          />
        </ol>
        <RibbonPicture summary={requests} way="across" className="hidden h-28 w-full border-t border-line wide:block" />
      </div>
      <figcaption className="mt-3 text-sm text-ink-faint">
        The thicker a ribbon, the more requests; the longer it is, the further they have come.
      </figcaption>
    </figure>
  );
}
