import type { Context } from "../../context.ts";
import { readStuck, sayStuck } from "../batches/stuckBatches.ts";
import { readStopped, sayStopped } from "../spending/setStopped.ts";
import type { Finding } from "./invariant.ts";

const EXAMPLES = 10;

/** What waits and will not move on by itself: each invariant holds, and still a person is needed. */
export async function checkWaiting(ctx: Context): Promise<Finding[]> {
  return [...(await checkSpending(ctx)), ...(await checkStuck(ctx))];
}

async function checkSpending(ctx: Context): Promise<Finding[]> {
  const stopped = await readStopped(ctx.db);
  if (!stopped) return [];
  return [
    {
      id: "spending-stopped",
      explanation: sayStopped(stopped),
      count: 1,
      examples: ["all"],
      repaired: 0,
      advice: "To resume, run `livedash spending resume --reason TEXT`.",
    },
  ];
}

async function checkStuck(ctx: Context): Promise<Finding[]> {
  const { count, oldest } = await readStuck(ctx, ctx.db, EXAMPLES);
  if (count === 0) return [];
  return [
    {
      id: "stuck-batches",
      explanation: "Some batches are stuck and need your attention.",
      count,
      examples: oldest.map(({ id }) => id),
      details: oldest.map(sayStuck),
      repaired: 0,
      advice: "See their pages for details. To give up on one, run `livedash batches give-up ID --reason TEXT`.",
    },
  ];
}
