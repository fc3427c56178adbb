import type { z } from "zod";
import type { batchEvent } from "../../../../lib/admin/batches/batchTimeline.ts";
import type { TimelineEntry } from "../../../_kit/Timeline.tsx";
import type { Tone } from "../../../_words/statuses.ts";
import { inWords } from "../../../_words/times.ts";

type Event = z.output<typeof batchEvent>;

const WORDS: Record<Event["event"], { title: string; tone: Tone }> = {
  claimed: { title: "Requests claimed", tone: "waiting" },
  submitted: { title: "Created at the provider", tone: "running" },
  given_up: { title: "Given up", tone: "partial" },
  done_at_provider: { title: "Finished at the provider", tone: "running" },
  processed: { title: "Every line accounted for", tone: "done" },
  failed: { title: "Failed", tone: "failed" },
  cancelled: { title: "Cancelled", tone: "waiting" },
};

/** @param tone what the batch has come to: its end never looks better than that */
export function toEntries(events: readonly Event[], tone: Tone): TimelineEntry[] {
  return events.map(({ event, at, afterMs }, index) => ({
    key: event,
    at,
    ...WORDS[event],
    ...(event === "processed" ? { tone } : {}),
    note: index === 0 ? undefined : `after ${inWords(afterMs)}`,
  }));
}
