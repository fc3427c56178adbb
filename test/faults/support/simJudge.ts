import { endedAt, isOver } from "../../../emulator/store/records.ts";
import { FAILURES } from "../../../lib/failures.ts";
import type { World } from "./simWorld.ts";

/** What a case came to. The four counts must be 0, and `violations` empty: it names what was found, in words. */
export interface Verdict {
  violations: string[];
  requests: number;
  complete: number;
  failed: number;
  requestsLost: number;
  resultsAppliedTwice: number;
  linesBoughtTwice: number;
  /** Those of which a person had confirmed that it may happen. */
  linesBoughtKnowingly: number;
  liveDuplicates: number;
}

/** What a case allows because the provider does it by itself. */
export interface Allowance {
  /** The provider made a second batch of its own accord: two may run for a while. */
  duplicatesRun?: boolean;
  /** The provider hid a batch for longer than the settle time: its answers are not seen, its lines may be bought again. */
  hidden?: boolean;
}

const COUNTS = `
  SELECT count(*)::int AS "requests",
         count(*) FILTER (WHERE r."processingStatus" = 'PROCESSING_COMPLETE')::int AS "complete",
         count(*) FILTER (WHERE r."processingStatus" = 'PROCESSING_FAILED')::int AS "failed",
         count(*) FILTER (WHERE a."applied" > 1)::int AS "appliedTwice"
    FROM "AIProcessingRequest" r, LATERAL (
         SELECT count(*) AS "applied" FROM "AIRequestAttempt" a
          WHERE a."requestId" = r."id" AND a."outcome" = 'APPLIED') a`;

const NOT_RETRYABLE = Object.entries(FAILURES)
  .filter(([, { retryable }]) => !retryable)
  .map(([code]) => `'${code}'`)
  .join(", ");

/** Each names what must never be, and selects the ids of what is so. */
const VIOLATIONS: Record<string, string> = {
  "a request in progress without a batch that runs": `
    SELECT r."id" FROM "AIProcessingRequest" r LEFT JOIN "AIBatchRequest" b ON b."id" = r."batchId"
     WHERE r."processingStatus" = 'BATCHING_IN_PROGRESS'
       AND (b."id" IS NULL OR b."status" IN ('PROCESSED', 'FAILED', 'CANCELLED'))`,
  "complete without exactly one applied attempt": `
    SELECT r."id" FROM "AIProcessingRequest" r
     WHERE (r."processingStatus" = 'PROCESSING_COMPLETE') <> (1 = (
       SELECT count(*) FROM "AIRequestAttempt" a WHERE a."requestId" = r."id" AND a."outcome" = 'APPLIED'))`,
  "complete without its session analysed": `
    SELECT r."id" FROM "AIProcessingRequest" r JOIN "Session" s ON s."id" = r."sessionId"
     WHERE (r."processingStatus" = 'PROCESSING_COMPLETE') <> (s."summary" IS NOT NULL)`,
  "failed without a true reason": `
    SELECT r."id" FROM "AIProcessingRequest" r
     WHERE r."processingStatus" = 'PROCESSING_FAILED' AND NOT EXISTS (
       SELECT 1 FROM "AIRequestAttempt" a
        WHERE a."requestId" = r."id" AND a."attempt" = r."attempt" AND a."outcome" = 'FAILED'
          AND a."code" = r."errorCode" AND (a."code" IN (${NOT_RETRYABLE}) OR r."failedAttempts" >= 5))`,
  "attempts that do not count up to the request's own": `
    SELECT r."id" FROM "AIProcessingRequest" r
     WHERE r."attempt" <> (SELECT count(*) FROM "AIRequestAttempt" a WHERE a."requestId" = r."id")`,
  "a batch that is over with lines unaccounted for": `
    SELECT b."id" FROM "AIBatchRequest" b
     WHERE b."status" IN ('PROCESSED', 'FAILED', 'CANCELLED')
       AND (b."requestCount" <> b."appliedCount" + b."failedCount" + b."requeuedCount"
         OR b."requestCount" <> (SELECT count(*) FROM "AIRequestAttempt" a WHERE a."batchId" = b."id")
         OR b."processedAt" IS NULL OR b."leaseOwner" IS NOT NULL)`,
  "a batch that was processed with an error that is not its own": `
    SELECT b."id" FROM "AIBatchRequest" b
     WHERE b."status" = 'PROCESSED' AND b."errorCode" IS NOT NULL
        OR b."status" IN ('FAILED', 'CANCELLED') AND b."errorCode" IN ('unexpected', 'provider_unreachable')`,
  "a cost that is not its attempt's": `
    SELECT r."id" FROM "AIProcessingRequest" r JOIN "AIRequestAttempt" a ON a."requestId" = r."id"
     WHERE a."outcome" = 'APPLIED' AND (a."costEur", a."totalTokens") IS DISTINCT FROM (r."totalCostEur", r."totalTokens")`,
};

