import { endedAt, isOver } from "../../../emulator/store/records.ts";
import type { Sql } from "../../../lib/db/pool.ts";
import { FAILURES } from "../../../lib/failures.ts";
import { listBoughtAgain, type Run, readRuns } from "./simRuns.ts";
import { THERE, type World } from "./simWorld.ts";

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
  /** Those of which the answer had been applied, and deleted, in the time that a database lost. */
  linesBoughtAfterLoss: number;
  /** Those that two databases bought because a person let both work, or set one back under its workers. */
  linesBoughtBesideAnother: number;
  liveDuplicates: number;
}

/** What a case allows because the provider does it by itself. */
export interface Allowance {
  /** The provider made a second batch of its own accord: two may run for a while. */
  duplicatesRun?: boolean;
  /** The provider hid a batch for longer than the settle time: its answers are not seen, its lines may be bought again. */
  hidden?: boolean;
  /** A person did what can lead to buying twice: it is counted apart. */
  boughtTwice?: boolean;
  /**
   * Two databases that are the same to PostgreSQL worked side by side then: each may send a batch of both before the list
   * shows the other what was sent. What comes of it is counted apart. Virtual ms.
   */
  sideBySide?: { from: number; to: number };
}

/** A database that is to be judged. */
export interface Judged {
  database: { admin: Sql };
  /** Answers that the provider had lost by then may have been applied in what was lost of the database. */
  forgetsUntil: number;
  /** Requests that a person sent back at once, in what was lost of the database. */
  sentBackAtOnce: ReadonlySet<string>;
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
export async function judge(world: World, judged: readonly Judged[], allowed: Allowance = {}): Promise<Verdict> {
  const live = world.batches().filter((batch) => !isOver(batch)).length;
  const together = runTogether(world, allowed);
  const isTwoAllowed = allowed.duplicatesRun || allowed.boughtTwice;
  const verdict: Verdict = {
    violations: [],
    requests: 0,
    complete: 0,
    failed: 0,
    requestsLost: 0,
    resultsAppliedTwice: 0,
    linesBoughtTwice: 0,
    linesBoughtKnowingly: 0,
    linesBoughtAfterLoss: 0,
    linesBoughtBesideAnother: 0,
    liveDuplicates: live + (isTwoAllowed ? 0 : together.length),
  };
  if (live > 0) verdict.violations.push(`${live} provider batches live after the end`);
  if (!isTwoAllowed) {
    verdict.violations.push(...together.map((intent) => `two provider batches ran at one time: ${intent}`));
  }
  const runs = readRuns(world);
  for (const one of judged) await judgeOne(world, one, { runs, allowed, verdict });
  return verdict;
}

interface Trial {
  runs: readonly Run[];
  allowed: Allowance;
  /** Added to. */
  verdict: Verdict;
}

async function judgeOne(world: World, judged: Judged, { runs, allowed, verdict }: Trial): Promise<void> {
  const sql = judged.database.admin;
  const { rows: counted } = await sql.query(COUNTS);
  const { requests, complete, failed, appliedTwice } = counted[0];
  verdict.requests += requests;
  verdict.complete += complete;
  verdict.failed += failed;
  verdict.requestsLost += requests - complete - failed;
  verdict.resultsAppliedTwice += appliedTwice;
  const checks = Object.entries(VIOLATIONS).map(
    ([name, query]) => `SELECT '${name.replaceAll("'", "''")}' AS name, id FROM (${query}) v`,
  );
  const { rows } = await sql.query<{ name: string; id: string }>(checks.join(" UNION ALL "));
  for (const { name, id } of rows) verdict.violations.push(`${name}: ${id}`);

  const { rows: installed } = await sql.query<{ id: string }>(`SELECT "id" FROM "Installation"`);
  const own = runs.filter(({ installation }) => installation === installed[0]?.id);
  const knowingly = new Set([...judged.sentBackAtOnce, ...(await listSentBackAtOnce(sql))]);
  // Whoever asked for its deletion had applied it: that is lost, even if the provider took its time.
  const isLostBy = (run: Run, askedBy: number, doneBy = Number.POSITIVE_INFINITY) => {
    const deletion = run.outputFileId === null ? undefined : world.deletionOf(run.outputFileId);
    return deletion !== undefined && deletion.askedAt <= askedBy && deletion.doneAt <= doneBy;
  };
  const endedAt = await listEnds(sql);
  // One of two that are the same to PostgreSQL may send what the other has ended a moment before: that one never hears of it.
  const isOtherOnes = (run: Run) =>
    isSideBySide(run, allowed) && (endedAt.get(run.batchId) ?? Infinity) <= run.createdAt;
  const unasked: string[] = [];
  for (const { requestId, before, again } of listBoughtAgain(own)) {
    const forgetsUntil = allowed.boughtTwice ? Number.POSITIVE_INFINITY : judged.forgetsUntil;
    const isLost = (run: Run) => isLostBy(run, forgetsUntil, again.createdAt);
    if (knowingly.has(requestId)) verdict.linesBoughtKnowingly += 1;
    else if (before.every(isLost)) verdict.linesBoughtAfterLoss += 1;
    else if (
      allowed.boughtTwice ||
      [...before, again].every((run) => isSideBySide(run, allowed)) ||
      before.every((run) => isOtherOnes(run) || isLost(run))
    )
      verdict.linesBoughtBesideAnother += 1;
    else unasked.push(requestId);
  }
  verdict.linesBoughtTwice += unasked.length;
  if (unasked.length > 0 && !allowed.hidden) verdict.violations.push(`lines bought again: ${unasked.join(", ")}`);

  const mayBeUnseen = (id: string) => allowed.hidden || allowed.boughtTwice || knowingly.has(id);
  const answered = new Set(
    own.filter((run) => run.usable && !isLostBy(run, judged.forgetsUntil)).map(({ requestId }) => requestId),
  );
  const usable = new Set(runs.filter((run) => run.usable).map(({ requestId }) => requestId));
  const { rows: statuses } = await sql.query<{ id: string; status: string; place: number }>(
    `SELECT "id", "processingStatus" AS "status", ("model" = '${THERE.model}')::int AS "place" FROM "AIProcessingRequest"`,
  );
  const places = new Map(statuses.map(({ id, place }) => [id, place]));
  for (const { requestId, place } of own) {
    const isAstray = places.has(requestId) && places.get(requestId) !== place;
    if (isAstray) verdict.violations.push(`sent to the wrong account: ${requestId}`);
  }
  for (const { id, status } of statuses) {
    if (answered.has(id) && status !== "PROCESSING_COMPLETE" && !mayBeUnseen(id))
      verdict.violations.push(`paid for, and not applied: ${id} is ${status}`);
    if (!usable.has(id) && status === "PROCESSING_COMPLETE") verdict.violations.push(`complete, and never run: ${id}`);
  }
  verdict.violations.push(...(await compareCharges(world, sql)));
}

/** Requests that a person sent back at once, having confirmed that they may be bought twice. */
export async function listSentBackAtOnce(sql: Sql): Promise<string[]> {
  const { rows } = await sql.query<{ id: string }>(
    `SELECT a."requestId" AS "id" FROM "AIRequestAttempt" a JOIN "AIBatchRequest" b ON b."id" = a."batchId"
      WHERE a."code" = 'batch_given_up' AND b."requeueConfirmed"`,
  );
  return rows.map(({ id }) => id);
}

/** When each batch that is over came to its end here, in virtual time. */
async function listEnds(sql: Sql): Promise<Map<string, number>> {
  const { rows } = await sql.query<{ id: string; endedAt: Date }>(
    `SELECT "id", "processedAt" AS "endedAt" FROM "AIBatchRequest" WHERE "processedAt" IS NOT NULL`,
  );
  return new Map(rows.map(({ id, endedAt }) => [id, endedAt.getTime()]));
}

/** No more tokens are charged than were billed. */
async function compareCharges(world: World, sql: Sql): Promise<string[]> {
  const charged = await sql.query<{ prompt: number; completion: number }>(
    `SELECT COALESCE(sum("promptTokens"), 0)::int AS "prompt", COALESCE(sum("completionTokens"), 0)::int AS "completion"
       FROM "AIRequestAttempt"`,
  );
  const { prompt = 0, completion = 0 } = charged.rows[0] ?? {};
  const billed = world.batches().map((batch) => batch.usage);
  const input = billed.reduce((sum, usage) => sum + usage.inputTokens, 0);
  const output = billed.reduce((sum, usage) => sum + usage.outputTokens, 0);
  return prompt > input || completion > output ? ["more tokens charged than were billed"] : [];
}

/** Whether a batch was made while two databases could not tell which of them was to make it. */
function isSideBySide({ createdAt }: { createdAt: number }, { sideBySide }: Allowance): boolean {
  return sideBySide !== undefined && sideBySide.from <= createdAt && createdAt <= sideBySide.to;
}

/** Intents of which two provider batches were past validation at one time. One that fails validation costs nothing. */
function runTogether(world: World, allowed: Allowance): string[] {
  const lives = world.batches().flatMap((batch) => {
    if (batch.inProgressAt === null) return [];
    const to = endedAt(batch) ?? Number.POSITIVE_INFINITY;
    const { batch_id = "", installation = "" } = batch.metadata ?? {};
    const isExcused = isSideBySide(batch, allowed);
    return [{ id: batch.id, intent: `${batch_id} of ${installation}`, from: batch.inProgressAt, to, isExcused }];
  });
  const isBeside = (a: (typeof lives)[number], b: (typeof lives)[number]) =>
    b.id !== a.id && b.intent === a.intent && b.from <= a.from && a.from < b.to && !(a.isExcused && b.isExcused);
  return lives.filter((a) => lives.some((b) => isBeside(a, b))).map(({ intent }) => intent);
}
