import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { isIdle, readProgress } from "../../lib/admin/overview/readProgress.ts";
import { listRequests } from "../../lib/admin/requests/listRequests.ts";
import { readRequest } from "../../lib/admin/requests/readRequest.ts";
import { requeueRequests } from "../../lib/admin/requests/requeueRequests.ts";
import { questionTopics } from "../../lib/analysis/questionTopics.ts";
import { callOperation } from "../../lib/api/operation.ts";
import type { PipelineContext } from "../../lib/context.ts";
import { NO_PRICE } from "../../lib/costs/price.ts";
import { inTransaction } from "../../lib/db/pool.ts";
import { batchCreator } from "../../lib/pipeline/batchCreator.ts";
import { applyLines } from "../../lib/pipeline/collect/applyLines.ts";
import { claimBatch } from "../../lib/pipeline/create/claimBatch.ts";
import { askForTopics } from "../../lib/requests/askForTopics.ts";
import { callerOf } from "../support/caller.ts";
import { expectInvariants } from "../support/invariants.ts";
import { answerLine } from "../support/lines.ts";
import {
  addSessions,
  pollUntilOver,
  runUntilIdle,
  startPipelineInOwnTime,
  type TestPipeline,
} from "../support/pipeline.ts";
import { untilOneWaits } from "../support/untilOneWaits.ts";

const MODEL = "gpt-6-luna";

let pipeline: TestPipeline;
let ctx: PipelineContext;
beforeEach(async () => {
  pipeline = await startPipelineInOwnTime();
  ({ ctx } = pipeline);
});
afterEach(() => pipeline.close());

const rowsOf = async (sql: string, ...values: unknown[]) => (await ctx.db.query(sql, values)).rows;
const wantTopics = () => ctx.db.query(`UPDATE "Company" SET "questionTopics" = true`);
const requests = () =>
  rowsOf(
    `SELECT "processingType" AS "type", "processingStatus" AS "status", count(*)::int AS "requests",
            sum(cardinality("questionIds"))::int AS "questions"
       FROM "AIProcessingRequest" WHERE "processingType" = $1 GROUP BY 1, 2`,
    questionTopics.name,
  );
const topics = () => rowsOf(`SELECT "content", "topic" FROM "Question" ORDER BY "content"`);

const QUESTIONS = ["When will my salary be paid?", "Where can I order workwear?", "How do I reset my password?"];

it("labels each question once, whichever sessions ask it, and keeps what was answered", async () => {
  await addSessions(ctx, 9, { text: (index) => `${QUESTIONS[index % 3]} ${QUESTIONS[(index + 1) % 3]}` });
  await wantTopics();
  await runUntilIdle(ctx);
  await expectInvariants(pipeline);
  expect(await topics()).toEqual([
    { content: "How do I reset my password?", topic: "Access signing" },
    { content: "When will my salary be paid?", topic: "Salary compensation" },
    { content: "Where can I order workwear?", topic: "Workwear staff pass" },
  ]);
  const [asked, ...others] = await requests();
  expect(others).toEqual([]);
  expect(asked).toMatchObject({ status: "PROCESSING_COMPLETE", questions: 3 });
  expect(
    await rowsOf(
      `SELECT sum((SELECT count(*) FROM jsonb_object_keys("answer")))::int AS "labels" FROM "AnalysisResult" WHERE "analysis" = $1`,
      questionTopics.name,
    ),
  ).toEqual([{ labels: 3 }]);

  const before = await requests();
  await addSessions(ctx, 3, { text: (index) => QUESTIONS[index] ?? "" });
  await runUntilIdle(ctx);
  expect(await requests()).toEqual(before);
});

it.each([
  ["a company that has not asked for it", {}],
  ["an installation that has switched it off", { QUESTION_TOPICS: "false" }],
])("asks nothing for %s", async (_name, env) => {
  await addSessions(ctx, 2, { text: (index) => QUESTIONS[index] ?? "" });
  if ("QUESTION_TOPICS" in env) await wantTopics();
  await runUntilIdle(pipeline.anotherWorker(env));
  expect(await requests()).toEqual([]);
  expect((await topics()).map(({ topic }) => topic)).toEqual([null, null]);
});

