import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { eraseSessions } from "../../lib/admin/erasure/eraseSessions.ts";
import { retryJob } from "../../lib/admin/jobs/retryJob.ts";
import { requeueRequests } from "../../lib/admin/requests/requeueRequests.ts";
import { callOperation } from "../../lib/api/operation.ts";
import type { PipelineContext } from "../../lib/context.ts";
import { callerOf } from "../support/caller.ts";
import { withHeld } from "../support/held.ts";
import { expectInvariants } from "../support/invariants.ts";
import { runJobs } from "../support/jobs.ts";
import { addSessions, runUntilIdle, startPipelineInOwnTime, type TestPipeline } from "../support/pipeline.ts";
import { erase, reason } from "./support.ts";

const IN_THE_END = { timeout: 60_000, interval: 20 };

let pipeline: TestPipeline;
let ctx: PipelineContext;
beforeEach(async () => {
  pipeline = await startPipelineInOwnTime();
  ({ ctx } = pipeline);
});
afterEach(() => pipeline.close());

const rowsOf = async (sql: string, ...values: unknown[]) => (await ctx.db.query(sql, values)).rows;
const countOf = async (table: string) => (await rowsOf(`SELECT count(*)::int AS "n" FROM "${table}"`))[0]?.n;
const as = (role: "ADMIN" | "SUPPORT") => callerOf(ctx, role);
/** What was paid, and for what: the ledger, and all that is counted of it. */
const money = () =>
  rowsOf(
    `SELECT (SELECT json_agg(a ORDER BY a."requestId", a."attempt") FROM (
               SELECT "requestId", "attempt", "batchId", "outcome", "totalTokens", "costEur" FROM "AIRequestAttempt") a) AS "ledger",
            (SELECT json_agg(s ORDER BY s."hour", s."model", s."shard") FROM "SpendHour" s) AS "spent",
            (SELECT json_agg(b ORDER BY b."id") FROM (
               SELECT "id", "requestCount", "appliedCount", "failedCount", "requeuedCount", "promptTokens" FROM "AIBatchRequest") b) AS "batches"`,
  );

describe("erasing sessions", () => {
  it("takes the sessions and all that was written in them, and leaves what was paid", async () => {
    const { companyId, sessionIds } = await addSessions(ctx, 6);
    await runUntilIdle(ctx);
    const paid = await money();
    const { before, job } = await erase(ctx, { companyId, sessions: sessionIds.slice(0, 4) });
    expect(before).toEqual({ sessions: 4, inFlight: 0, unknown: 0 });
    expect(job).toMatchObject({ done: 4, total: 4, outcome: { erased: 4, dropped: 0, badRows: 0 } });
    expect(await rowsOf(`SELECT "id" FROM "Session" ORDER BY "id"`)).toEqual(
      sessionIds
        .slice(4)
        .sort()
        .map((id) => ({ id })),
    );
    for (const table of ["Message", "AnalysisResult"]) {
      expect(await rowsOf(`SELECT DISTINCT "sessionId" FROM "${table}" ORDER BY 1`)).toHaveLength(2);
    }
    expect(
      await rowsOf(`SELECT 1 FROM "Question" q WHERE NOT EXISTS (
      SELECT 1 FROM "SessionQuestion" WHERE "questionId" = q."id")`),
    ).toEqual([]);
    expect(await countOf("AIProcessingRequest")).toBe(6);
    expect(await money()).toEqual(paid);
    await expectInvariants(pipeline);
  });

  it("leaves a question that another session asks, too", async () => {
    const { companyId, sessionIds } = await addSessions(ctx, 2);
    const [first = "", second = ""] = sessionIds;
    const { rows } = pipeline.database;
    await rows.questions(["shared", "own"].map((id) => ({ id, companyId, content: `${id}?` })));
    await rows.sessionQuestions([
      { sessionId: first, order: 0, questionId: "shared" },
      { sessionId: first, order: 1, questionId: "own" },
      { sessionId: second, order: 0, questionId: "shared" },
    ]);
    await erase(ctx, { companyId, sessions: [first] });
    expect(await rowsOf(`SELECT "id" FROM "Question"`)).toEqual([{ id: "shared" }]);
    expect(await rowsOf(`SELECT "sessionId" FROM "SessionQuestion"`)).toEqual([{ sessionId: second }]);
  });

  it("takes those of a time, of one company alone", async () => {
    await pipeline.database.rows.sessions(9, (n) => ({
      id: `s${n}`,
      companyId: n <= 6 ? "acme" : "bolt",
      startTime: new Date(`2026-0${n}-01T00:00:00Z`),
    }));
    await erase(ctx, { companyId: "acme", from: "2026-02-01T00:00:00Z", before: "2026-04-01T00:00:00Z" });
    const ids = async () => (await rowsOf(`SELECT "id" FROM "Session" ORDER BY 1`)).map(({ id }) => id);
    expect(await ids()).toEqual(["s1", "s4", "s5", "s6", "s7", "s8", "s9"]);
    await erase(ctx, { companyId: "acme", all: true });
    expect(await ids()).toEqual(["s7", "s8", "s9"]);
  });

  it("sends nothing of an erased session: what was never sent is gone, what failed cannot be requeued", async () => {
    const { companyId, sessionIds, requestIds } = await addSessions(ctx, 3);
    const [never, back, failed] = requestIds;
    await rowsOf(`UPDATE "AIProcessingRequest" SET "attempt" = 1 WHERE "id" = $1`, back);
    await rowsOf(
      `UPDATE "AIProcessingRequest" SET "processingStatus" = 'PROCESSING_FAILED', "errorCode" = 'line_missing', "errorMessage" = 'Gone'
        WHERE "id" = $1`,
      failed,
    );
    await erase(ctx, { companyId, sessions: sessionIds });
    const left = await rowsOf(
      `SELECT "id", "processingStatus"::text AS "status", "errorCode", "sessionId" FROM "AIProcessingRequest"`,
    );
    const erased = { status: "PROCESSING_FAILED", errorCode: "session_erased", sessionId: null };
    expect(left).toHaveLength(2);
    expect(left).toEqual(expect.arrayContaining([back, failed].map((id) => ({ id, ...erased }))));
    const requeued = await callOperation(as("ADMIN"), requeueRequests, { requestIds: [never, back, failed] });
    expect(requeued).toMatchObject({ requeuedCount: 0 });
    await runUntilIdle(ctx);
    expect(await countOf("AIBatchRequest")).toBe(0);
    await expectInvariants(pipeline);
  });
});

