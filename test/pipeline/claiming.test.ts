import { createHash } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { PipelineContext } from "../../lib/context.ts";
import { inTransaction, openPool, type Sql } from "../../lib/db/pool.ts";
import { batchCreator } from "../../lib/pipeline/batchCreator.ts";
import { type ClaimedBatch, claimBatch } from "../../lib/pipeline/create/claimBatch.ts";
import type { Step } from "../../lib/step.ts";
import { withHeld } from "../support/held.ts";
import { expectInvariants } from "../support/invariants.ts";
import { addSessions, runUntilIdle, startPipeline, type TestPipeline } from "../support/pipeline.ts";
import { rowsIn } from "../support/rows/index.ts";

const MODEL = "gpt-6-luna";
const LINES = 6;

let pipeline: TestPipeline;
let ctx: PipelineContext;
let group: { companyId: string; model: string };
let sessionIds: string[];
let requestIds: string[];
const claimed: ClaimedBatch[] = [];

beforeEach(async () => {
  pipeline = await startPipeline();
  ctx = pipeline.ctx;
  await add("Acme");
});
afterEach(async () => {
  for (const { spool } of claimed.splice(0)) await spool.remove();
  await pipeline.close();
});

async function add(company: string) {
  const added = await addSessions(ctx, LINES, { company });
  ({ sessionIds, requestIds } = added);
  group = { companyId: added.companyId, model: MODEL };
}

/** The same worker, with whom this happens before one of its steps. */
const disturbed = (step: Step, happens: () => Promise<unknown>, of = ctx): PipelineContext => ({
  ...of,
  steps: async (now, action) => {
    if (now === step) await happens();
    return action();
  },
});

async function claim(of: PipelineContext): Promise<ClaimedBatch | undefined> {
  const { batch } = await claimBatch(of, group);
  if (batch) claimed.push(batch);
  return batch;
}

/** The lines of a file, after its record in the database was found to be of this very content. */
async function linesOf(batch: ClaimedBatch | undefined) {
  if (!batch) throw new Error("nothing was claimed");
  const parts: Uint8Array[] = [];
  for await (const part of batch.spool.open()) parts.push(part);
  const content = Buffer.concat(parts);
  const lines: { custom_id: string }[] = content
    .toString()
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  const { rows } = await ctx.db.query(
    `SELECT "contentHash", "byteSize"::int AS "bytes", "requestCount" AS "lines",
            abs("estimatedTokens" - "byteSize" / 4.0) < 1 AS "isEstimated",
            ARRAY(SELECT "id" FROM "AIProcessingRequest" WHERE "batchId" = b."id" ORDER BY "requestedAt", "id") AS "ids"
       FROM "AIBatchRequest" b WHERE "id" = $1`,
    [batch.id],
  );
  const contentHash = createHash("sha256").update(content).digest("hex");
  const ids = lines.map(({ custom_id }) => custom_id);
  expect(batch).toMatchObject({ contentHash, requestCount: ids.length });
  expect(rows).toEqual([{ contentHash, bytes: content.length, lines: ids.length, isEstimated: true, ids }]);
  return { ids, text: content.toString() };
}

/** Gives the first session another text, as an import does: requests are locked, and the session is written to. */
async function rewrite(sql: Sql): Promise<void> {
  await sql.query(`SELECT 1 FROM "AIProcessingRequest" WHERE "sessionId" = $1 FOR UPDATE`, [sessionIds[0]]);
  await sql.query(`UPDATE "Session" SET "updatedAt" = "updatedAt" WHERE "id" = $1`, [sessionIds[0]]);
  await sql.query(`UPDATE "Message" SET "content" = 'The text has changed.' WHERE "sessionId" = $1`, [sessionIds[0]]);
}

