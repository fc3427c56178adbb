import { memo, useState } from "react";
import { Button } from "../_kit/Button.tsx";
import { TextLink } from "../_kit/TextLink.tsx";
import { StatusLabel } from "../_ui/StatusLabel.tsx";
import { inGroups } from "../_words/numbers.ts";
import { describeBatch } from "../_words/statuses.ts";
import { inWords, rangeInWords } from "../_words/times.ts";
import type { LiveBatch } from "./pipeline.ts";

/** So many are enough to see how it goes, and quick to draw; the others at a press. */
const FIRST = 20;

/** Keeps hundreds of rows quick to move. The heights are those of a row, so that nothing moves when it comes into sight. */
const DRAWN_IN_SIGHT =
  "[content-visibility:auto] [contain-intrinsic-block-size:auto_8rem] wide:[contain-intrinsic-block-size:auto_2.5rem]";

/** Batches that are not over, each as a bar, the oldest first; `now` is the server's time in milliseconds. */
export const InFlightList = memo(function InFlightList({ batches, now }: InFlightListProps) {
  const [isWhole, setWhole] = useState(false);
  if (batches.length === 0) {
    return (
      <p className="rounded-xl border border-line bg-surface px-5 py-6 text-ink-soft">
        No batches in flight. Pending requests will be put in a batch in the next round.
      </p>
    );
  }
  const shown = isWhole ? batches : batches.slice(0, FIRST);
  return (
    <>
      <ol className="rounded-xl border border-line bg-surface">
        {shown.map((batch, index) => (
          <InFlightItem key={batch.id} batch={batch} now={now} isDrawnInSight={index >= FIRST} />
        ))}
      </ol>
      {batches.length > FIRST && (
        <div className="mt-3 flex flex-wrap items-center gap-x-4 gap-y-2 text-sm text-ink-soft">
          <Button onPress={() => setWhole(!isWhole)}>{isWhole ? `Show ${FIRST}` : `Show all ${batches.length}`}</Button>
          {!isWhole && <p>These are the {FIRST} oldest.</p>}
        </div>
      )}
    </>
  );
});

interface InFlightListProps {
  batches: readonly LiveBatch[];
  now: number;
}

interface InFlightItemProps {
  batch: LiveBatch;
  now: number;
  isDrawnInSight: boolean;
}

function InFlightItem({ batch, now, isDrawnInSight }: InFlightItemProps) {
  const all = Math.max(1, batch.requestCount);
  // It may be wrong: it is the provider's own word.
  const answered = Math.min(all, batch.providerCounts?.completed ?? 0);
  return (
    <li
      className={`grid grid-cols-[1fr_auto] gap-x-6 gap-y-2 border-line px-5 py-3 not-first:border-t wide:grid-cols-[14rem_9rem_1fr_16rem] wide:items-center ${isDrawnInSight ? DRAWN_IN_SIGHT : ""}`}
    >
      <div className="min-w-0 text-sm">
        <TextLink href={`/platform/batches/${batch.id}`}>{batch.companyName}</TextLink>
        <p className="text-ink-faint">{batch.model}</p>
      </div>
      <StatusLabel {...describeBatch({ ...batch, succeeded: 0 })} />
      <div className="col-span-2 min-w-0 wide:col-span-1">
        <svg aria-hidden="true" preserveAspectRatio="none" viewBox={`0 0 ${all} 1`} className="h-2 w-full rounded-sm">
          <rect className="fill-sunken" width={all} height="1" />
          <rect className="moving fill-running" width={answered} height="1" />
        </svg>
        <p className="mt-1 text-sm text-ink-soft tabular-nums">
          {inGroups(answered)} of {inGroups(batch.requestCount)} answered at the provider
        </p>
      </div>
      <div className="col-span-2 text-sm text-ink-soft wide:col-span-1 wide:text-right">
        <p>for {inWords(Math.max(0, now - Date.parse(batch.createdAt)))}</p>
        <p className="text-ink-faint">{expectation(batch, now)}</p>
        {batch.stuck ? (
          <StatusLabel tone="failed" word="Stuck" meaning={batch.stuck.message} />
        ) : (
          batch.expected?.isLate && (
            <StatusLabel tone="partial" word="Late" meaning="9 out of 10 batches had finished by now" />
          )
        )}
      </div>
    </li>
  );
}

function expectation({ expected, completedAt }: LiveBatch, now: number): string {
  if (completedAt) return "collecting results";
  if (!expected?.medianEnd || !expected.p90End) return "no past batches to compare with yet";
  const left = (iso: string) => Date.parse(iso) - now;
  if (Date.parse(expected.p90End) <= now) return "should be done by now";
  return `done ${rangeInWords(left(expected.medianEnd), left(expected.p90End))}`;
}