describe("an erasure", () => {
  it("lets nobody claim a request that was added while it waited for the session", async () => {
    const { companyId, sessionIds, requestIds } = await addSessions(ctx, 1);
    const { owner } = pipeline.database;
    const isHeld = async (query: string) => {
      const { rows } = await owner.query(
        `SELECT 1 FROM pg_stat_activity
          WHERE datname = current_database() AND wait_event_type = 'Lock' AND starts_with("query", $1)`,
        [query],
      );
      return rows.length;
    };
    const { erasing } = await withHeld(owner, async (results) => {
      const erasing = await withHeld(owner, async (adding) => {
        await adding.query(
          `INSERT INTO "AIProcessingRequest" ("id", "companyId", "sessionId", "model", "processingType", "requestedAt")
           SELECT 'late', "companyId", "sessionId", "model", "processingType", "requestedAt" FROM "AIProcessingRequest" WHERE "id" = $1`,
          [requestIds[0]],
        );
        const erasing = erase(ctx, { companyId, sessions: sessionIds });
        await expect.poll(() => isHeld(`SELECT "id", "importId"`), IN_THE_END).toBe(1);
        await results.query(`LOCK TABLE "AnalysisResult" IN SHARE MODE`);
        await adding.query("COMMIT");
        return { erasing };
      });
      await expect.poll(() => isHeld(`DELETE FROM "AnalysisResult"`), IN_THE_END).toBe(1);
      expect(await rowsOf(`SELECT 1 FROM "AIProcessingRequest" WHERE "id" = 'late' FOR UPDATE SKIP LOCKED`)).toEqual(
        [],
      );
      return erasing;
    });
    await erasing;
    expect(await countOf("AIProcessingRequest")).toBe(0);
  });

  it("says how many beforehand, and does nothing then", async () => {
    const { companyId, sessionIds } = await addSessions(ctx, 3);
    const filter = { companyId, sessions: [...sessionIds, "nobody", "nobody"] };
    const preview = await callOperation(as("ADMIN"), eraseSessions, { filter, preview: true });
    expect(preview).toEqual({ sessions: 3, inFlight: 0, unknown: 1, jobId: null });
    expect(await countOf("Session")).toBe(3);
    expect(await countOf("Job")).toBe(0);
  });

  it.each([
    ["no filter", {}, /has to name sessions or a time, or to set all/],
    ["all beside something else", { all: true, before: "2026-01-01T00:00:00Z" }, /all: cannot be set beside/],
    ["sessions that are not there", { sessions: ["nobody"] }, /has none of these sessions/],
  ])("is refused with %s", async (_, filter, message) => {
    const { companyId } = await addSessions(ctx, 1);
    const asked = callOperation(as("ADMIN"), eraseSessions, { filter: { companyId, ...filter }, reason });
    await expect(asked).rejects.toThrow(message);
  });

  it("is for those who may, and is recorded without what it is about", async () => {
    const { companyId, sessionIds } = await addSessions(ctx, 1);
    const filter = { companyId, sessions: sessionIds };
    await expect(callOperation(as("SUPPORT"), eraseSessions, { filter, reason })).rejects.toMatchObject({
      code: "forbidden",
    });
    await callOperation(as("ADMIN"), eraseSessions, { filter, reason });
    const [entry] = await rowsOf(
      `SELECT "companyId", "details" FROM "SecurityAuditLog" WHERE "action" = 'sessions.erase'`,
    );
    expect(entry).toEqual({ companyId, details: { named: 1, reason, jobId: expect.any(String) } });
  });

  it("that is aborted has erased what it says, and a retry erases the rest", async () => {
    await pipeline.database.rows.sessions(1_200, () => ({ companyId: "acme" }));
    const { jobId } = await callOperation(as("ADMIN"), eraseSessions, {
      filter: { companyId: "acme", all: true },
      reason,
    });
    // Somebody aborts it as soon as its first page is committed.
    await pipeline.database.owner.query(`
      CREATE FUNCTION abort_it() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN NEW."abortAskedAt" = now(); RETURN NEW; END $$;
      CREATE TRIGGER abort_it BEFORE UPDATE OF "done" ON "Job" FOR EACH ROW WHEN (OLD."done" = 0 AND NEW."done" > 0)
        EXECUTE FUNCTION abort_it()`);
    await runJobs(ctx);
    const jobNow = async () => (await rowsOf(`SELECT "state", "done", "outcome" FROM "Job"`))[0];
    expect(await jobNow()).toMatchObject({ state: "ABORTED", done: 500, outcome: { erased: 500 } });
    expect(await countOf("Session")).toBe(700);
    await callOperation(as("ADMIN"), retryJob, { id: jobId ?? "" });
    await runJobs(ctx);
    expect(await jobNow()).toMatchObject({ state: "DONE", done: 1_200, outcome: { erased: 1_200 } });
    expect(await countOf("Session")).toBe(0);
  });
});
