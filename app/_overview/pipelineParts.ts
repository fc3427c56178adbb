import type { Overview } from "../../lib/admin/readOverview.ts";

/** The parts in which the overview is sent: what moves often is small, what is large moves seldom. */
export interface PipelineParts {
  requests: Pick<Overview, "requests">;
  batches: Pick<Overview, "batches" | "latestBatches">;
  sessions: Pick<Overview, "latestSessions">;
  source: { works: boolean };
}

export const PART_NAMES: readonly (keyof PipelineParts)[] = ["requests", "batches", "sessions", "source"];

export function inParts(overview: Overview): Record<Exclude<keyof PipelineParts, "source">, object> {
  const { requests, batches, latestBatches, latestSessions } = overview;
  return { requests: { requests }, batches: { batches, latestBatches }, sessions: { latestSessions } };
}
