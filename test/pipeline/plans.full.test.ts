import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Lease } from "../../lib/batches/lease.ts";
import { NO_PRICE } from "../../lib/costs/price.ts";
import { applyLines } from "../../lib/pipeline/collect/applyLines.ts";
import type { LineJudgement } from "../../lib/pipeline/collect/judgeLines.ts";
import { claimBatch } from "../../lib/pipeline/create/claimBatch.ts";
import { listGroups } from "../../lib/pipeline/create/listGroups.ts";
import { releaseWaiting } from "../../lib/pipeline/end/endBatch.ts";
import { type Explained, explained } from "../support/explained.ts";
import { answerLine, failureLine } from "../support/lines.ts";
import { startPipeline, type TestPipeline } from "../support/pipeline.ts";

/** Nothing but the line itself is at fault. */
const AS_THEY_SAY: LineJudgement = { codeOf: (line) => line.code };

// Half of 200,000 requests are complete, half wait in one batch: and PostgreSQL has last looked before there were any, after,
// or never. Autoanalyze comes when it likes, and a batch takes hours.
const SESSIONS = 100_000;
const CHUNK = 500;
/** What a line may cost: its request, session, questions, attempt, and the checks of their foreign keys. */
const ROWS_A_LINE = 25;
const COMPANY = { companyId: "acme", model: "gpt-6-luna" };

let pipeline: TestPipeline;
const transactions: Explained[] = [];
let ctx: TestPipeline["ctx"];

beforeAll(async () => {
  pipeline = await startPipeline({ env: { BATCH_MAX_LINES: String(CHUNK) } });
  ctx = { ...pipeline.ctx, db: explained(pipeline.database.pool, (transaction) => transactions.push(transaction)) };
  const tables = ["AIProcessingRequest", "AIRequestAttempt", "Session", "SessionQuestion", "Question", "Message"];
  await run(tables.map((table) => `ALTER TABLE "${table}" SET (autovacuum_enabled = false)`).join(";"));
  await fill();
});
afterAll(() => pipeline.close());

describe.each([
  // Taken when nothing was complete, nothing pending, and nothing asked.
  ["stale", `SELECT 1`],
  ["missing", `DELETE FROM pg_statistic; UPDATE pg_class SET reltuples = -1, relpages = 0 WHERE relkind = 'r'`],
  ["fresh", `ANALYZE`],
])("with %s statistics", (name, prepare) => {
  const round = ["stale", "missing", "fresh"].indexOf(name);
  beforeAll(() => run(prepare));

  it("answers are applied by looking up their own rows alone", async () => {
    const { lines, plans } = await apply("w", round);
    expect(lines.applied).toBe(CHUNK);
    expectOwnRows(plans);
  });

  it("so are those of sessions that were analysed before, whose questions are replaced", async () => {
    const { lines, plans } = await apply("again", round);
    expect(lines.applied).toBe(CHUNK);
    expectOwnRows(plans);
  });

  it("failures are recorded by looking up their own rows alone", async () => {
    const ids = idsOf("failing", round);
    const plans = await plansOf(() => applyLines(ctx, leaseOf("busy"), ids.map(failureLine), NO_PRICE, AS_THEY_SAY));
    expectOwnRows(plans);
  });

  it("what waits is released in steps of its own size", async () => {
    const plans = await plansOf(() => releaseWaiting(ctx, leaseOf(`ending-${name}`), "batch_expired"));
    expectRowsRead(plans);
  });

  it("the groups that wait are found without reading all that waits", async () => {
    const plans = await plansOf(async () => {
      expect(await listGroups(ctx, { requestedBy: ctx.clock.now() })).toEqual([COMPANY]);
    });
    expect(plans).toHaveLength(1);
    expect(plans.flatMap(({ scans }) => [...scans].filter((scan) => /Seq Scan AIProcessing/.test(scan)))).toEqual([]);
    for (const { rowsRead, scans } of plans) expect(rowsRead, [...scans].join(", ")).toBeLessThan(50);
  });

  it("a batch is claimed in steps of its own size", async () => {
    const plans = await plansOf(async () => {
      const { batch } = await claimBatch(ctx, COMPANY);
      expect(batch?.requestCount).toBe(CHUNK);
      await batch?.spool.remove();
    });
    expectRowsRead(plans);
  });
});

/** Applies a chunk of answers, each with two questions that nobody has asked before. */
async function apply(prefix: string, round: number) {
  const chunk = idsOf(prefix, round).map((id) => answerLine(id, { questions: [`What of ${id}?`, `Why ${id}?`] }));
  let lines = { applied: 0 };
  const plans = await plansOf(async () => {
    lines = await applyLines(ctx, leaseOf("busy"), chunk, NO_PRICE, AS_THEY_SAY);
  });
  return { lines, plans };
}

