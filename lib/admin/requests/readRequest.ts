import { z } from "zod";
import { notFound } from "../../api/errors.ts";
import { euros, flag, id, time } from "../../api/fields.ts";
import { audit, authorise, type CallContext, defineVerb } from "../../api/verb.ts";
import { inTransaction, type Sql } from "../../db/pool.ts";
import { attempt, readAttempts, usage, usageOf } from "./attempts.ts";
import { REQUEST_COLUMNS, requestRow, withHolds } from "./requestRow.ts";
import { revealedRequest, revealRequest } from "./revealRequest.ts";
import { readTimeline, timelineEvent } from "./timeline.ts";

const request = requestRow.extend({
  failedAttempts: z.number().int(),
  notBefore: time.nullable(),
  analysisVersion: z.number().int().nullable(),
  openaiRequestId: z.string().nullable(),
  serviceTier: z.string().nullable(),
  systemFingerprint: z.string().nullable(),
  usage,
  costEur: euros.meta({ description: "For the attempt that was applied." }),
  costOfAllAttemptsEur: euros,
});

const batch = z.object({
  id: z.string(),
  openaiBatchId: z.string().nullable(),
  status: z.string(),
  requestCount: z.number().int(),
  createdAt: time,
  submittedAt: time.nullable(),
  processedAt: time.nullable(),
});

export const readRequest = defineVerb({
  name: "readRequest",
  summary: "One request with its attempts, batch, history, usage and cost. `reveal` also shows its texts.",
  method: "GET",
  path: "/api/admin/legacy/requests/{id}",
  permission: "requests.read",
  input: z.strictObject({
    id,
    reveal: flag.default(false).meta({ description: "Needs requests.reveal and is recorded in the audit log." }),
  }),
  example: { id: "req_id_1" },
  output: z.object({
    request,
    batch: batch.nullable(),
    attempts: z.array(attempt),
    timeline: z.array(timelineEvent),
    revealed: revealedRequest.nullable(),
  }),
  run: async (ctx, { id, reveal }) => {
    if (reveal) await authorise(ctx, "requests.reveal", "requests.reveal");
    return inTransaction(ctx.db, async (tx) => {
      // All parts of the answer show one moment.
      await tx.query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ");
      const { batch, ...request } = await readRow(ctx, tx, id);
      return {
        request,
        batch,
        attempts: await readAttempts(tx, id),
        timeline: await readTimeline(tx, id),
        revealed: reveal ? await revealAndRecord(ctx, tx, request) : null,
      };
    });
  },
});

/** The tokens of a request that has an answer; before that, nothing is used. */
const USED = `SELECT r."promptTokens", r."completionTokens", r."totalTokens",
  CASE WHEN r."processingStatus" = 'PROCESSING_COMPLETE' THEN r."cachedTokens" ELSE 0 END AS "cachedTokens",
  CASE WHEN r."processingStatus" = 'PROCESSING_COMPLETE' THEN r."reasoningTokens" ELSE 0 END AS "reasoningTokens"`;

type Request = z.input<typeof request>;

async function readRow(
  ctx: CallContext,
  sql: Sql,
  id: string,
): Promise<Request & { batch: z.input<typeof batch> | null }> {
  const { rows } = await sql.query<Omit<Request, "heldFor" | "heldUntil"> & { batchId: string | null }>(
    `SELECT ${REQUEST_COLUMNS}, r."failedAttempts", r."notBefore", r."analysisVersion", r."openaiRequestId",
            r."serviceTier", r."systemFingerprint", ${usageOf("used")} AS "usage", r."totalCostEur" AS "costEur",
            (SELECT COALESCE(sum(a."costEur"), 0) FROM "AIRequestAttempt" a WHERE a."requestId" = r."id")
              AS "costOfAllAttemptsEur"
       FROM "AIProcessingRequest" r JOIN "Company" c ON c."id" = r."companyId"
       LEFT JOIN LATERAL (${USED}) used ON true WHERE r."id" = $1`,
    [id],
  );
  const [row] = await withHolds(ctx, sql, rows);
  if (!row) throw notFound("request");
  return { ...row, batch: row.batchId ? await readBatch(sql, row.batchId) : null };
}

async function readBatch(sql: Sql, id: string): Promise<z.input<typeof batch> | null> {
  const { rows } = await sql.query<z.input<typeof batch>>(
    `SELECT "id", "openaiBatchId", lower("status"::text) AS "status", "requestCount", "createdAt", "submittedAt",
            "processedAt" FROM "AIBatchRequest" WHERE "id" = $1`,
    [id],
  );
  return rows[0] ?? null;
}

/** The record is committed together with the end of the reading: without it, nothing is shown. */
async function revealAndRecord(ctx: CallContext, sql: Sql, request: Request) {
  await audit(ctx, sql, {
    action: "requests.reveal",
    outcome: "done",
    target: { type: "request", id: request.id },
    companyId: request.companyId,
  });
  return revealRequest(ctx, sql, request);
}
