import fc from "fast-check";
import { expect } from "vitest";
import { DEFAULT_ACCOUNT } from "../../../lib/accounts/account.ts";
import { openAccounts } from "../../../lib/accounts/openAccounts.ts";
import { sessionAnalysis } from "../../../lib/analysis/sessionAnalysis.ts";
import { systemClock } from "../../../lib/clock.ts";
import { readConfig } from "../../../lib/config.ts";
import { createContext, type PipelineContext } from "../../../lib/context.ts";
import { openLog } from "../../../lib/observability/log.ts";
import { batchCreator } from "../../../lib/pipeline/batchCreator.ts";
import { batchPoller } from "../../../lib/pipeline/batchPoller.ts";
import { readLines } from "../../../lib/pipeline/collect/readLines.ts";
import { splitLines } from "../../../lib/pipeline/collect/splitLines.ts";
import { EU } from "../../support/accounts.ts";
import { createTestDatabase, type TestDatabase } from "../../support/database.ts";
import { inEachAccount } from "../../support/inEachAccount.ts";
import { addSessions } from "../../support/pipeline.ts";
import { AZURE_REFUSALS, answerLine } from "./hostileDocuments.ts";
import { type HostileLine, hostileLines, STOLEN, TWO_GLUED, writeFile } from "./hostileFile.ts";
import { type HostileProvider, hostileProvider, type ResultFiles } from "./hostileProvider.ts";
import { type Judgement, judgeTables } from "./killJudge.ts";

const REQUESTS = 8;
/** In each account, so many batches get hostile files; what is left over then gets good ones. */
const HOSTILE_BATCHES = 2;
/** Whose requests go where. */
const GROUPS = [{ company: "Acme" }, { company: "Bolt" }, { company: "Acme", model: EU.model }];
const MOST_ROUNDS = 40;
/** What is waited for so often in a row does not come any more. */
const MOST_VISITS_IN_VAIN = 6;
const MAX_LINE_BYTES = 8 * 1024 * 1024;
const EMPTY = Buffer.alloc(0);

interface Case {
  output: HostileLine[];
  errors: HostileLine[];
  cut: number;
  /** Why the first batch at Azure is refused, if it is. */
  refusal: string | undefined;
}

/**
 * Has the results of two companies' batches, in two accounts, collected from generated files: no file may break collecting,
 * touch a request of another batch, or leave a request unaccounted for; a good answer in it is applied, not bought again.
 */
export async function collectHostileFiles(
  cases: number,
): Promise<Omit<Judgement, "violations"> & { requests: number; there: number }> {
  const database = await createTestDatabase();
  try {
    await database.rows.account({ id: EU.id, kind: "azure" });
    await database.rows.model({ name: EU.model, accountId: EU.id, providerName: EU.deployment });
    const lines = hostileLines(REQUESTS);
    const arbitrary = fc.record({
      output: lines,
      errors: lines,
      cut: fc.constantFrom(7, 100, 65_536, 1_000_000),
      refusal: fc.option(fc.constantFrom(...AZURE_REFUSALS), { nil: undefined }),
    });
    const property = fc.asyncProperty(arbitrary, (one) => runCase(database, one));
    const examples: [Case][] = [[{ output: TWO_GLUED, errors: [], cut: 7, refusal: undefined }]];
    await fc.assert(property, { numRuns: cases, endOnFailure: true, examples });
    const { violations, ...counts } = await judgeTables(database.pool);
    expect(violations).toEqual({});
    const { rows } = await database.pool.query(
      `SELECT count(*)::int AS "requests", (count(*) FILTER (WHERE "model" = $1))::int AS "there"
         FROM "AIProcessingRequest"`,
      [EU.model],
    );
    // Both are asserted case by case: a good answer ends its request, and each batch is created once.
    return { ...counts, linesBoughtTwice: 0, liveDuplicates: 0, ...rows[0] };
  } finally {
    await database.drop();
  }
}

async function runCase(database: TestDatabase, { output, errors, cut, refusal }: Case): Promise<void> {
  let offset = 0;
  const groups: string[][] = [];
  const serve = (own: string[], made: number): ResultFiles => {
    const foreign = groups.find((ids) => !ids.includes(own[0] ?? "")) ?? [];
    if (made < HOSTILE_BATCHES)
      return { output: writeFile(output, own, foreign), errors: writeFile(errors, own, foreign) };
    return { output: Buffer.from(own.map((id) => JSON.stringify(answerLine(id))).join("\n")), errors: EMPTY };
  };
  const provider = hostileProvider({ shape: "openai", name: "openai", serve, cut });
  const azure = hostileProvider({
    shape: "azure",
    name: EU.id,
    serve: (own, made) => (made === 0 && refusal ? { output: EMPTY, errors: EMPTY, refusal } : serve(own, made)),
    cut,
  });
  const context = createContext({
    config: readConfig({ BATCH_CREATION_INTERVAL: "100ms", BATCH_POLLING_INTERVAL: "100ms" }),
    db: database.pool,
    log: openLog({ level: "silent", format: "json" }),
    clock: { ...systemClock, now: () => new Date(Date.now() + offset) },
  });
  const accounts = openAccounts(context, { provider, open: () => azure });
  const ctx: PipelineContext = { ...context, accountId: DEFAULT_ACCOUNT, provider, accounts };
  for (const { company, ...to } of GROUPS)
    groups.push((await addSessions(ctx, REQUESTS, { company, ...to })).requestIds);
  for (let round = 0; await isBusy(ctx); round++) {
    expect(round, "rounds until all is accounted for").toBeLessThan(MOST_ROUNDS);
    await inEachAccount(ctx, batchCreator);
    await inEachAccount(ctx, batchPoller);
    expect(await listFailedCalls(ctx), "batches that could not be collected").toEqual([]);
    offset += 3_600_000;
  }
  for (const one of [provider, azure]) await expectGoodAnswersApplied(ctx, one);
  await expectNothingTouchedElsewhere(ctx, groups.flat());
}

