import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { afterEach, describe, expect, it } from "vitest";
import { batchCreator } from "../../lib/pipeline/batchCreator.ts";
import { batchPoller } from "../../lib/pipeline/batchPoller.ts";
import { resultOf } from "../../lib/providers/contract/batch.ts";
import type { BatchProvider } from "../../lib/providers/contract/provider.ts";
import type { StepHook } from "../../lib/step.ts";
import { setFaults } from "../support/emulatorControl.ts";
import { expectInvariants } from "../support/invariants.ts";
import { addSessions, runUntilIdle, startPipelineInOwnTime, type TestPipeline } from "../support/pipeline.ts";
import { passTime } from "../support/testClock.ts";

const LINES = 20;
/** Enough to come to an end, and soon over where there is none. */
const ROUNDS = 60;
/** More than are applied in one transaction. */
const MANY = 2_600;

let pipeline: TestPipeline;
afterEach(async () => pipeline.close());

async function query(sql: string, values: unknown[] = []) {
  return (await pipeline.ctx.db.query(sql, values)).rows;
}

async function codes() {
  return query(`SELECT "code", count(*)::int AS "n" FROM "AIRequestAttempt" WHERE "outcome" <> 'APPLIED' GROUP BY 1`);
}

describe("collecting", () => {
  it.each(["before", "after"])(
    "starts again where it was broken off %s a commit, and applies nothing twice",
    async (when) => {
      pipeline = await startPipelineInOwnTime();
      await addSessions(pipeline.ctx, LINES);
      let died = false;
      const steps: StepHook = async (name, action) => {
        if (name !== "collect.apply" || died) return action();
        died = true;
        if (when === "after") await action();
        throw new Error(`died just ${when} the commit`);
      };
      await runUntilIdle({ ...pipeline.ctx, steps }, ROUNDS);
      expect(died).toBe(true);
      expect(await query(`SELECT "outcome", count(*)::int AS "n" FROM "AIRequestAttempt" GROUP BY 1`)).toEqual([
        { outcome: "APPLIED", n: LINES },
      ]);
      expect(await expectInvariants(pipeline)).toMatchObject({ linesExecuted: LINES });
    },
  );

  it("passes over a line that belongs to another batch", async () => {
    pipeline = await startPipelineInOwnTime();
    const { requestIds: own } = await addSessions(pipeline.ctx, 3, { company: "A" });
    const { requestIds: others } = await addSessions(pipeline.ctx, 3, { company: "B" });
    const wrong = { kind: "line_unknown", count: 1, filter: { custom_id: own[0] }, params: { custom_id: others[0] } };
    await setFaults(pipeline.emulator, [wrong, { kind: "slow_batch", filter: { batch: 2 }, params: { factor: 20 } }]);
    await runUntilIdle(pipeline.ctx);
    const [attempt] = await query(
      `SELECT c."name" FROM "AIRequestAttempt" a JOIN "AIBatchRequest" b ON b."id" = a."batchId"
         JOIN "Company" c ON c."id" = b."companyId" WHERE a."requestId" = $1`,
      [others[0]],
    );
    expect(attempt).toEqual({ name: "B" });
    expect(await codes()).toEqual([{ code: "line_missing", n: 1 }]);
    await expectInvariants(pipeline);
  });

  it.each([
    ["completed", [], []],
    ["expired", ["expired:once:share=0.5"], [{ code: "batch_expired", n: LINES / 2 }]],
  ])("waits for a result file that is named a moment after the batch is %s", async (_, faults, given) => {
    pipeline = await startPipelineInOwnTime({ emulator: { faults: ["files_named_late:once:ms=200", ...faults] } });
    await addSessions(pipeline.ctx, LINES);
    await runUntilIdle(pipeline.ctx, ROUNDS);
    expect(await codes()).toEqual(given);
    expect(await expectInvariants(pipeline)).toMatchObject({ linesExecuted: LINES });
  });

  it("does not take an old reply for a new one, when its machine stood still after it had asked", async () => {
    pipeline = await startPipelineInOwnTime({
      env: { BATCH_POLLING_INTERVAL: "10s" },
      emulator: { faults: ["files_named_late:once:ms=25000"] },
    });
    const { ctx } = pipeline;
    await addSessions(ctx, LINES);
    await batchCreator(ctx);
    await passTime(ctx, 1_000);
    await batchPoller(ctx);
    await passTime(ctx, 1_000);
    const steps: StepHook = async (name, action) => {
      const result = await action();
      if (name === "collect.begin") await passTime(ctx, 60_000);
      return result;
    };
    await batchPoller({ ...ctx, steps });
    expect(await codes()).toEqual([]);
    await runUntilIdle(ctx, ROUNDS);
    expect(await codes()).toEqual([]);
    expect(await expectInvariants(pipeline)).toMatchObject({ linesExecuted: LINES, linesBoughtAgain: 0 });
  });

  it("waits for its lines as a batch that is completed, not as one that fails", async () => {
    pipeline = await startPipelineInOwnTime({ emulator: { faults: ["files_named_late:once:ms=100000"] } });
    await addSessions(pipeline.ctx, LINES);
    await batchCreator(pipeline.ctx);
    await passTime(pipeline.ctx, 5_000);
    await batchPoller(pipeline.ctx);
    const state = `SELECT "status", "errorCode", "errorMessage", "failedCalls", "callFailures" FROM "AIBatchRequest"`;
    expect(await query(state)).toEqual([
      { status: "COMPLETED", errorCode: null, errorMessage: null, failedCalls: 0, callFailures: 0 },
    ]);
    expect(await codes()).toEqual([]);
  });

  it.each([
    ["that claims all lines and none of them done", { total: LINES, completed: 0, failed: 0 }, {}],
    ["of an earlier submission, which is long over", undefined, { completedAt: "2026-01-01T00:00:00Z" }],
  ])("waits for a file that is named late, whatever it has seen %s", async (_, counts, seen) => {
    pipeline = await startPipelineInOwnTime({ emulator: { faults: ["files_named_late:once:ms=200"] } });
    await addSessions(pipeline.ctx, LINES);
    const provider: BatchProvider = {
      ...pipeline.ctx.provider,
      retrieveBatch: async (id) => {
        const theirs = await pipeline.ctx.provider.retrieveBatch(id);
        return { ...theirs, counts: theirs.results.length === 0 && counts ? counts : theirs.counts };
      },
    };
    await batchCreator(pipeline.ctx);
    for (const [column, value] of Object.entries(seen)) {
      await query(`UPDATE "AIBatchRequest" SET "${column}" = $1`, [value]);
    }
    await runUntilIdle({ ...pipeline.ctx, provider }, ROUNDS);
    expect(await codes()).toEqual([]);
    expect(await expectInvariants(pipeline)).toMatchObject({ linesExecuted: LINES });
  });

  it.each([
    ["early", "0.4"],
    ["in the middle of its last line", "0.999"],
  ])("does not take a download for whole that ends %s, even where the counts claim no line", async (_, share) => {
    const faults = [`download_cut:2x:share=${share},clean=true`];
    pipeline = await startPipelineInOwnTime({ emulator: { faults } });
    await addSessions(pipeline.ctx, LINES);
    const provider: BatchProvider = {
      ...pipeline.ctx.provider,
      retrieveBatch: async (id) => ({
        ...(await pipeline.ctx.provider.retrieveBatch(id)),
        counts: { total: LINES, completed: 0, failed: 0 },
      }),
    };
    const ctx = { ...pipeline.ctx, provider };
    await batchCreator(ctx);
    // Each time later than files that are named late are waited for.
    for (let cut = 0; cut < 2; cut++) {
      await passTime(ctx, 100_000);
      await batchPoller(ctx);
      expect(await query(`SELECT "status" FROM "AIBatchRequest"`)).toEqual([{ status: "COMPLETED" }]);
    }
    await runUntilIdle(ctx, ROUNDS);
    expect(await codes()).toEqual([]);
    expect(await expectInvariants(pipeline)).toMatchObject({ linesExecuted: LINES });
  });

  it("keeps what ran before somebody cancelled the batch", async () => {
    pipeline = await startPipelineInOwnTime({ emulator: { faults: ["stuck_in_progress:once:share=0.5"] } });
    await addSessions(pipeline.ctx, LINES);
    await batchCreator(pipeline.ctx);
    const [batch] = await query(`SELECT "openaiBatchId" AS "id" FROM "AIBatchRequest"`);
    await passTime(pipeline.ctx, 1_000);
    expect((await pipeline.ctx.provider.retrieveBatch(batch.id)).counts.completed).toBe(LINES / 2);
    await pipeline.ctx.provider.cancelBatch(batch.id);
    await runUntilIdle(pipeline.ctx);
    expect(await query(`SELECT "status" FROM "AIBatchRequest" ORDER BY "createdAt", "id"`)).toEqual([
      { status: "CANCELLED" },
      { status: "PROCESSED" },
    ]);
    expect(await codes()).toEqual([{ code: "batch_cancelled", n: LINES / 2 }]);
    expect(await expectInvariants(pipeline)).toMatchObject({ linesExecuted: LINES });
  });
});

