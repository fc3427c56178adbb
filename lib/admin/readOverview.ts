import type { Context } from "../context.ts";
import { type BatchCounts, countBatches } from "./countBatches.ts";
import { type BatchRow, latestBatches } from "./latestBatches.ts";
import { latestSessions, type SessionRow } from "./latestSessions.ts";
import { type Summary, summary } from "./summary.ts";

/** The pipeline at a glance. */
export interface Overview {
  /** When it was read: ISO 8601 in UTC. */
  at: string;
  requests: Summary;
  batches: BatchCounts;
  latestBatches: BatchRow[];
  latestSessions: SessionRow[];
}

const LATEST_BATCHES = 12;
const LATEST_SESSIONS = 25;

export async function readOverview(ctx: Context): Promise<Overview> {
  const [requests, batches, newestBatches, newestSessions] = await Promise.all([
    summary(ctx),
    countBatches(ctx),
    latestBatches(ctx, LATEST_BATCHES),
    latestSessions(ctx, LATEST_SESSIONS),
  ]);
  return {
    at: ctx.clock.now().toISOString(),
    requests,
    batches,
    latestBatches: newestBatches,
    latestSessions: newestSessions,
  };
}
