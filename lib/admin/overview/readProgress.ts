import { isOfAccounts } from "../../accounts/account.ts";
import { DISABLED, disabledReason } from "../../accounts/disabled.ts";
import { analysesToSend } from "../../analysis/registry.ts";
import { OVER } from "../../batches/states.ts";
import type { Context } from "../../context.ts";
import { inTransaction, type Sql } from "../../db/pool.ts";
import { arrayOf, bool, int, known, statement, text } from "../../db/statement.ts";
import { UNFINISHED } from "../../jobs/job.ts";
import { isWanted } from "../../requests/toSend.ts";
import { REFUSED_CALLS, STOPPED } from "../../throttle/providerStop.ts";
import { SERVED } from "../../throttle/suspended.ts";
import { UNFINISHED as UNFINISHED_BULKS } from "../bulk/bulkRequeue.ts";
import { countRequests } from "./summary.ts";

/** How far the pipeline is. A request counts from the moment it is imported to the one its result is applied or failed. */
export interface Progress {
  pending: number;
  /** Pending requests that will be put into batches; the others wait for a person, or for another version. */
  claimable: number;
  inBatch: number;
  complete: number;
  failed: number;
  openBatches: number;
  /** Beside them, those that wait, unsent, for a disabled account. */
  disabledBatches: number;
  /** Those of them that get no further while their account is stopped: not sent yet, or refused for the same reason. */
  heldBatches: number;
  /** Those of which the provider certainly has nothing: they wait while all spending is stopped. */
  unsentBatches: number;
  /** Lines that the provider says it has finished, in batches that are not over. */
  finishedAtProvider: number;
  /** Jobs, and bulk requeues of a version that had none: what they import or send back is not counted until then. */
  unfinishedJobs: number;
}

/** All of it shows one moment: what is claimed between two counts would be in none of them, and all seem done. */
export function readProgress(ctx: Context): Promise<Progress> {
  return inTransaction(ctx.db, async (tx) => {
    await tx.query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
    const requests = await countRequests(tx);
    return {
      pending: requests.pending_batching,
      claimable: await countClaimable(ctx, tx),
      inBatch: requests.batching_in_progress,
      complete: requests.processing_complete,
      failed: requests.processing_failed,
      ...(await COUNT_OPEN_BATCHES.one(tx, { refused: REFUSED_CALLS })),
      unfinishedJobs: (await COUNT_UNFINISHED_JOBS.one(tx, {})).unfinished,
    };
  });
}

/** Nothing to claim or to send back, and nothing in flight: what is left to do needs a person, or a new import. */
export function isIdle({ claimable, inBatch, openBatches, disabledBatches, unfinishedJobs }: Progress): boolean {
  const isNoneInFlight = openBatches === 0 && (inBatch === 0 || disabledBatches > 0);
  return claimable === 0 && isNoneInFlight && unfinishedJobs === 0;
}

/** @param but what is left out: these models, and whether accounts that are stopped */
export async function countClaimable(
  { config }: Pick<Context, "config">,
  tx: Sql,
  but: { models: readonly string[]; stopped: boolean } = { models: [], stopped: false },
): Promise<number> {
  return (await COUNT_CLAIMABLE.one(tx, { analyses: analysesToSend(config), ...but })).claimable;
}

const COUNT_CLAIMABLE = statement({
  sql: `SELECT count(*)::int AS "claimable" FROM "AIProcessingRequest" r JOIN "Company" c ON c."id" = r."companyId"
         WHERE r."processingStatus" = 'PENDING_BATCHING' AND c."status" IN ${SERVED}
           AND r."processingType" = ANY($1) AND ${isWanted('c."questionTopics"', "r.")} AND r."model" <> ALL($2)
           AND NOT ${isOfAccounts('r."model"', DISABLED)} AND NOT ($3 AND ${isOfAccounts('r."model"', STOPPED)})`,
  params: { analyses: arrayOf(text), models: arrayOf(text), stopped: bool },
  row: { claimable: known(int) },
});

const COUNT_OPEN_BATCHES = statement({
  sql: `SELECT count(*) FILTER (WHERE NOT "isDisabled")::int AS "openBatches",
               count(*) FILTER (WHERE "isDisabled")::int AS "disabledBatches",
               count(*) FILTER (WHERE NOT "isDisabled" AND ("openaiBatchId" IS NULL OR "errorCode" = ANY($1))
                 AND EXISTS (SELECT 1 FROM "ProviderStop" s WHERE s."provider" = b."provider"))::int AS "heldBatches",
               count(*) FILTER (WHERE NOT "isDisabled" AND "openaiBatchId" IS NULL AND "inputFileId" IS NULL)::int
                 AS "unsentBatches",
               COALESCE(sum(LEAST("requestCount",
                 ("providerCounts"->>'completed')::float8 + ("providerCounts"->>'failed')::float8)), 0)::int
                 AS "finishedAtProvider"
          FROM (SELECT *, "openaiBatchId" IS NULL AND "inputFileId" IS NULL
                       AND ${disabledReason('"provider"')} IS NOT NULL AS "isDisabled"
                  FROM "AIBatchRequest" WHERE "status" NOT IN ${OVER}) b`,
  params: { refused: arrayOf(text) },
  row: {
    openBatches: known(int),
    disabledBatches: known(int),
    heldBatches: known(int),
    unsentBatches: known(int),
    finishedAtProvider: known(int),
  },
});

const COUNT_UNFINISHED_JOBS = statement({
  sql: `SELECT ((SELECT count(*) FROM "BulkRequeue" b WHERE b."status" IN ${UNFINISHED_BULKS} AND NOT EXISTS (
                  SELECT 1 FROM "Job" j WHERE j."targetType" = 'bulk_requeue' AND j."targetId" = b."id" AND j."state" IN ${UNFINISHED}))
               + (SELECT count(*) FROM "Job" WHERE "state" IN ${UNFINISHED}))::int AS "unfinished"`,
  row: { unfinished: known(int) },
});
