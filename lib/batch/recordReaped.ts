import type { PipelineContext } from "../context.ts";
import { step } from "./step.ts";

/** Keeps count of what was cleared away; the same thing counts once. */
export async function recordReaped(
  ctx: PipelineContext,
  item: { kind: "batch" | "file"; providerId: string; batchId: string },
): Promise<void> {
  await step(ctx, "reap.record", () =>
    ctx.db.query(
      `INSERT INTO "ReapedItem" ("providerId", "kind", "batchId", "reapedAt") VALUES ($1, $2, $3, $4)
       ON CONFLICT DO NOTHING`,
      [item.providerId, item.kind, item.batchId, ctx.clock.now()],
    ),
  );
  ctx.log.warn({ event: `reaper.${item.kind}`, batchId: item.batchId, providerId: item.providerId });
}
