import { after } from "../clock.ts";
import type { Context } from "../context.ts";
import type { Sql } from "../db/pool.ts";
import { arrayOf, int, nullable, statement, text, timestamp } from "../db/statement.ts";
import type { Batch } from "./batch.ts";
import { ownerOf } from "./lease.ts";
import { OVER } from "./states.ts";

// What is decided of a copy of the database takes batches out of other hands: with a higher epoch, so that whoever holds one can
// write no more.

/** What the provider has of a batch, where something else is recorded, or nothing. */
interface Found {
  /** That was in its mark. */
  epoch: number;
  theirs: { id: string; inputFileId: string | null; word: string; createdAt: Date | null; expiresAt: Date | null };
}

/** Records that this provider batch is this batch's, if it is not over. Another file may ask for other versions. */
export async function recordFound(sql: Sql, id: Batch["id"], { epoch, theirs }: Found): Promise<void> {
  const { id: openaiBatchId, inputFileId, word: providerStatus, createdAt: submittedAt, expiresAt } = theirs;
  await RECORD_FOUND.run(sql, { id, epoch, openaiBatchId, inputFileId, providerStatus, submittedAt, expiresAt });
}

const RECORD_FOUND = statement({
  sql: `UPDATE "AIBatchRequest"
           SET "epoch" = GREATEST("epoch", $2) + 1, "leaseOwner" = NULL, "leaseExpiresAt" = NULL, "openaiBatchId" = $3,
               "analysisVersions" = CASE WHEN "inputFileId" = $4 THEN "analysisVersions" END,
               "inputFileId" = $4, "status" = 'VALIDATING', "providerStatus" = $5,
               "submittedAt" = COALESCE($6, "submittedAt", "createdAt"), "expiresAt" = $7, "settlingSince" = NULL,
               "notBefore" = NULL, "callFailures" = 0, "failedCalls" = 0, "failingSince" = NULL, "errorCode" = NULL,
               "errorMessage" = NULL, "submissions" = "submissions" + 1
         WHERE "id" = $1 AND "status" NOT IN ${OVER}`,
  params: {
    id: text,
    epoch: int,
    openaiBatchId: text,
    inputFileId: nullable(text),
    providerStatus: text,
    submittedAt: nullable(timestamp),
    expiresAt: nullable(timestamp),
  },
});

/** Takes these batches out of whatever hands they are in, and leaves them to the next worker. */
export async function revokeLeases(sql: Sql, ids: readonly string[]): Promise<void> {
  await REVOKE.run(sql, { ids });
}

const REVOKE = statement({
  sql: `UPDATE "AIBatchRequest" SET "epoch" = "epoch" + 1, "leaseOwner" = NULL, "leaseExpiresAt" = NULL WHERE "id" = ANY($1)`,
  params: { ids: arrayOf(text) },
});

/** Takes the oldest batch that is not over from whoever holds it. */
export async function seizeOldest(ctx: Context): Promise<Pick<Batch, "id" | "epoch"> | undefined> {
  const leaseExpiresAt = after(ctx.clock, ctx.config.BATCH_LEASE_DURATION);
  return await SEIZE.first(ctx.db, { leaseOwner: ctx.worker, leaseExpiresAt });
}

const SEIZE = statement({
  sql: `UPDATE "AIBatchRequest" SET "epoch" = "epoch" + 1, "leaseExpiresAt" = $2,
               "leaseOwner" = ${ownerOf("$1", `"AIBatchRequest"."provider"`)}
         WHERE "id" = (SELECT "id" FROM "AIBatchRequest" WHERE "status" NOT IN ${OVER} ORDER BY "createdAt", "id" LIMIT 1)
        RETURNING "id", "epoch"`,
  params: { leaseOwner: text, leaseExpiresAt: timestamp },
  row: { id: text, epoch: int },
});

/** Raises epochs to the highest that was ever used at the provider. A batch may be named several times. */
export async function raiseEpochs(sql: Sql, used: readonly { batchId: string; epoch: number }[]): Promise<void> {
  await RAISE.run(sql, { ids: used.map(({ batchId }) => batchId), epochs: used.map(({ epoch }) => epoch) });
}

const RAISE = statement({
  sql: `UPDATE "AIBatchRequest" b SET "epoch" = GREATEST(b."epoch", m."epoch")
          FROM (SELECT "id", max("epoch") AS "epoch" FROM unnest($1::text[], $2::int[]) AS m("id", "epoch") GROUP BY "id") m
         WHERE b."id" = m."id" AND b."status" NOT IN ${OVER}`,
  params: { ids: arrayOf(text), epochs: arrayOf(int) },
});