interface Line {
  custom_id: string;
  response: { status_code: number; body: { choices: { finish_reason: string; message: { content: string } }[] } };
}

const SPOILED: Record<string, (line: Line) => unknown> = {
  "cut off": ({ response: { body }, ...line }) => ({
    ...line,
    response: {
      status_code: 200,
      body: { ...body, choices: [{ finish_reason: "length", message: { content: "{" } }] },
    },
  }),
  "not valid": ({ response: { body }, ...line }) => ({
    ...line,
    response: { status_code: 200, body: { ...body, choices: [{ finish_reason: "stop", message: { content: "{}" } }] } },
  }),
  "an error": (line) => ({ ...line, response: { status_code: 400, body: { error: { message: "No." } } } }),
};

/** The provider, but with result files made from the lines of the real output file. */
function withFiles(change: (lines: string[]) => { output: string[]; errors?: string[] }): BatchProvider {
  const { provider } = pipeline.ctx;
  let outputFileId = "";
  return {
    ...provider,
    retrieveBatch: async (id) => {
      const theirs = await provider.retrieveBatch(id);
      outputFileId = resultOf(theirs, "answers") ?? "";
      const [answers] = theirs.results;
      return answers ? { ...theirs, results: [answers, { id: "file-errors", holds: "failures" }] } : theirs;
    },
    openFile: async (fileId, signal) => {
      const { content } = await provider.openFile(outputFileId, signal);
      const { output, errors = [] } = change((await text(content)).trimEnd().split("\n"));
      const bytes = Buffer.from((fileId === outputFileId ? output : errors).join("\n"));
      return { bytes: bytes.length, content: Readable.from([bytes]) };
    },
  };
}

