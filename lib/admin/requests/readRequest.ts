import { z } from "zod";
import { notFound } from "../../api/errors.ts";
import { euros, flag, id, time } from "../../api/fields.ts";
import { audit, authorise, type CallContext, defineOperation } from "../../api/operation.ts";
import { inTransaction, type Sql } from "../../db/pool.ts";
import { int, json, known, nullable, numeric, statement, text, timestamp } from "../../db/statement.ts";
import { attempt, READ_ATTEMPTS, usage, usageOf } from "./attempts.ts";
import { REQUEST_COLUMNS, requestColumns, requestRow, withHolds } from "./requestRow.ts";
import { revealedRequest, revealRequest } from "./revealRequest.ts";
import { READ_TIMELINE, timelineEvent } from "./timeline.ts";

const request = requestRow.extend({
  failedAttempts: z.number().int(),
  notBefore: time.nullable(),
  analysisVersion: z.number().int().nullable(),
  result: z.object({ answeredAt: time, appliedAt: time.nullable(), replacedAt: time.nullable() }).nullable().meta({
    description: "Its answer is kept: its session shows it if it was applied and not replaced. Null without one.",
  }),
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

export const readRequest = defineOperation({
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
        attempts: await READ_ATTEMPTS.rows(tx, { requestId: id }),
        timeline: await READ_TIMELINE.rows(tx, { requestId: id }),
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
  const [row] = await withHolds(ctx, sql, await READ.rows(sql, { id }));
  if (!row) throw notFound("request");
  const itsBatch = row.batchId === null ? undefined : await READ_BATCH.first(sql, { id: row.batchId });
  return { ...row, result: (await READ_RESULT.first(sql, { id })) ?? null, batch: itsBatch ?? null };
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

const READ = statement({
  sql: `SELECT ${REQUEST_COLUMNS}, r."failedAttempts", r."notBefore", r."analysisVersion", r."openaiRequestId",
               r."serviceTier", r."systemFingerprint", ${usageOf("used")} AS "usage", r."totalCostEur" AS "costEur",
               (SELECT COALESCE(sum(a."costEur"), 0) FROM "AIRequestAttempt" a WHERE a."requestId" = r."id")
                 AS "costOfAllAttemptsEur"
          FROM "AIProcessingRequest" r JOIN "Company" c ON c."id" = r."companyId"
          LEFT JOIN LATERAL (${USED}) used ON true WHERE r."id" = $1`,
  params: { id: text },
  row: {
    ...requestColumns,
    failedAttempts: int,
    notBefore: nullable(timestamp),
    analysisVersion: nullable(int),
    openaiRequestId: nullable(text),
    serviceTier: nullable(text),
    systemFingerprint: nullable(text),
    usage: known(json<Request["usage"]>()),
    costEur: numeric,
    costOfAllAttemptsEur: known(numeric),
  },
});

const READ_RESULT = statement({
  sql: `SELECT "createdAt" AS "answeredAt", "appliedAt", "replacedAt" FROM "AnalysisResult"
         WHERE "requestId" = $1 ORDER BY "attempt" DESC LIMIT 1`,
  params: { id: text },
  row: { answeredAt: timestamp, appliedAt: nullable(timestamp), replacedAt: nullable(timestamp) },
});

const READ_BATCH = statement({
  sql: `SELECT "id", "openaiBatchId", lower("status"::text) AS "status", "requestCount", "createdAt", "submittedAt",
               "processedAt" FROM "AIBatchRequest" WHERE "id" = $1`,
  params: { id: text },
  row: {
    id: text,
    openaiBatchId: nullable(text),
    status: known(text),
    requestCount: int,
    createdAt: timestamp,
    submittedAt: nullable(timestamp),
    processedAt: nullable(timestamp),
  },
});
