import { accountOfModel } from "../../accounts/account.ts";
import { createForgotten } from "../../batches/create.ts";
import { revokeLeases } from "../../batches/takeOver.ts";
import type { PipelineContext } from "../../context.ts";
import { NO_PRICE } from "../../costs/price.ts";
import { inTransaction, type Sql, type Transaction } from "../../db/pool.ts";
import { arrayOf, known, nullable, type RowOf, statement, text, timestamp } from "../../db/statement.ts";
import { FAILURES } from "../../failures.ts";
import { ranOrMayRun } from "../../providers/contract/batch.ts";
import { reclaimRequests } from "../../requests/claim.ts";
import { recordFailures } from "../../requests/recordFailures.ts";
import { lockWaiting } from "../../requests/requestOutcomes.ts";
import { UNANSWERED } from "../../requests/states.ts";
import { step } from "../../step.ts";
import { calibrate } from "../../throttle/tokenBudget.ts";
import type { Content } from "./readContent.ts";
import type { MarkedBatch, Survey } from "./survey.ts";

/** A request that a forgotten batch may answer: it waits, has failed, or stands in a batch that was sent before that one. */
export type Answerable = RowOf<typeof ANSWERABLE>;

/**
 * Those of these requests, of an account, that have no answer here, and that no batch is to bring one that was sent later. All by the
 * provider's clock: ours may be minutes away from it.
 * @param sentAt of the batch that these requests are in; counted in whole seconds
 * @param openSince when the provider got each batch that is not over here; one that it never got brings nothing
 */
export async function findAnswerable(
  sql: Sql,
  { accountId, requestIds }: { accountId: string; requestIds: readonly string[] },
  sentAt: Date,
  openSince: ReadonlyMap<string, Date>,
): Promise<Answerable[]> {
  const open = { openIds: [...openSince.keys()], openSentAt: [...openSince.values()] };
  const rows = await ANSWERABLE.rows(sql, { requestIds, sentAt, ...open, accountId });
  // A batch is of one company and one model, whatever has become of its requests.
  return rows.filter(({ companyId, model }) => companyId === rows[0]?.companyId && model === rows[0]?.model);
}

const ANSWERABLE = statement({
  sql: `SELECT r."id", r."companyId", r."model",
               CASE r."processingStatus" WHEN 'BATCHING_IN_PROGRESS' THEN r."batchId" END AS "inBatch"
          FROM "AIProcessingRequest" r
          LEFT JOIN unnest($3::text[], $4::timestamptz[]) AS open("batchId", "sentAt") ON open."batchId" = r."batchId"
         WHERE r."id" = ANY($1)
           AND (r."processingStatus" IN ${UNANSWERED}
                OR r."processingStatus" = 'BATCHING_IN_PROGRESS' AND (open."sentAt" IS NULL OR open."sentAt" <= $2))
           AND ${accountOfModel('r."model"')} = $5
         ORDER BY r."id"`,
  params: {
    requestIds: arrayOf(text),
    sentAt: timestamp,
    openIds: arrayOf(text),
    openSentAt: arrayOf(timestamp),
    accountId: text,
  },
  row: {
    id: known(text),
    companyId: known(text),
    model: known(text),
    /** The batch that it stands in, which has nothing for it: it was sent again later. */
    inBatch: nullable(text),
  },
});

/** When a provider batch was sent, by the provider's clock; one that does not say it counts as sent just now. */
export function sentAt(ctx: PipelineContext, { theirs }: MarkedBatch): Date {
  return theirs.createdAt ?? ctx.clock.now();
}

/** When the provider got each batch that is not over here, the last time that it came to anything. */
export function sentTimes(ctx: PipelineContext, open: Survey["open"]): Map<string, Date> {
  return new Map(
    open.flatMap(({ batch, found }) => {
      const times = found.filter(({ theirs }) => ranOrMayRun(theirs)).map((marked) => sentAt(ctx, marked));
      const [last] = times.sort((a, b) => b.getTime() - a.getTime());
      return last ? [[batch.id, last] as const] : [];
    }),
  );
}

/**
 * Takes over a batch that the database does not know, with those of these requests that have no answer here. From then
 * on it is a batch like any other. Answers how many requests it has.
 */
export async function takeForgotten(
  ctx: PipelineContext,
  marked: MarkedBatch,
  content: Content,
  { requestIds, openSince }: { requestIds: readonly string[]; openSince: ReadonlyMap<string, Date> },
): Promise<number> {
  const { mark, theirs } = marked;
  const taken = await step(ctx, "adopt.take", () =>
    inTransaction(ctx.db, async (tx) => {
      const requests = await findAnswerable(tx, { ...ctx, requestIds }, sentAt(ctx, marked), openSince);
      const [first] = requests;
      if (!first) return 0;
      await leaveBatches(ctx, tx, requests);
      await insertBatch(ctx, tx, marked, content, first, requests.length);
      await reclaimRequests(
        tx,
        mark.batchId,
        requests.map(({ id }) => id),
      );
      return requests.length;
    }),
  );
  const ids = { batchId: mark.batchId, openaiBatchId: theirs.id };
  ctx.log.info({ event: "batch.adopted", ...ids, requests: taken, lines: content.requestIds.length });
  return taken;
}

/** Whoever holds those batches now can write no more; what has become of their other requests is for the next one to see. */
async function leaveBatches(ctx: PipelineContext, tx: Transaction, requests: readonly Answerable[]): Promise<void> {
  const standing = requests.filter(({ inBatch }) => inBatch !== null);
  const groups = Map.groupBy(standing, ({ inBatch }) => inBatch ?? "");
  await revokeLeases(tx, [...groups.keys()]);
  for (const [batchId, members] of groups) {
    const ids = members.map(({ id }) => id);
    const failures = (await lockWaiting(tx, batchId, ids)).map((request) => {
      return { request, code: "batch_superseded", message: FAILURES.batch_superseded.meaning, usage: null } as const;
    });
    await recordFailures(ctx, tx, batchId, failures, NO_PRICE);
  }
}

async function insertBatch(
  ctx: PipelineContext,
  tx: Transaction,
  marked: MarkedBatch,
  content: Content,
  { companyId, model }: Answerable,
  requests: number,
): Promise<void> {
  const { mark, theirs } = marked;
  const lines = content.requestIds.length;
  const bytes = Math.ceil((content.bytes * requests) / Math.max(1, lines));
  const { tokensPerByte } = await calibrate(tx, model);
  await createForgotten(tx, {
    id: mark.batchId,
    companyId,
    model,
    provider: ctx.provider,
    submittedAt: sentAt(ctx, marked),
    requestCount: requests,
    bytes,
    contentHash: theirs.mark?.hash ?? "",
    epoch: mark.epoch,
    estimatedTokens: Math.ceil(bytes * tokensPerByte),
    theirs,
    isPartial: requests < lines,
  });
}
