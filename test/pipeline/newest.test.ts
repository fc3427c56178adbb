import { randomUUID } from "node:crypto";
import { afterEach, expect, it } from "vitest";
import { NO_PRICE } from "../../lib/costs/price.ts";
import { applyLines } from "../../lib/pipeline/collect/applyLines.ts";
import { claimBatch } from "../../lib/pipeline/create/claimBatch.ts";
import { answerLine } from "../support/lines.ts";
import { addSessions, startPipeline, type TestPipeline } from "../support/pipeline.ts";

type Apply = () => Promise<unknown>;

let pipeline: TestPipeline;
afterEach(async () => pipeline.close());

/** The sessions were asked about twice; the answers come in two batches. */
it.each([
  ["at the same moment", (older: Apply, newer: Apply) => Promise.all([older(), newer()])],
  ["the older ones last", (older: Apply, newer: Apply) => newer().then(older)],
])("shows the answer to the newest request when answers come %s", async (_name, comeIn) => {
  pipeline = await startPipeline({ env: { BATCH_MAX_LINES: "20" } });
  const { ctx } = pipeline;
  const { companyId, sessionIds, requestIds: older } = await addSessions(ctx, 20);
  const { batch: first } = await claimBatch(ctx, { companyId, model: "gpt-6-luna" });
  const inAnHour = new Date(Date.now() + 3_600_000);
  const later = await pipeline.database.rows.requests(
    sessionIds.map((sessionId) => ({ sessionId, requestedAt: inAnHour })),
  );
  const newer = later.map(({ id }) => id);
  const { batch: second } = await claimBatch(ctx, { companyId, model: "gpt-6-luna" });
  const apply = (batch: typeof first, ids: string[], summary: string) =>
    applyLines(
      ctx,
      { batchId: batch?.id ?? randomUUID(), epoch: batch?.epoch ?? 0, signal: ctx.stopping },
      ids.map((id) => answerLine(id, { summary })),
      NO_PRICE,
    );
  await comeIn(
    () => apply(first, older, "what the old text said"),
    () => apply(second, newer.reverse(), "what the new text says"),
  );
  const { rows: shown } = await ctx.db.query(`SELECT DISTINCT "summary" FROM "Session"`);
  expect(shown).toEqual([{ summary: "what the new text says" }]);
  await first?.spool.remove();
  await second?.spool.remove();
});
