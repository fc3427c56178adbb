import { z } from "zod";
import { time } from "../../api/fields.ts";
import type { Context } from "../../context.ts";
import { double, int, known, type RowOf, statement } from "../../db/statement.ts";

/** So many of the newest processed batches say how long the provider takes; of fewer than the least, nothing is said. */
const NEWEST = 200;
const LEAST = 5;

/** How long the provider has taken for this account's own batches, in milliseconds. */
export type Turnaround = RowOf<typeof READ_TURNAROUND>;

export const expectation = z.object({
  medianEnd: time
    .nullable()
    .meta({ description: "When half of this account's past batches had finished by now. Null if unknown." }),
  p90End: time.nullable().meta({ description: "When nine out of ten had finished." }),
  isLate: z.boolean().meta({ description: "Later than that, or past its expiry if there are no past batches." }),
});

/** When a batch that was submitted can be expected to be done at the provider. Null for one that is, or was not sent. */
export function expectEnd(
  ctx: Context,
  batch: { submittedAt: Date | null; completedAt: Date | null; processedAt: Date | null; expiresAt: Date | null },
  turnaround: Turnaround | null,
): z.input<typeof expectation> | null {
  if (!batch.submittedAt || batch.completedAt || batch.processedAt) return null;
  const sent = batch.submittedAt.getTime();
  const medianEnd = turnaround && new Date(sent + turnaround.medianMs);
  const p90End = turnaround && new Date(sent + turnaround.p90Ms);
  const last = p90End ?? batch.expiresAt;
  return { medianEnd, p90End, isLate: last !== null && ctx.clock.now() > last };
}

export const READ_TURNAROUND = statement({
  sql: `SELECT count(*)::int AS "batches", percentile_cont(0.5) WITHIN GROUP (ORDER BY "ms") AS "medianMs",
               percentile_cont(0.9) WITHIN GROUP (ORDER BY "ms") AS "p90Ms"
          FROM (SELECT extract(epoch FROM "completedAt" - "submittedAt") * 1000 AS "ms" FROM "AIBatchRequest"
                 WHERE "status" = 'PROCESSED' AND "completedAt" >= "submittedAt"
                 ORDER BY "createdAt" DESC LIMIT ${NEWEST}) newest
        HAVING count(*) >= ${LEAST}`,
  row: { batches: known(int), medianMs: known(double), p90Ms: known(double) },
});