const idsOf = (prefix: string, round: number): string[] =>
  Array.from({ length: CHUNK }, (_, index) => `${prefix}-${round * CHUNK + index + 1}`);

const leaseOf = (batchId: string): Lease => ({ batchId, epoch: 1, signal: ctx.stopping });

async function plansOf(work: () => Promise<unknown>): Promise<Explained[]> {
  transactions.length = 0;
  await work();
  return [...transactions];
}

function expectOwnRows(plans: readonly Explained[]): void {
  const scans = [...new Set(plans.flatMap((plan) => [...plan.scans]))];
  expect(scans.length).toBeGreaterThan(0);
  expect(scans.filter((scan) => /^Seq Scan (?!AIBatchRequest|Company)|Status|batch/.test(scan))).toEqual([]);
  expectRowsRead(plans);
}

function expectRowsRead(plans: readonly Explained[]): void {
  expect(plans.length).toBeGreaterThan(0);
  for (const plan of plans) expect(plan.rowsRead, [...plan.scans].join(", ")).toBeLessThan(CHUNK * ROWS_A_LINE);
}

async function run(sql: string): Promise<void> {
  await pipeline.database.owner.query(sql);
}

/** Fills the database, and takes the statistics when half of it is there. */
async function fill(): Promise<void> {
  const chunks = 3 * CHUNK;
  await run(`
    INSERT INTO "Company" ("id", "name") VALUES ('acme', 'Acme');
    INSERT INTO "AIBatchRequest" ("id", "companyId", "model", "status", "endpoint", "requestCount", "byteSize",
      "contentHash", "epoch", "leaseExpiresAt")
    SELECT id, 'acme', 'gpt-6-luna', 'COMPLETED', '/v1', 1, 1, 'hash', 1, now() + interval '1 hour'
      FROM unnest(ARRAY['busy', 'before', 'ending-stale', 'ending-missing', 'ending-fresh']) id;
    INSERT INTO "Session" ("id", "companyId", "startTime", "endTime")
    SELECT 's-' || i, 'acme', now(), now() FROM generate_series(1, ${2 * SESSIONS}) i;
    ${insertRequests("w", "BATCHING_IN_PROGRESS", "busy", SESSIONS, 0)};
    ANALYZE;
    ${insertRequests("done", "PROCESSING_COMPLETE", "before", SESSIONS, SESSIONS)};
    UPDATE "Session" SET "analysedAt" = now() WHERE substr("id", 3)::int > ${SESSIONS};
    INSERT INTO "Question" ("id", "companyId", "content") SELECT 'q-' || i, 'acme', 'Question ' || i FROM generate_series(1, ${SESSIONS}) i;
    INSERT INTO "SessionQuestion" ("sessionId", "order", "questionId")
    SELECT 's-' || ${SESSIONS} + i, o, 'q-' || i FROM generate_series(1, ${SESSIONS}) i, generate_series(0, 1) o;
    ${insertRequests("again", "BATCHING_IN_PROGRESS", "busy", chunks, SESSIONS)};
    ${insertRequests("failing", "BATCHING_IN_PROGRESS", "busy", chunks, 0)};
    ${insertRequests("pending", "PENDING_BATCHING", null, chunks, 0)};
    INSERT INTO "Message" ("id", "sessionId", "role", "content", "order")
    SELECT 'm-' || i, 's-' || i, 'User', 'How?', 0 FROM generate_series(1, ${SESSIONS}) i;
    ${["stale", "missing", "fresh"].map((name) => insertRequests(`end-${name}`, "BATCHING_IN_PROGRESS", `ending-${name}`, CHUNK, 0)).join(";")};
  `);
}

/** SQL for requests `<prefix>-1` and so on, one for each session after the first `offset`. */
function insertRequests(prefix: string, status: string, batchId: string | null, count: number, offset: number): string {
  return `INSERT INTO "AIProcessingRequest" ("id", "companyId", "sessionId", "model", "processingType", "processingStatus",
      "batchId", "requestedAt", "attempt")
    SELECT '${prefix}-' || i, 'acme', 's-' || ${offset} + i, 'gpt-6-luna', 'session-analysis', '${status}',
           ${batchId === null ? "NULL" : `'${batchId}'`}, now() + i * interval '1 ms', 1 FROM generate_series(1, ${count}) i`;
}
