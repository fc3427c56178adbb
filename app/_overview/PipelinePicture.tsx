import { counted, inGroups, share } from "../_words/numbers.ts";
import { IN_FLIGHT } from "../_words/statuses.ts";
import { inWords } from "../_words/times.ts";
import type { Pipeline } from "./pipeline.ts";
import { RibbonPicture } from "./RibbonPicture.tsx";
import { StageFigure } from "./StageFigure.tsx";
import { totalOf } from "./stages.ts";

/** The way of the requests, drawn and counted: import, pending, in batch, and how it ends. `now` in milliseconds. */
export function PipelinePicture({ pipeline, now }: { pipeline: Pipeline; now: number }) {
  const { counts, oldest, lastHour } = pipeline.requests;
  const total = totalOf(counts);
  const inFlight = IN_FLIGHT.reduce((sum, status) => sum + pipeline.batches.counts[status], 0);
  const underWay = inFlight === 0 ? "no batches in flight" : `${counted(inFlight, "batch", "batches")} in flight`;
  const age = (at: string | null) => (at ? `oldest ${inWords(Math.max(0, now - Date.parse(at)))}` : "");
  const rate = (count: number) => `${inGroups(count)} in the last hour`;
  return (
    <figure>
      <div className="grid grid-cols-[3.5rem_1fr] overflow-hidden rounded-xl border border-line bg-surface wide:block">
        <RibbonPicture summary={counts} way="down" className="h-full w-full wide:hidden" />
        <ol className="grid auto-rows-fr wide:grid-cols-[5fr_5fr_5fr_4fr_4fr]">
          <StageFigure name="Imported" count={total} note="requests in total" more="" />
          <StageFigure
            name="Pending"
            tone="waiting"
            count={counts.pending_batching}
            note={counts.pending_batching === 0 ? "none pending" : "waiting for the next batch"}
            more={age(oldest.pending_batching) || rate(lastHour.returned)}
          />
          <StageFigure
            name="In batch"
            tone="running"
            count={counts.batching_in_progress}
            note={underWay}
            more={age(oldest.batching_in_progress) || rate(lastHour.batched)}
          />
          <StageFigure
            name="Complete"
            tone="done"
            count={counts.processing_complete}
            note={`${share(counts.processing_complete, total)} of all`}
            more={rate(lastHour.completed)}
          />
          <StageFigure
            name="Failed"
            tone="failed"
            count={counts.processing_failed}
            note={`${share(counts.processing_failed, total)} of all`}
            more={rate(lastHour.failed)}
          />
        </ol>
        <RibbonPicture summary={counts} way="across" className="hidden h-28 w-full border-t border-line wide:block" />
      </div>
      <figcaption className="mt-3 text-sm text-ink-faint">
        The thicker a ribbon, the more requests; the longer it is, the further they have come.
      </figcaption>
    </figure>
  );
}
