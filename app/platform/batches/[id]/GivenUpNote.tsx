import type { z } from "zod";
import type { batchRow } from "../../../../lib/admin/batches/batchRow.ts";
import { Time } from "../../../_ui/Time.tsx";

type Row = z.output<typeof batchRow>;

/** Who gave a batch up and why, and until when it waits for answers. */
export function GivenUpNote({ batch: { givenUp, processedAt } }: { batch: Pick<Row, "givenUp" | "processedAt"> }) {
  if (!givenUp) return null;
  return (
    <div className="mb-6 rounded-xl border border-partial bg-surface px-5 py-4">
      <p className="font-medium">
        {givenUp.by ?? "Somebody"} gave this batch up on <Time iso={givenUp.at} />
      </p>
      <p className="break-words text-ink-soft">{givenUp.reason}</p>
      {!processedAt && (
        <p className="text-ink-soft">
          Requests without an answer become pending again on <Time iso={givenUp.requeueAt} />, or as soon as the
          provider ends the batch.
        </p>
      )}
    </div>
  );
}
