import { accountOf, accountOfModel } from "../../../lib/accounts/account.ts";
import type { Sql } from "../../../lib/db/pool.ts";

/** What the emulator's ledger says, as far as it is judged by. */
export interface Ledger {
  batches: { created: number; live: number; byStatus: Record<string, number> };
  intents: { everWithSeveralLive: number; withSeveralBatches: number; list: unknown[] };
  files: { live: number };
  linesExecuted: number;
  differentLines: number;
  linesExecutedTwice: number;
  linesBoughtAgain: number;
  boughtAgain: unknown;
  calls: Record<string, number>;
  faultsFired: Record<string, number>;
}

/** The counts that a family reports; all of them must be 0. */
export interface Judgement {
  requestsLost: number;
  resultsAppliedTwice: number;
  linesBoughtTwice: number;
  liveDuplicates: number;
  /** Rows that break an invariant of the design, by its name; those without any are left out. */
  violations: Record<string, number>;
}

const COUNTS = `
  SELECT (SELECT count(*)::int FROM "AIProcessingRequest"
           WHERE "processingStatus" IN ('PENDING_BATCHING', 'BATCHING_IN_PROGRESS')
              OR ("processingStatus" = 'PROCESSING_FAILED' AND ("errorCode" IS NULL OR "errorMessage" IS NULL))
         ) AS "requestsLost",
         (SELECT count(*)::int FROM (
            SELECT 1 FROM "AIRequestAttempt" WHERE "outcome" = 'APPLIED' GROUP BY "requestId" HAVING count(*) > 1) twice
         ) AS "resultsAppliedTwice"`;

const VIOLATIONS: Record<string, string> = {
  "in progress without a batch that runs": `
    SELECT count(*)::int AS "n" FROM "AIProcessingRequest" r LEFT JOIN "AIBatchRequest" b ON b."id" = r."batchId"
     WHERE r."processingStatus" = 'BATCHING_IN_PROGRESS'
       AND (b."id" IS NULL OR b."status" IN ('PROCESSED', 'FAILED', 'CANCELLED'))`,
  "complete without exactly one applied attempt": `
    SELECT count(*)::int AS "n" FROM "AIProcessingRequest" r
     WHERE (r."processingStatus" = 'PROCESSING_COMPLETE') <> (1 = (
       SELECT count(*) FROM "AIRequestAttempt" a WHERE a."requestId" = r."id" AND a."outcome" = 'APPLIED'))`,
  "complete, but its session has no analysis": `
    SELECT count(*)::int AS "n" FROM "AIProcessingRequest" r JOIN "Session" s ON s."id" = r."sessionId"
     WHERE r."processingStatus" = 'PROCESSING_COMPLETE' AND s."analysedAt" IS NULL`,
  "a batch that is over with lines unaccounted for": `
    SELECT count(*)::int AS "n" FROM "AIBatchRequest" b
     WHERE b."status" IN ('PROCESSED', 'FAILED', 'CANCELLED')
       AND (b."requestCount" <> b."appliedCount" + b."failedCount" + b."requeuedCount"
         OR b."requestCount" <> (SELECT count(*) FROM "AIRequestAttempt" a WHERE a."batchId" = b."id")
         OR b."processedAt" IS NULL OR b."leaseOwner" IS NOT NULL)`,
  "an attempt of another company's batch": `
    SELECT count(*)::int AS "n" FROM "AIRequestAttempt" a JOIN "AIBatchRequest" b ON b."id" = a."batchId"
      JOIN "AIProcessingRequest" r ON r."id" = a."requestId" WHERE r."companyId" <> b."companyId"`,
  "an attempt in an account that is not its model's": `
    SELECT count(*)::int AS "n" FROM "AIRequestAttempt" a JOIN "AIBatchRequest" b ON b."id" = a."batchId"
      JOIN "AIProcessingRequest" r ON r."id" = a."requestId"
     WHERE ${accountOf('b."provider"')} <> ${accountOfModel('r."model"')}`,
};

/** Judges what was done by our tables and by the ledger of each account's emulator. The pipeline must be idle. */
export async function judge(db: Sql, ...emulatorUrls: string[]): Promise<Judgement & { ledgers: Ledger[] }> {
  const ledgers = await Promise.all(emulatorUrls.map(fetchLedger));
  const sum = (count: (ledger: Ledger) => number) => ledgers.reduce((total, ledger) => total + count(ledger), 0);
  return {
    ...(await judgeTables(db)),
    linesBoughtTwice: sum(({ linesBoughtAgain }) => linesBoughtAgain),
    liveDuplicates: sum(({ intents }) => intents.everWithSeveralLive),
    ledgers,
  };
}

/** The part of it that our tables can tell. */
export async function judgeTables(
  db: Sql,
): Promise<Pick<Judgement, "requestsLost" | "resultsAppliedTwice" | "violations">> {
  const { rows } = await db.query<Pick<Judgement, "requestsLost" | "resultsAppliedTwice">>(COUNTS);
  const violations: Record<string, number> = {};
  for (const [name, sql] of Object.entries(VIOLATIONS)) {
    const found = (await db.query<{ n: number }>(sql)).rows[0]?.n ?? 0;
    if (found > 0) violations[name] = found;
  }
  const { requestsLost = Number.NaN, resultsAppliedTwice = Number.NaN } = rows[0] ?? {};
  return { requestsLost, resultsAppliedTwice, violations };
}

/** How many requests there are of each account, and how many of them are complete or not yet over. */
export async function countRequests(db: Sql): Promise<Map<string, { all: number; complete: number; open: number }>> {
  const { rows } = await db.query<{ account: string; all: number; complete: number; open: number }>(
    `SELECT ${accountOfModel('r."model"')} AS "account", count(*)::int AS "all",
            count(*) FILTER (WHERE "processingStatus" = 'PROCESSING_COMPLETE')::int AS "complete",
            count(*) FILTER (WHERE "processingStatus" IN ('PENDING_BATCHING', 'BATCHING_IN_PROGRESS'))::int AS "open"
       FROM "AIProcessingRequest" r GROUP BY 1`,
  );
  return new Map(rows.map(({ account, ...counts }) => [account, counts]));
}

/** A judgement that finds nothing. */
export const BLAMELESS = {
  requestsLost: 0,
  resultsAppliedTwice: 0,
  linesBoughtTwice: 0,
  liveDuplicates: 0,
  violations: {},
};

export async function fetchLedger(emulatorUrl: string): Promise<Ledger> {
  const reply = await fetch(new URL("/_emulator/ledger", emulatorUrl));
  return (await reply.json()) as Ledger;
}
