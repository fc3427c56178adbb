import { type BatchRecord, endedAt, isOver } from "../store/records.ts";

const longestList = 100;

interface IntentView {
  intent: string;
  batches: { id: string; status: string; createdAt: number; endedAt: number | null }[];
  live: number;
  /** Most batches of this intent that lived at one moment, ever. */
  mostLive: number;
}

/**
 * Provider batches by intent, which is `metadata.batch_id`: what the client wanted once. Listed are those with more
 * than one batch, or the one asked for.
 */
export function viewIntents(batches: BatchRecord[], now: number, asked: string | null) {
  const groups = new Map<string, BatchRecord[]>();
  let unmarked = 0;
  for (const batch of batches) {
    const intent = batch.metadata?.batch_id;
    if (intent === undefined) unmarked += 1;
    else groups.set(intent, [...(groups.get(intent) ?? []), batch]);
  }
  const views = [...groups].map(([intent, group]) => viewIntent(intent, group, now));
  const listed = views.filter((view) => (asked === null ? view.batches.length > 1 : view.intent === asked));
  return {
    total: groups.size,
    unmarkedBatches: unmarked,
    withSeveralBatches: views.filter((view) => view.batches.length > 1).length,
    withSeveralLive: views.filter((view) => view.live > 1).length,
    everWithSeveralLive: views.filter((view) => view.mostLive > 1).length,
    list: listed.slice(0, longestList),
  };
}

function viewIntent(intent: string, group: BatchRecord[], now: number): IntentView {
  const lives = group.map((batch) => ({ from: batch.createdAt, to: endedAt(batch) ?? now + 1 }));
  const mostLive = Math.max(
    ...lives.map(({ from }) => lives.filter((life) => life.from <= from && from < life.to).length),
  );
  return {
    intent,
    batches: group.map((batch) => ({
      id: batch.id,
      status: batch.status,
      createdAt: batch.createdAt,
      endedAt: endedAt(batch),
    })),
    live: group.filter((batch) => !isOver(batch)).length,
    mostLive,
  };
}
