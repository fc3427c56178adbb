import type { Batch } from "../../batches/batch.ts";
import { assertLease, type Lease } from "../../batches/lease.ts";
import type { PipelineContext } from "../../context.ts";
import { NO_PRICE } from "../../costs/price.ts";
import { inTransaction, type Sql } from "../../db/pool.ts";
import { bool, known, statement, text, timestamp } from "../../db/statement.ts";
import { FAILURES } from "../../failures.ts";
import type { ProviderBatchError } from "../../providers/contract/batch.ts";
import { type Failure, recordFailures } from "../../requests/recordFailures.ts";
import { lockWaiting } from "../../requests/requestOutcomes.ts";
import { step } from "../../step.ts";

/**
 * Fails the lines of a refused file that the provider has named, and sends the others back. Where it cannot be told any
 * more which request a line was, or no line is named that exists, nothing is done.
 */
export async function failNamedLines(
  ctx: PipelineContext,
  lease: Lease,
  batch: Batch,
  named: readonly ProviderBatchError[],
): Promise<void> {
  if (batch.isPartial) return;
  const byLine = new Map(named.map((error) => [error.line, error]));
  await step(ctx, "failed.lines", () =>
    inTransaction(ctx.db, async (tx) => {
      await assertLease(tx, lease);
      const ids = await listLines(tx, batch);
      const lines = new Map(ids.map((id, index) => [id, index + 1]));
      if (!ids.some((_, index) => byLine.has(index + 1))) return;
      const failures = (await lockWaiting(tx, batch.id, ids)).map((request): Failure => {
        const error = byLine.get(lines.get(request.id) ?? null);
        if (error) return { request, code: codeOf(error), message: `${error.code}: ${error.message}`, usage: null };
        const message = FAILURES.batch_line_errors.meaning;
        return { request, code: "batch_line_errors", message, usage: null, fileLines: batch.requestCount };
      });
      await recordFailures(ctx, tx, batch.id, failures, NO_PRICE);
    }),
  );
}

function codeOf(error: ProviderBatchError): "line_too_large" | "line_rejected" {
  return error.fault === "size" ? "line_too_large" : "line_rejected";
}

/** Reasons for which a request leaves a batch that is written anew, before it is sent: it has no line. */
const LEFT_BEFORE = `('session_empty', 'session_erased', 'line_too_large', 'batch_full', 'batch_superseded')`;

/**
 * The requests of a batch in the order of its lines, which count from 1: those that wait, and those that have their
 * outcome since it was sent. Empty if one is missing: then no number holds.
 */
async function listLines(sql: Sql, batch: Batch): Promise<string[]> {
  const rows = await LINES.rows(sql, { batchId: batch.id, sentAt: batch.submittedAt ?? batch.createdAt });
  return rows.length === batch.requestCount ? rows.filter((row) => !row.hasLeft).map((row) => row.id) : [];
}

const LINES = statement({
  sql: `SELECT r."id", COALESCE(a."code" IN ${LEFT_BEFORE} AND a."createdAt" <= $2, false) AS "hasLeft"
          FROM "AIProcessingRequest" r LEFT JOIN "AIRequestAttempt" a ON a."requestId" = r."id" AND a."batchId" = $1
         WHERE a."batchId" = $1 OR (r."batchId" = $1 AND r."processingStatus" = 'BATCHING_IN_PROGRESS')
         ORDER BY r."requestedAt", r."id"`,
  params: { batchId: text, sentAt: timestamp },
  row: { id: known(text), hasLeft: known(bool) },
});