/** Judges a case that has come to rest: by SQL, and by what the emulator knows that it did. */
export async function judge(world: World, allowed: Allowance = {}): Promise<Verdict> {
  const { rows: counted } = await world.admin.query(COUNTS);
  const { requests, complete, failed, appliedTwice } = counted[0];
  const violations: string[] = [];
  const checks = Object.entries(VIOLATIONS).map(
    ([name, sql]) => `SELECT '${name.replaceAll("'", "''")}' AS name, id FROM (${sql}) v`,
  );
  const { rows } = await world.admin.query<{ name: string; id: string }>(checks.join(" UNION ALL "));
  for (const { name, id } of rows) violations.push(`${name}: ${id}`);
  const knowingly = await listSentBackAtOnce(world);
  violations.push(...(await compareWithLedger(world, allowed, knowingly)));

  const boughtAgain = world.emulator.ledger.boughtAgain();
  const unasked = boughtAgain.filter((id) => !knowingly.has(id));
  if (unasked.length > 0 && !allowed.hidden) violations.push(`lines bought again: ${unasked.join(", ")}`);
  const together = runTogether(world);
  if (!allowed.duplicatesRun) {
    violations.push(...together.map((intent) => `two provider batches ran at one time: ${intent}`));
  }
  const live = world.emulator.store.batches().filter((batch) => !isOver(batch)).length;
  if (live > 0) violations.push(`${live} provider batches live after the end`);
  return {
    violations,
    requests,
    complete,
    failed,
    requestsLost: requests - complete - failed,
    resultsAppliedTwice: appliedTwice,
    linesBoughtTwice: unasked.length,
    linesBoughtKnowingly: boughtAgain.length - unasked.length,
    liveDuplicates: live + (allowed.duplicatesRun ? 0 : together.length),
  };
}

/** Requests that a person sent back at once, having confirmed that they may be bought twice. */
async function listSentBackAtOnce(world: World): Promise<Set<string>> {
  const { rows } = await world.admin.query<{ id: string }>(
    `SELECT a."requestId" AS "id" FROM "AIRequestAttempt" a JOIN "AIBatchRequest" b ON b."id" = a."batchId"
      WHERE a."code" = 'batch_given_up' AND b."requeueConfirmed"`,
  );
  return new Set(rows.map(({ id }) => id));
}

/** Whoever has a usable answer at the provider is complete, and nobody else; no more tokens are charged than billed. */
async function compareWithLedger(world: World, allowed: Allowance, knowingly: ReadonlySet<string>): Promise<string[]> {
  const { ledger, store } = world.emulator;
  const violations: string[] = [];
  const { rows } = await world.admin.query<{ id: string; status: string }>(
    `SELECT "id", "processingStatus" AS "status" FROM "AIProcessingRequest"`,
  );
  for (const { id, status } of rows) {
    const usable = ledger.runsOf(id).usable > 0;
    if (usable && status !== "PROCESSING_COMPLETE" && !allowed.hidden && !knowingly.has(id))
      violations.push(`paid for, and not applied: ${id} is ${status}`);
    if (!usable && status === "PROCESSING_COMPLETE") violations.push(`complete, and never run: ${id}`);
  }
  const charged = await world.admin.query<{ prompt: number; completion: number }>(
    `SELECT COALESCE(sum("promptTokens"), 0)::int AS "prompt", COALESCE(sum("completionTokens"), 0)::int AS "completion"
       FROM "AIRequestAttempt"`,
  );
  const { prompt = 0, completion = 0 } = charged.rows[0] ?? {};
  const billed = store.batches().map((batch) => batch.usage);
  const input = billed.reduce((sum, usage) => sum + usage.inputTokens, 0);
  const output = billed.reduce((sum, usage) => sum + usage.outputTokens, 0);
  if (prompt > input || completion > output) violations.push("more tokens charged than were billed");
  return violations;
}

/** Intents of which two provider batches were past validation at one time. One that fails validation costs nothing. */
function runTogether(world: World): string[] {
  const lives = world.emulator.store.batches().flatMap((batch) => {
    if (batch.inProgressAt === null) return [];
    const to = endedAt(batch) ?? Number.POSITIVE_INFINITY;
    return [{ id: batch.id, intent: batch.metadata?.batch_id ?? "", from: batch.inProgressAt, to }];
  });
  return lives
    .filter((a) => lives.some((b) => b.id !== a.id && b.intent === a.intent && b.from <= a.from && a.from < b.to))
    .map(({ intent }) => intent);
}