describe("lines are written before anything is locked", () => {
  it("so that others can write to the requests meanwhile", async () => {
    const seen: unknown[] = [];
    const look = async () => {
      const { rowCount } = await ctx.db.query(`SELECT 1 FROM "AIProcessingRequest" FOR UPDATE SKIP LOCKED`);
      const { rows } = await pipeline.database.owner.query(
        `SELECT count(*)::int AS "open" FROM pg_stat_activity
          WHERE "datname" = current_database() AND "state" LIKE 'idle in transaction%'`,
      );
      seen.push({ free: rowCount, ...rows[0] });
    };
    const { ids } = await linesOf(await claim(disturbed("claim.render", look)));
    expect(seen).toEqual([{ free: LINES, open: 0 }]);
    expect(ids).toEqual(requestIds);
  });

  it.each<[string, () => Promise<unknown>]>([
    ["was erased", () => ctx.db.query(`DELETE FROM "Session" WHERE "id" = $1`, [sessionIds[0]])],
    ["has another text", () => inTransaction(ctx.db, rewrite)],
    [
      "has to wait for a retry",
      () =>
        ctx.db.query(`UPDATE "AIProcessingRequest" SET "notBefore" = now() + interval '1 hour' WHERE "id" = $1`, [
          requestIds[0],
        ]),
    ],
    [
      "is in another batch",
      async () => {
        await rowsIn(pipeline.database.owner).batch({ id: "other", companyId: group.companyId, requestCount: 1 });
        await ctx.db.query(
          `UPDATE "AIProcessingRequest" SET "batchId" = 'other', "processingStatus" = 'BATCHING_IN_PROGRESS' WHERE "id" = $1`,
          [requestIds[0]],
        );
      },
    ],
  ])("and the line of one that %s since is left out", async (_what, happens) => {
    const { ids, text } = await linesOf(await claim(disturbed("claim", happens)));
    expect(ids).toEqual(requestIds.slice(1));
    expect(text).not.toContain(requestIds[0]);
  });

  it("and what an import is about to change goes with its new text, in the next batch", async () => {
    // A claim that waits for the import, in place of leaving it alone, would wait for ever.
    const impatient = openPool(pipeline.database.url);
    impatient.on("connect", (client) => client.query("SET lock_timeout = '3s'"));
    try {
      await withHeld(pipeline.database.owner, async (held) => {
        const { ids } = await linesOf(await claim(disturbed("claim", () => rewrite(held), { ...ctx, db: impatient })));
        expect(ids).toEqual(requestIds.slice(1));
        await held.query("COMMIT");
      });
      const { ids, text } = await linesOf(await claim(ctx));
      expect(ids).toEqual(requestIds.slice(0, 1));
      expect(text).toContain("The text has changed.");
    } finally {
      await impatient.end();
    }
  });

  it("and one that had no text, and has one since, does not fail", async () => {
    await ctx.db.query(`UPDATE "Message" SET "content" = ' ' WHERE "sessionId" = $1`, [sessionIds[0]]);
    const { ids } = await linesOf(await claim(disturbed("claim", () => inTransaction(ctx.db, rewrite))));
    expect(ids).toEqual(requestIds.slice(1));
    const { rows } = await ctx.db.query(
      `SELECT "processingStatus" AS "status" FROM "AIProcessingRequest" WHERE "id" = $1`,
      [requestIds[0]],
    );
    expect(rows).toEqual([{ status: "PENDING_BATCHING" }]);
  });

  it("and the file is as long as the budget allows when it is claimed, not when it was written", async () => {
    const BATCH_TOKEN_BUDGETS = `${MODEL}=${LINES * 700}`;
    const worker = pipeline.anotherWorker({ BATCH_TOKEN_BUDGETS });
    const late = disturbed(
      "claim",
      () =>
        rowsIn(pipeline.database.owner).batch({
          id: "other",
          companyId: group.companyId,
          model: MODEL,
          status: "IN_PROGRESS",
          estimatedTokens: 3 * 700,
        }),
      worker,
    );
    const { ids } = await linesOf(await claim(late));
    expect(ids.length).toBeLessThan(LINES);
    expect(ids).toEqual(requestIds.slice(0, ids.length));
    const { rows } = await ctx.db.query(`SELECT sum("estimatedTokens")::int AS "tokens" FROM "AIBatchRequest"`);
    expect(rows[0].tokens).toBeLessThanOrEqual(LINES * 700);
  });

  it("and no more are claimed than the company's limit leaves by then", async () => {
    const lower = () => ctx.db.query(`UPDATE "Company" SET "requestsPerDay" = 2 WHERE "id" = $1`, [group.companyId]);
    const { ids } = await linesOf(await claim(disturbed("claim", lower)));
    expect(ids).toEqual(requestIds.slice(0, 2));
    const { rows } = await ctx.db.query(`SELECT "requests" FROM "CompanyDraw"`);
    expect(rows).toEqual([{ requests: 2 }]);
  });

  it("and of two that chose the same, one claims it whole", async () => {
    const other = pipeline.anotherWorker();
    expect(await claim(disturbed("claim", () => claim(other)))).toBeUndefined();
    expect(claimed).toHaveLength(1);
    const { ids } = await linesOf(claimed[0]);
    expect(ids).toEqual(requestIds);
  });
});

it("what was left out of a file is sent, and nothing twice", async () => {
  const steps = disturbed("claim", () => inTransaction(ctx.db, rewrite)).steps;
  if (!steps) throw new Error("there is no hook");
  expect(await batchCreator({ ...ctx, steps })).toMatchObject({ batches: 1, requests: LINES - 1 });
  await runUntilIdle(ctx);
  expect(await expectInvariants(pipeline)).toMatchObject({ linesExecuted: LINES, batches: { created: 2 } });
});
