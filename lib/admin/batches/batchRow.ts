import { z } from "zod";
import { euros, time } from "../../api/fields.ts";
import { describeStuck, STUCK_REASONS, type StuckColumns, stuckColumns } from "../../batches/stuck.ts";
import type { Context } from "../../context.ts";
import { AIBatchRequestStatus } from "../../db/enums.ts";

type Lowercased = Lowercase<AIBatchRequestStatus>;

export const batchStatus = z.enum(Object.values(AIBatchRequestStatus).map((s) => s.toLowerCase()) as [Lowercased]);

const count = z.number().int().nonnegative();

export const stuck = z
  .object({
    reason: z.enum(STUCK_REASONS),
    message: z.string().meta({ description: "The reason in plain text." }),
    since: time.meta({ description: "When it expired, first had a failed call, began settling, or was sent." }),
    lastWords: z
      .string()
      .nullable()
      .meta({ description: "The provider's last status and the error of the last failed call." }),
  })
  .nullable()
  .meta({ description: "Why it will not finish on its own; null if it is not stuck." });

const givenUp = z
  .object({
    at: time,
    by: z.string().nullable(),
    reason: z.string(),
    requeueAt: time.meta({
      description: "When requests without an answer are requeued; earlier if the provider ends the batch.",
    }),
    requeueConfirmed: z.boolean().meta({ description: "Whether someone confirmed that lines may be paid for twice." }),
  })
  .nullable()
  .meta({ description: "Set once someone has given up on it." });

/** A batch as it is listed. */
export const batchRow = z.object({
  id: z.string(),
  companyId: z.string(),
  companyName: z.string(),
  model: z.string(),
  provider: z.string(),
  openaiBatchId: z.string().nullable(),
  status: batchStatus,
  providerStatus: z.string().nullable().meta({ description: "The provider's own last status." }),
  providerCounts: z
    .object({ total: count, completed: count, failed: count })
    .nullable()
    .meta({ description: "The provider's own counts. They may be wrong." }),
  createdAt: time,
  submittedAt: time.nullable(),
  completedAt: time.nullable().meta({ description: "When LiveDash saw that the provider had ended it." }),
  processedAt: time.nullable().meta({ description: "When every line was accounted for." }),
  lifeMs: count.meta({ description: "From its creation to its end, or until now." }),
  requestCount: count,
  succeeded: count.meta({ description: "Counted when it ends, like failed and requeued." }),
  failed: count,
  requeued: count,
  estimatedCostEur: euros.nullable(),
  costEur: euros.nullable().meta({ description: "Null until it ends." }),
  errorCode: z.string().nullable(),
  errorMessage: z.string().nullable(),
  stuck,
  givenUp,
});

type Listed = z.input<typeof batchRow>;

/** What `batchColumns` selects. */
export type BatchColumns = Omit<Listed, "stuck" | "givenUp"> & StuckColumns & GivenUpColumns;

interface GivenUpColumns {
  givenUpAt: Date | null;
  givenUpBy: string | null;
  giveUpReason: string | null;
  requeueAt: Date | null;
  requeueConfirmed: boolean;
}

/** Its columns, of a batch `b` and its company `c`; `now` is SQL for the time that it is. */
export const batchColumns = (
  ctx: Context,
  now: string,
) => `b."id", b."companyId", c."name" AS "companyName", b."model", b."provider",
  b."openaiBatchId", lower(b."status"::text) AS "status", b."providerStatus", b."providerCounts", b."createdAt",
  b."submittedAt", b."completedAt", b."processedAt",
  GREATEST(0, round(extract(epoch FROM COALESCE(b."processedAt", ${now}) - b."createdAt") * 1000))::float8 AS "lifeMs",
  b."requestCount", b."appliedCount" AS "succeeded", b."failedCount" AS "failed", b."requeuedCount" AS "requeued",
  b."estimatedCostEur", b."costEur", b."errorCode", b."errorMessage",
  b."givenUpAt", b."givenUpBy", b."giveUpReason", b."requeueAt", b."requeueConfirmed",
  ${stuckColumns(ctx, "b", now)}`;

export function toBatchRow<Row extends BatchColumns>(row: Row): Row & Pick<Listed, "stuck" | "givenUp"> {
  return { ...row, stuck: describeStuck(row), givenUp: describeGivenUp(row) };
}

function describeGivenUp(row: GivenUpColumns): Listed["givenUp"] {
  const { givenUpAt: at, givenUpBy: by, giveUpReason: reason, requeueAt, requeueConfirmed } = row;
  return at && requeueAt ? { at, by, reason: reason ?? "", requeueAt, requeueConfirmed } : null;
}
