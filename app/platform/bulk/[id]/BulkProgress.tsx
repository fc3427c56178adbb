"use client";

import type { z } from "zod";
import type { bulkRequeue } from "../../../../lib/admin/bulk/bulkRequeue.ts";
import { ConfirmAction } from "../../../_kit/ConfirmAction.tsx";
import { callApi } from "../../../_kit/callApi.ts";
import { Facts } from "../../../_kit/Facts.tsx";
import { LinkButton } from "../../../_kit/LinkButton.tsx";
import { address } from "../../../_kit/search.ts";
import { ProgressCard } from "../../../_ui/ProgressCard.tsx";
import { Time } from "../../../_ui/Time.tsx";
import { inGroups } from "../../../_words/numbers.ts";
import { BULK_STATUS_WORDS } from "../../../_words/statuses.ts";
import { FilterInWords } from "./FilterInWords.tsx";

interface BulkProgressProps {
  bulk: z.output<typeof bulkRequeue>;
  /** The names of companies by their ids. */
  companies: Readonly<Record<string, string>>;
  canAbort: boolean;
}

/** How far a bulk requeue has come, and the way to end it. */
export function BulkProgress({ bulk, companies, canAbort }: BulkProgressProps) {
  const isOver = bulk.finishedAt !== null;
  const done = bulk.requeued + bulk.skipped + bulk.failed;
  const share = bulk.matched === 0 ? 1 : Math.min(1, done / bulk.matched);
  return (
    <div className="space-y-6">
      <ProgressCard
        status={BULK_STATUS_WORDS[bulk.status]}
        share={share}
        words={`${inGroups(bulk.requeued)} of ${inGroups(bulk.matched)} requeued`}
      >
        {bulk.message}
      </ProgressCard>
      <Facts
        facts={[
          {
            name: "Filter",
            value: <FilterInWords filter={bulk.filter} companies={companies} />,
          },
          { name: "Failed up to", value: <Time iso={bulk.cutoff} /> },
          { name: "Skipped", value: inGroups(bulk.skipped) },
          { name: "Could not be requeued", value: inGroups(bulk.failed) },
          { name: "By", value: bulk.createdBy },
          { name: "Ended", value: bulk.finishedAt ? <Time iso={bulk.finishedAt} /> : "not yet" },
        ]}
      />
      <div className="flex flex-wrap gap-3">
        <LinkButton href={address("/platform/requests", { ...bulk.filter, status: "processing_failed" })}>
          Show what still matches
        </LinkButton>
        {canAbort && !isOver && (
          <ConfirmAction
            label="Abort"
            tone="danger"
            question="Abort this requeue?"
            confirm="Abort requeue"
            act={() => callApi(`/api/admin/bulk/${bulk.id}/abort`)}
            done="The requeue has been aborted."
          >
            <p>
              {inGroups(bulk.requeued)} requests have already been requeued and stay that way. The others stay failed.
            </p>
          </ConfirmAction>
        )}
      </div>
    </div>
  );
}
