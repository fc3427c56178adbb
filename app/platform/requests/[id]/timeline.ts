import type { z } from "zod";
import type { timelineEvent } from "../../../../lib/admin/requests/timeline.ts";
import type { TimelineEntry } from "../../../_kit/Timeline.tsx";
import type { Tone } from "../../../_words/tones.ts";

type Event = z.output<typeof timelineEvent>;

const WORDS: Record<Event["event"], { title: string; tone: Tone }> = {
  requested: { title: "Requested", tone: "waiting" },
  claimed: { title: "Taken into a batch", tone: "running" },
  submitted: { title: "Sent to the provider", tone: "running" },
  applied: { title: "Answer applied", tone: "done" },
  failed: { title: "Failed", tone: "failed" },
  requeued: { title: "Went back", tone: "partial" },
  complete: { title: "Complete", tone: "done" },
};

export function toEntries(events: readonly Event[]): TimelineEntry[] {
  return events.map(({ at, event, attempt, batchId, code }, index) => ({
    key: `${index} ${at} ${event}`,
    at,
    ...WORDS[event],
    note: [attempt !== null && `attempt ${attempt}`, batchId, code?.replaceAll("_", " ")].filter(Boolean).join(" · "),
  }));
}