it("sends no request for labels where the installation has switched them off since", async () => {
  await addSessions(ctx, 1, { text: () => QUESTIONS[0] ?? "" });
  await wantTopics();
  const off = pipeline.anotherWorker({ QUESTION_TOPICS: "false" });
  const { rows } = await ctx.db.query<{ companyId: string; sessionId: string }>(
    `SELECT "companyId", "sessionId" FROM "AIProcessingRequest"`,
  );
  await ctx.db.query(`DELETE FROM "AIProcessingRequest"`);
  const [session] = rows;
  await pipeline.database.rows.question({ id: "q1", companyId: session?.companyId ?? "", content: "When?" });
  await pipeline.database.rows.request({
    companyId: session?.companyId,
    sessionId: session?.sessionId,
    processingType: questionTopics.name,
    questionIds: ["q1"],
    requestedAt: ctx.clock.now(),
  });
  expect(await batchCreator(off)).toMatchObject({ batches: 0 });
  expect(await batchCreator(ctx)).toMatchObject({ batches: 1 });
});

/** Has the sessions of a company asked about, and answered with these questions. */
async function answer(sessionIds: string[], questions: string[]): Promise<void> {
  const made = await pipeline.database.rows.requests(
    sessionIds.map((sessionId) => ({ sessionId, requestedAt: new Date() })),
  );
  const { rows } = await ctx.db.query<{ companyId: string }>(`SELECT "companyId" FROM "Session" LIMIT 1`);
  const { batch } = await claimBatch(ctx, { companyId: rows[0]?.companyId ?? "", model: MODEL });
  await batch?.spool.remove();
  const lease = { batchId: batch?.id ?? "", epoch: 1, signal: ctx.stopping };
  await applyLines(
    ctx,
    lease,
    made.map(({ id }) => answerLine(id, { questions })),
    NO_PRICE,
  );
}

it("takes the label of a question that reads the same, and asks only for what is new", async () => {
  const { sessionIds, requestIds } = await addSessions(ctx, 2);
  await ctx.db.query(`DELETE FROM "AIProcessingRequest" WHERE "id" = ANY($1)`, [requestIds]);
  await wantTopics();
  await answer(sessionIds.slice(0, 1), ["When is my shift?"]);
  await ctx.db.query(`UPDATE "Question" SET "topic" = 'Shift times'`);
  await ctx.db.query(`DELETE FROM "AIProcessingRequest" WHERE "processingType" = $1`, [questionTopics.name]);
  await answer(sessionIds.slice(1), ["when is MY shift", "Who is my planner?"]);
  expect(await requests()).toMatchObject([{ questions: 1, requests: 1, status: "PENDING_BATCHING" }]);
  expect(await topics()).toEqual([
    { content: "When is my shift?", topic: "Shift times" },
    { content: "Who is my planner?", topic: null },
    { content: "when is MY shift", topic: "Shift times" },
  ]);
});

it("asks for the label again where the request that should bring it is gone", async () => {
  const { sessionIds, requestIds } = await addSessions(ctx, 3);
  await ctx.db.query(`DELETE FROM "AIProcessingRequest" WHERE "id" = ANY($1)`, [requestIds]);
  await wantTopics();
  await answer(sessionIds.slice(0, 1), ["When is my shift?"]);
  await answer(sessionIds.slice(1, 2), ["When is my shift?"]);
  expect(await requests()).toMatchObject([{ requests: 1 }]);
  await ctx.db.query(`DELETE FROM "Session" WHERE "id" = $1`, [sessionIds[0]]);
  await answer(sessionIds.slice(2), ["When is my shift?"]);
  expect(await requests()).toMatchObject([{ requests: 1, questions: 1 }]);
});

/** Two transactions, each of which asks for the labels of one of these sessions: the second while the first is open. */
async function askAtOnce(companyId: string, sessionIds: readonly string[]): Promise<void> {
  const first = Promise.withResolvers<void>();
  const asked = Promise.withResolvers<void>();
  const ask = (sessionId: string | undefined, then: () => Promise<void>) =>
    inTransaction(ctx.db, async (tx) => {
      await askForTopics(ctx, tx, [{ companyId, sessionId: sessionId ?? "" }], new Date());
      await then();
    });
  const one = ask(sessionIds[0], () => {
    asked.resolve();
    return first.promise;
  });
  await asked.promise;
  const other = ask(sessionIds[1], async () => {});
  await untilOneWaits(ctx.db);
  first.resolve();
  await Promise.all([one, other]);
}

