import { z } from "zod";
import { time } from "../../api/fields.ts";

const event = z.enum(["claimed", "submitted", "given_up", "done_at_provider", "processed", "failed", "cancelled"]);

export const batchEvent = z.object({
  event,
  at: time,
  afterMs: z.number().int().nonnegative().meta({ description: "Time since the previous event." }),
});

interface Times {
  status: string;
  createdAt: Date;
  submittedAt: Date | null;
  givenUpAt: Date | null;
  completedAt: Date | null;
  processedAt: Date | null;
}

/** What has happened to a batch, oldest first; the last event of one that is over is its status. */
export function timelineOf(batch: Times): z.input<typeof batchEvent>[] {
  const end = event.safeParse(batch.status);
  const moments = [
    { event: "claimed", at: batch.createdAt },
    { event: "submitted", at: batch.submittedAt },
    { event: "done_at_provider", at: batch.completedAt },
    { event: "given_up", at: batch.givenUpAt },
    { event: end.data, at: batch.processedAt },
  ] as const;
  const events: z.input<typeof batchEvent>[] = [];
  const known = moments.flatMap(({ event, at }) => (event && at ? [{ event, at }] : []));
  for (const { event, at } of known.sort((a, b) => a.at.getTime() - b.at.getTime())) {
    const before = events.at(-1)?.at ?? at;
    events.push({ event, at, afterMs: at.getTime() - before.getTime() });
  }
  return events;
}
