import type { PipelineContext } from "../../context.ts";
import { statement, text, textOf, timestamp } from "../../db/statement.ts";
import { DatabaseCopiedError } from "../../installation/installation.ts";
import { step } from "../../step.ts";

interface ReapedItem {
  kind: "batch" | "file";
  providerId: string;
  batchId: string;
}

/** Clears one thing away and counts it. One that cannot be cleared is logged, and does not keep the others. */
export async function reapOne(ctx: PipelineContext, item: ReapedItem, clear: () => Promise<unknown>): Promise<boolean> {
  try {
    await clear();
    await recordReaped(ctx, item);
    return true;
  } catch (error) {
    if (error instanceof DatabaseCopiedError) throw error;
    ctx.log.warn({ event: "reaper.not_cleared", ...item, error });
    return false;
  }
}

/** Keeps count of what was cleared away; the same thing counts once. */
async function recordReaped(ctx: PipelineContext, item: ReapedItem): Promise<void> {
  await step(ctx, "reap.record", () => RECORD.run(ctx.db, { ...item, reapedAt: ctx.clock.now() }));
  ctx.log.warn({ event: `reaper.${item.kind}`, batchId: item.batchId, providerId: item.providerId });
}

const RECORD = statement({
  sql: `INSERT INTO "ReapedItem" ("providerId", "kind", "batchId", "reapedAt") VALUES ($1, $2, $3, $4)
        ON CONFLICT DO NOTHING`,
  params: { providerId: text, kind: textOf<ReapedItem["kind"]>(), batchId: text, reapedAt: timestamp },
});