it.each([
  ["the same question", ["q1", "q1"]],
  ["two spellings of a question", ["q1", "q2"]],
])("asks once where two transactions find %s at the same moment", async (_what, questionIds) => {
  const { companyId, sessionIds } = await addSessions(ctx, 2);
  await wantTopics();
  await pipeline.database.rows.questions([
    { id: "q1", companyId, content: "When is my shift?" },
    { id: "q2", companyId, content: "when is MY shift" },
  ]);
  const links = sessionIds.map((sessionId, n) => ({ sessionId, questionId: questionIds[n] ?? "" }));
  await pipeline.database.rows.sessionQuestions(links);
  await askAtOnce(companyId, sessionIds);
  expect(await requests()).toMatchObject([{ requests: 1, questions: 1 }]);
});

describe("a label that could not be had", () => {
  const HOURS = 3_600_000;
  const failAll = (hoursAgo: number) =>
    ctx.db.query(
      `UPDATE "AIProcessingRequest" SET "processingStatus" = 'PROCESSING_FAILED', "completedAt" = $2, "errorCode" = 'answer_empty'
        WHERE "processingType" = $1`,
      [questionTopics.name, new Date(ctx.clock.now().getTime() - hoursAgo * HOURS)],
    );

  it("is asked for again when another session asks the question, once a day", async () => {
    const { sessionIds, requestIds } = await addSessions(ctx, 3);
    await ctx.db.query(`DELETE FROM "AIProcessingRequest" WHERE "id" = ANY($1)`, [requestIds]);
    await wantTopics();
    await answer(sessionIds.slice(0, 1), ["When is my shift?"]);
    await failAll(23);
    await answer(sessionIds.slice(1, 2), ["When is my shift?"]);
    expect(await requests()).toMatchObject([{ status: "PROCESSING_FAILED", requests: 1 }]);
    await failAll(25);
    await answer(sessionIds.slice(2), ["when is my shift"]);
    expect(await requests()).toMatchObject([
      { status: "PENDING_BATCHING", requests: 1 },
      { status: "PROCESSING_FAILED", requests: 1 },
    ]);
  });

  it("is one of the failures, and comes when somebody requeues it", async () => {
    await addSessions(ctx, 1, { text: () => QUESTIONS[0] ?? "" });
    await wantTopics();
    await ctx.db.query(`UPDATE "Company" SET "name" = 'Acme'`);
    await runUntilIdle(ctx);
    await ctx.db.query(`UPDATE "Question" SET "topic" = NULL`);
    await ctx.db.query(`DELETE FROM "AnalysisResult" WHERE "analysis" = $1`, [questionTopics.name]);
    await ctx.db.query(`DELETE FROM "AIRequestAttempt" a USING "AIProcessingRequest" r
      WHERE r."id" = a."requestId" AND r."processingType" = '${questionTopics.name}'`);
    await failAll(1);
    const caller = callerOf(ctx, "ADMIN");
    const { requests: failed } = await callOperation(caller, listRequests, { status: "processing_failed" });
    expect(failed).toMatchObject([{ processingType: questionTopics.name, errorCode: "answer_empty" }]);
    await callOperation(caller, requeueRequests, { requestIds: failed.map(({ id }) => id) });
    await runUntilIdle(ctx);
    expect(await topics()).toMatchObject([{ topic: "Salary compensation" }]);
  });
});