function fileCounts() {
  const counts = ["applied", "notApplied", "repeated", "unreadable"];
  return pipeline
    .logged()
    .filter((line) => line.event === "batch.file_collected")
    .map((line) => counts.map((name) => line[name]));
}

function spoil(how: string, line = ""): string {
  return JSON.stringify(SPOILED[how]?.(JSON.parse(line)));
}

describe("of several lines for one request the good answer counts", () => {
  it.each(Object.keys(SPOILED).flatMap((how) => [[how, "just"] as const, [how, "far"] as const]))(
    "when one that is %s stands %s before it",
    async (how, where) => {
      pipeline = await startPipelineInOwnTime();
      const count = where === "just" ? LINES : MANY;
      await addSessions(pipeline.ctx, count);
      const provider = withFiles((lines) => ({ output: [spoil(how, lines.at(where === "just" ? 0 : -1)), ...lines] }));
      await runUntilIdle({ ...pipeline.ctx, provider }, ROUNDS);
      expect(await codes()).toEqual([]);
      expect(await expectInvariants(pipeline)).toMatchObject({ linesExecuted: count });
      expect(fileCounts()).toContainEqual([count, 0, 1, 0]);
    },
  );

  it.each(Object.keys(SPOILED))(
    "when it stands in the error file, and one that is %s in the output file",
    async (how) => {
      pipeline = await startPipelineInOwnTime();
      await addSessions(pipeline.ctx, LINES);
      const provider = withFiles(([first = "", ...lines]) => ({
        output: [spoil(how, first), ...lines],
        errors: [first],
      }));
      await runUntilIdle({ ...pipeline.ctx, provider }, ROUNDS);
      expect(await codes()).toEqual([]);
      expect(await expectInvariants(pipeline)).toMatchObject({ linesExecuted: LINES });
    },
  );

  it("and without one the first failure counts, once", async () => {
    pipeline = await startPipelineInOwnTime();
    await addSessions(pipeline.ctx, MANY);
    const provider = withFiles(([first = "", ...lines]) => {
      const cut = spoil("cut off", first);
      return { output: lines.length === 0 ? [first] : [cut, ...lines, "{}", cut], errors: [spoil("an error", first)] };
    });
    await runUntilIdle({ ...pipeline.ctx, provider }, ROUNDS);
    expect(await codes()).toEqual([{ code: "answer_cut_off", n: 1 }]);
    expect(fileCounts().slice(0, 2)).toEqual([
      [MANY - 1, 1, 1, 1],
      [0, 0, 1, 0],
    ]);
  });
});

describe("attempts", () => {
  it("are not used up by batches that expire", async () => {
    pipeline = await startPipelineInOwnTime({
      env: { BATCH_MAX_ATTEMPTS: "1" },
      emulator: { faults: ["expired:2x:share=0.5"] },
    });
    await addSessions(pipeline.ctx, LINES);
    await runUntilIdle(pipeline.ctx, ROUNDS);
    expect(await query(`SELECT DISTINCT "processingStatus" AS "status" FROM "AIProcessingRequest"`)).toEqual([
      { status: "PROCESSING_COMPLETE" },
    ]);
    expect(await expectInvariants(pipeline)).toMatchObject({ linesExecuted: LINES });
  });

  it("end for the line that was named, and for no other", async () => {
    pipeline = await startPipelineInOwnTime({
      emulator: { faults: ["failed_validation:once:code=missing_required_parameter,param=body.messages,line=3"] },
    });
    const { requestIds } = await addSessions(pipeline.ctx, LINES);
    await query(`UPDATE "Session" SET "externalSessionId" = 'chat ' || "id"`);
    await runUntilIdle(pipeline.ctx);
    const failed = `SELECT "id" FROM "AIProcessingRequest" WHERE "processingStatus" = 'PROCESSING_FAILED'`;
    expect(await query(failed)).toEqual([{ id: requestIds[2] }]);
    // Whoever looks for a session in the log knows it by the company's name for it.
    const told = pipeline.logged().filter(({ event }) => String(event).startsWith("request."));
    expect(new Set(told.map(({ event }) => event))).toEqual(
      new Set(["request.failed", "request.requeued", "request.complete"]),
    );
    for (const line of told) expect(line.externalSessionId).toBe(`chat ${line.sessionId}`);
    await expectInvariants(pipeline);
  });
});
