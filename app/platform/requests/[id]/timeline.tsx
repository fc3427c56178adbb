import type { z } from "zod";
import type { timelineEvent } from "../../../../lib/admin/requests/timeline.ts";
import { Id } from "../../../_kit/Id.tsx";
import { TextLink } from "../../../_kit/TextLink.tsx";
import type { TimelineEntry } from "../../../_kit/Timeline.tsx";
import { spellOut } from "../../../_words/labels.ts";
import type { Tone } from "../../../_words/statuses.ts";

type Event = z.output<typeof timelineEvent>;

const WORDS: Record<Event["event"], { title: string; tone: Tone }> = {
  requested: { title: "Requested", tone: "waiting" },
  claimed: { title: "Put in a batch", tone: "running" },
  submitted: { title: "Sent to the provider", tone: "running" },
  applied: { title: "Answer applied", tone: "done" },
  failed: { title: "Failed", tone: "failed" },
  requeued: { title: "Requeued", tone: "partial" },
  complete: { title: "Complete", tone: "done" },
  sent_back: { title: "Requeued", tone: "waiting" },
};

export function toEntries(events: readonly Event[]): TimelineEntry[] {
  return events.map((event, index) => ({
    key: `${index} ${event.at} ${event.event}`,
    at: event.at,
    ...WORDS[event.event],
    ...(event.by === null ? {} : { title: `Requeued by ${event.by}` }),
    note: <Note {...event} />,
  }));
}

function Note({ attempt, batchId, code, bulkId }: Event) {
  return (
    <span className="flex flex-wrap items-center gap-x-2">
      {attempt !== null && <span>attempt {attempt}</span>}
      {batchId && <Id id={batchId} href={`/platform/batches/${batchId}`} />}
      {code && <span>{spellOut(code)}</span>}
      {bulkId && <TextLink href={`/platform/bulk/${bulkId}`}>with others, in a bulk requeue</TextLink>}
    </span>
  );
}