describe("labels that a company switches off", () => {
  it("are not sent and hold nothing back, wherever their requests have been, and come when it switches them on again", async () => {
    const { companyId, sessionIds } = await addSessions(ctx, 1);
    await pipeline.database.rows.question({ id: "q1", companyId, content: "When will my salary be paid?" });
    const processingType = questionTopics.name;
    const old = new Date(Date.now() - 86_400_000);
    const one = { companyId, sessionId: sessionIds[0], processingType, questionIds: ["q1"], requestedAt: old };
    const made = await pipeline.database.rows.requests(2, (n) => ({ ...one, id: `topics${n}`, attempt: n - 1 }));
    expect(await batchCreator(ctx)).toEqual({ batches: 1, requests: 1 });
    await pollUntilOver(ctx);
    expect(await batchCreator(ctx)).toEqual({ batches: 0, requests: 0 });
    expect(isIdle(await readProgress(ctx))).toBe(true);
    expect(await requests()).toMatchObject([{ status: "PENDING_BATCHING", requests: 2 }]);
    expect(await rowsOf(`SELECT 1 FROM "Session" WHERE "analysedAt" IS NULL`)).toEqual([]);
    const held = await callOperation(callerOf(ctx, "ADMIN"), readRequest, { id: made[0]?.id ?? "" });
    expect(held.request).toMatchObject({ heldFor: "switched_off", heldUntil: null });

    await wantTopics();
    expect(isIdle(await readProgress(ctx))).toBe(false);
    await runUntilIdle(ctx);
    expect(await requests()).toMatchObject([{ status: "PROCESSING_COMPLETE", requests: 2 }]);
  });

  it("are not in a batch that is being claimed in that moment", async () => {
    const { companyId, sessionIds } = await addSessions(ctx, 1);
    await wantTopics();
    await pipeline.database.rows.question({ id: "q1", companyId, content: "When will my salary be paid?" });
    const one = { companyId, sessionId: sessionIds[0], processingType: questionTopics.name, questionIds: ["q1"] };
    await pipeline.database.rows.request(one);
    const switchedOff: PipelineContext = {
      ...ctx,
      steps: async (step, action) => {
        if (step === "claim") await ctx.db.query(`UPDATE "Company" SET "questionTopics" = false`);
        return action();
      },
    };
    expect(await batchCreator(switchedOff)).toEqual({ batches: 1, requests: 1 });
    expect(await requests()).toMatchObject([{ status: "PENDING_BATCHING", requests: 1 }]);
  });
});

it("asks the company's own model", async () => {
  await pipeline.database.rows.model({ id: "m", name: "gpt-6-nova" });
  const { companyId } = await addSessions(ctx, 1, { text: () => QUESTIONS[0] ?? "" });
  await pipeline.database.rows.companyModel({ companyId, aiModelId: "m" });
  await wantTopics();
  await runUntilIdle(ctx);
  expect(await rowsOf(`SELECT "model" FROM "AnalysisResult" WHERE "analysis" = $1`, questionTopics.name)).toEqual([
    { model: "gpt-6-nova" },
  ]);
});

it("asks the model that the analysis names for itself, whatever the company has chosen", async () => {
  await addSessions(ctx, 1, { text: () => QUESTIONS[0] ?? "" });
  await wantTopics();
  Object.assign(questionTopics, { ownModel: "gpt-6-own" });
  try {
    await runUntilIdle(ctx);
  } finally {
    Object.assign(questionTopics, { ownModel: undefined });
  }
  expect(await rowsOf(`SELECT "analysis", "model" FROM "AnalysisResult" ORDER BY 1`)).toEqual([
    { analysis: questionTopics.name, model: "gpt-6-own" },
    { analysis: "session-analysis", model: MODEL },
  ]);
});

it("applies labels of one session that come late: they are for other questions", async () => {
  const { companyId, sessionIds, requestIds } = await addSessions(ctx, 1);
  await wantTopics();
  await ctx.db.query(`DELETE FROM "AIProcessingRequest" WHERE "id" = ANY($1)`, [requestIds]);
  await ctx.db.query(`UPDATE "Session" SET "analysedAt" = now()`);
  const { rows } = pipeline.database;
  await rows.questions([
    { id: "q1", companyId, content: "When?" },
    { id: "q2", companyId, content: "Who?" },
  ]);
  const ask = async (questionId: string, minute: number) => {
    const requestedAt = new Date(Date.now() + minute * 60_000 - 3_600_000);
    const processingType = questionTopics.name;
    const request = await rows.request({
      sessionId: sessionIds[0],
      processingType,
      questionIds: [questionId],
      requestedAt,
    });
    const { batch } = await claimBatch(ctx, { companyId, model: MODEL });
    await batch?.spool.remove();
    return { id: request.id, lease: { batchId: batch?.id ?? "", epoch: 1, signal: ctx.stopping } };
  };
  const [first, second] = [await ask("q1", 1), await ask("q2", 2)];
  for (const { id, lease } of [second, first]) {
    const line = { ...answerLine(id), text: JSON.stringify({ q1: id === first.id ? "Shift times" : "Team contacts" }) };
    await applyLines(ctx, lease, [line], NO_PRICE);
  }
  expect(await topics()).toEqual([
    { content: "When?", topic: "Shift times" },
    { content: "Who?", topic: "Team contacts" },
  ]);
  expect(await rowsOf(`SELECT 1 FROM "AnalysisResult" WHERE "appliedAt" IS NULL OR "replacedAt" IS NOT NULL`)).toEqual(
    [],
  );
});