/**
 * Batches whose last visit threw. A file without any result line may be somebody else's page, and is fetched again. That
 * has an end.
 */
async function listFailedCalls({ db }: PipelineContext): Promise<string[]> {
  const { rows } = await db.query<{ errorMessage: string }>(
    `SELECT "errorMessage" FROM "AIBatchRequest"
      WHERE "callFailures" > CASE WHEN "errorCode" = 'download_unreadable' THEN $1 ELSE 0 END`,
    [MOST_VISITS_IN_VAIN],
  );
  return rows.map((row) => row.errorMessage);
}

async function isBusy({ db }: PipelineContext): Promise<boolean> {
  const { rows } = await db.query<{ busy: boolean }>(
    `SELECT EXISTS (SELECT 1 FROM "AIProcessingRequest"
                     WHERE "processingStatus" IN ('PENDING_BATCHING', 'BATCHING_IN_PROGRESS'))
         OR EXISTS (SELECT 1 FROM "AIBatchRequest" WHERE "processedAt" IS NULL) AS "busy"`,
  );
  return rows[0]?.busy ?? false;
}

/** What was paid for and can be used is used: then its batch is the last one that the request was in. */
async function expectGoodAnswersApplied({ db }: PipelineContext, provider: HostileProvider): Promise<void> {
  for (const batch of provider.batches) {
    const good = await findGoodAnswers(provider, batch);
    const { rows } = await db.query<{ requestId: string; provider: string; summary: string }>(
      `SELECT a."requestId", b."openaiBatchId" AS "provider", s."summary"
         FROM "AIRequestAttempt" a JOIN "AIBatchRequest" b ON b."id" = a."batchId"
         JOIN "AIProcessingRequest" r ON r."id" = a."requestId" JOIN "Session" s ON s."id" = r."sessionId"
        WHERE a."outcome" = 'APPLIED' AND a."requestId" = ANY($1)`,
      [[...good.keys()]],
    );
    const applied = new Map(rows.map((row) => [row.requestId, row]));
    for (const [requestId, summary] of good) {
      expect(applied.get(requestId), "a good answer was bought again").toMatchObject({
        provider: batch.id,
        summary,
      });
    }
  }
}

/** The summaries of the requests of a batch for which there is a good answer: the first, the output file before the other. */
async function findGoodAnswers(
  provider: HostileProvider,
  { requestIds, files }: HostileProvider["batches"][number],
): Promise<Map<string, string>> {
  const good = new Map<string, string>();
  for (const file of [files.output, files.errors]) {
    for await (const split of splitLines(once(file), MAX_LINE_BYTES)) {
      for (const line of readLines(provider, split)) {
        if (line.kind !== "answer" || !requestIds.includes(line.requestId) || good.has(line.requestId)) continue;
        const checked = sessionAnalysis.check(line.text);
        if (checked.ok) good.set(line.requestId, (checked.answer as { summary: string }).summary);
      }
    }
  }
  return good;
}

async function* once(content: Buffer): AsyncGenerator<Uint8Array> {
  yield content;
}

async function expectNothingTouchedElsewhere({ db }: PipelineContext, requestIds: string[]): Promise<void> {
  const { violations, ...counts } = await judgeTables(db);
  expect({ violations, ...counts }).toEqual({ violations: {}, requestsLost: 0, resultsAppliedTwice: 0 });
  const { rows } = await db.query<{ id: string; summary: string }>(
    `SELECT r."id", s."summary" FROM "AIProcessingRequest" r JOIN "Session" s ON s."id" = r."sessionId"
      WHERE r."id" = ANY($1) AND s."summary" IS NOT NULL`,
    [requestIds],
  );
  for (const { id, summary } of rows) {
    expect(summary, `the answer of ${id}`).not.toContain(STOLEN);
    // Damaged bytes may change the id that it names, but never into the id of another one.
    const others = requestIds.filter((other) => other !== id && summary.includes(other));
    expect(others, `the answer of ${id} was made for others`).toEqual([]);
  }
}
