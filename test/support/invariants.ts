import { expect } from "vitest";
import type { TestPipeline } from "./pipeline.ts";

/** Each names what must never be, and counts how often it is. The numbers are those of the design. */
const VIOLATIONS: Record<string, string> = {
  "1: in progress without a batch that runs": `
    SELECT count(*) FROM "AIProcessingRequest" r LEFT JOIN "AIBatchRequest" b ON b."id" = r."batchId"
     WHERE r."processingStatus" = 'BATCHING_IN_PROGRESS'
       AND (b."id" IS NULL OR b."status" IN ('PROCESSED', 'FAILED', 'CANCELLED'))`,
  "2: complete without exactly one applied attempt": `
    SELECT count(*) FROM "AIProcessingRequest" r
     WHERE (r."processingStatus" = 'PROCESSING_COMPLETE') <> (1 = (
       SELECT count(*) FROM "AIRequestAttempt" a WHERE a."requestId" = r."id" AND a."outcome" = 'APPLIED'))`,
  "2: an applied attempt whose answer is not kept": `
    SELECT count(*) FROM "AIRequestAttempt" a JOIN "AIProcessingRequest" r ON r."id" = a."requestId"
      LEFT JOIN "AnalysisResult" k ON k."requestId" = a."requestId" AND k."attempt" = a."attempt"
     WHERE (a."outcome" = 'APPLIED' AND r."sessionId" IS NOT NULL) <> (k."requestId" IS NOT NULL)`,
  "2: a session that does not show the answer that is kept as its present one": `
    SELECT count(*) FROM "Session" s WHERE s."analysedAt" IS NOT NULL AND 1 <> (
      SELECT count(*) FROM "AnalysisResult" k
       WHERE k."sessionId" = s."id" AND k."analysis" = 'session-analysis' AND k."replacedAt" IS NULL
         AND k."appliedAt" = s."analysedAt" AND k."answer" @> jsonb_build_object('language', s."language", 'sentiment',
               s."sentiment", 'category', s."category", 'escalated', s."escalated", 'summary', s."summary"))`,
  "2: something that is kept of an erased session, or is to be sent for it": `
    SELECT count(*) FROM "AIProcessingRequest" r LEFT JOIN "AIRequestAttempt" a ON a."requestId" = r."id"
     WHERE r."sessionId" IS NULL AND (a."received" IS NOT NULL OR r."processingStatus" = 'PENDING_BATCHING')`,
  "4: a batch that is over with lines unaccounted for": `
    SELECT count(*) FROM "AIBatchRequest" b
     WHERE b."status" IN ('PROCESSED', 'FAILED', 'CANCELLED')
       AND (b."requestCount" <> b."appliedCount" + b."failedCount" + b."requeuedCount"
         OR b."requestCount" <> (SELECT count(*) FROM "AIRequestAttempt" a WHERE a."batchId" = b."id")
         OR b."processedAt" IS NULL OR b."leaseOwner" IS NOT NULL)`,
  "6: a complete request whose cost is not its attempt's": `
    SELECT count(*) FROM "AIProcessingRequest" r JOIN "AIRequestAttempt" a ON a."requestId" = r."id"
     WHERE a."outcome" = 'APPLIED' AND (a."costEur", a."totalTokens") IS DISTINCT FROM (r."totalCostEur", r."totalTokens")`,
  "7: a counter that is not a count over its table": `
    SELECT count(*) FROM (
      SELECT 'AIProcessingRequest' AS "table", "processingStatus"::text AS "status", count(*) FROM "AIProcessingRequest" GROUP BY 2
      UNION SELECT 'AIBatchRequest', "status"::text, count(*) FROM "AIBatchRequest" GROUP BY 2) AS rows
      FULL JOIN (SELECT "table", "status", sum("count") AS "count" FROM "StatusCounter" GROUP BY 1, 2) AS counters
        USING ("table", "status")
     WHERE COALESCE(rows."count", 0) <> COALESCE(counters."count", 0)`,
};

interface Ledger {
  batches: { live: number };
  files: { live: number };
  intents: unknown;
  linesSent: number;
  linesExecuted: number;
  linesBoughtAgain: number;
  tokensBilled: { batch: { inputTokens: number; outputTokens: number } };
}

/** Asserts what must hold after every scenario: by our own tables, and by the emulator's ledger. */
export async function expectInvariants(pipeline: TestPipeline): Promise<Ledger> {
  for (const [name, sql] of Object.entries(VIOLATIONS)) {
    const { rows } = await pipeline.ctx.db.query<{ count: string }>(sql);
    expect(Number(rows[0]?.count), name).toBe(0);
  }
  const ledger = await readLedger(pipeline);
  expect(ledger.linesBoughtAgain, "5: lines bought again").toBe(0);
  expect(ledger.batches.live, "3: live provider batches after the end").toBe(0);
  return ledger;
}

export async function readLedger(pipeline: TestPipeline): Promise<Ledger> {
  const reply = await fetch(new URL("/_emulator/ledger", pipeline.emulator.url));
  return (await reply.json()) as Ledger;
}
