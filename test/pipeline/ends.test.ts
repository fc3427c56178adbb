import { afterEach, describe, expect, it } from "vitest";
import { batchCreator } from "../../lib/pipeline/batchCreator.ts";
import { batchPoller } from "../../lib/pipeline/batchPoller.ts";
import { expectInvariants, readLedger } from "../support/invariants.ts";
import { addSessions, runUntilIdle, startPipelineInOwnTime, type TestPipeline } from "../support/pipeline.ts";
import { passTime } from "../support/testClock.ts";

const LINES = 40;

let pipeline: TestPipeline;
afterEach(async () => pipeline.close());

interface End {
  faults: string[];
  env?: Record<string, string>;
  /** Requests at the end. */
  complete: number;
  failed?: number;
  /** Statuses of the batches, in the order in which they were made. */
  batches: string[];
  /** Codes of attempts that did not succeed, each with how many. */
  codes?: Record<string, number>;
}

const ALL = LINES;

/** Every way in which a batch can end, and what has to become of its requests. */
const ENDS: Record<string, End> = {
  completed: { faults: [], complete: ALL, batches: ["PROCESSED"] },
  "expired half done: what ran is kept, the rest goes again": {
    faults: ["expired:once:share=0.5"],
    complete: ALL,
    batches: ["FAILED", "PROCESSED"],
    codes: { batch_expired: LINES / 2 },
  },
  "expired, lines that did not run in neither file": {
    faults: ["expired:once:share=0.5", "unrun_lines_missing:once"],
    complete: ALL,
    batches: ["FAILED", "PROCESSED"],
    codes: { batch_expired: LINES / 2 },
  },
  "failed: one line at fault": {
    faults: ["failed_validation:once:code=missing_required_parameter,param=body.messages,line=3"],
    complete: ALL - 1,
    failed: 1,
    batches: ["FAILED", "PROCESSED"],
    codes: { line_rejected: 1, batch_line_errors: ALL - 1 },
  },
  "failed: a line is named that does not exist": {
    faults: ["failed_validation:once:code=invalid_json_line,line=99"],
    complete: ALL,
    batches: ["FAILED", "PROCESSED"],
    codes: { batch_refused: ALL },
  },
  "failed: no credit": {
    faults: ["failed_validation:once:code=billing_hard_limit_reached"],
    complete: ALL,
    batches: ["FAILED", "PROCESSED", "PROCESSED"],
    codes: { batch_quota_exhausted: ALL },
  },
  "failed: too many tokens waiting": {
    faults: ["failed_validation:once:code=token_limit_exceeded"],
    complete: ALL,
    batches: ["FAILED", "PROCESSED"],
    codes: { batch_over_budget: ALL },
  },
  "failed half done: what ran is kept, the rest goes again": {
    faults: ["fails_midway:once:share=0.5"],
    complete: ALL,
    batches: ["FAILED", "PROCESSED"],
    codes: { batch_failed: LINES / 2 },
  },
  "failed half done, with an error and empty strings for files that are not there": {
    faults: ["fails_midway:once:share=0.5,code=server_error", "empty_file_ids"],
    complete: ALL,
    batches: ["FAILED", "PROCESSED"],
    codes: { batch_failed: LINES / 2 },
  },
  "failed, with all reasons in the error file": {
    faults: ["fails_midway:once:share=1", "line_error:40x:status=401"],
    complete: ALL,
    batches: ["FAILED", "PROCESSED", "PROCESSED"],
    codes: { line_access_refused: ALL },
  },
  "failed: a code that nobody knows, once": {
    faults: ["failed_validation:once:code=out_of_cheese"],
    complete: ALL,
    batches: ["FAILED", "PROCESSED"],
    codes: { batch_refused: ALL },
  },
  "failed: the fresh file is not seen for a while": {
    faults: ["file_not_seen:ms=500"],
    complete: ALL,
    batches: ["PROCESSED"],
  },
  "all lines failed for good": {
    faults: ["all_lines_failed:status=413"],
    complete: 0,
    failed: ALL,
    batches: ["PROCESSED"],
    codes: { line_rejected: ALL },
  },
  "all lines failed for now": {
    faults: ["all_lines_failed:once:status=503"],
    complete: ALL,
    batches: ["PROCESSED", "PROCESSED"],
    codes: { line_server_error: ALL },
  },
  "all lines failed again and again: the attempts run out": {
    faults: ["all_lines_failed:status=500"],
    env: { BATCH_MAX_ATTEMPTS: "2" },
    complete: 0,
    failed: ALL,
    batches: ["PROCESSED", "PROCESSED"],
    codes: { line_server_error: 2 * ALL },
  },
  "lines missing": {
    faults: ["line_missing:7x"],
    complete: ALL,
    batches: ["PROCESSED", "PROCESSED"],
    codes: { line_missing: 7 },
  },
  "lines malformed": {
    faults: ["line_malformed:5x"],
    complete: ALL,
    batches: ["PROCESSED", "PROCESSED"],
    codes: { line_unreadable: 5 },
  },
  "lines doubled": { faults: ["line_doubled:9x"], complete: ALL, batches: ["PROCESSED"] },
  "lines of nobody": {
    faults: ["line_unknown:4x"],
    complete: ALL,
    batches: ["PROCESSED", "PROCESSED"],
    codes: { line_missing: 4 },
  },
  "a byte order mark": { faults: ["line_byte_order_mark"], complete: ALL, batches: ["PROCESSED"] },
  "lines of megabytes": { faults: ["line_huge:2x:bytes=3000000"], complete: ALL, batches: ["PROCESSED"] },
  "neither answer nor error": {
    faults: ["empty_error_lines:6x"],
    complete: ALL,
    batches: ["PROCESSED", "PROCESSED"],
    codes: { line_empty: 6 },
  },
  "counts that lie": { faults: ["counts_lie"], complete: ALL, batches: ["PROCESSED"] },
  "an empty string for no file": { faults: ["empty_file_ids"], complete: ALL, batches: ["PROCESSED"] },
  "a status that nobody knows": { faults: ["unknown_status:ms=400"], complete: ALL, batches: ["PROCESSED"] },
  refusals: {
    faults: ["line_refusal:3x"],
    complete: ALL - 3,
    failed: 3,
    batches: ["PROCESSED"],
    codes: { answer_refused: 3 },
  },
  "answers of the content filter": {
    faults: ["line_cut_off:2x:finish_reason=content_filter"],
    complete: ALL - 2,
    failed: 2,
    batches: ["PROCESSED"],
    codes: { answer_filtered: 2 },
  },
  "answers cut off": {
    faults: ["line_cut_off:5x"],
    complete: ALL,
    batches: ["PROCESSED", "PROCESSED"],
    codes: { answer_cut_off: 5 },
  },
  "answers that do not fit the schema": {
    faults: ["line_invalid_json:8x"],
    complete: ALL,
    batches: ["PROCESSED", "PROCESSED"],
    codes: { answer_invalid: 8 },
  },
  "a download that is reset": { faults: ["download_cut:2x:share=0.4"], complete: ALL, batches: ["PROCESSED"] },
  "a page of HTML in place of a file": {
    faults: ["html_200:2x:method=GET,path=/v1/files/*/content"],
    complete: ALL,
    batches: ["PROCESSED"],
  },
  "a download that ends early without a word": {
    faults: ["download_cut:2x:share=0.4,clean=true"],
    complete: ALL,
    batches: ["PROCESSED"],
  },
};

describe("every end of a batch", () => {
  for (const [name, end] of Object.entries(ENDS)) {
    it(name, async () => {
      pipeline = await startPipelineInOwnTime({
        emulator: { faults: end.faults, seed: 1 },
        ...(end.env ? { env: end.env } : {}),
      });
      await addSessions(pipeline.ctx, LINES);
      await runUntilIdle(pipeline.ctx);
      expect(await requestCounts()).toEqual({ complete: end.complete, failed: end.failed ?? 0 });
      expect(await batchStatuses()).toEqual(end.batches);
      expect(await attemptCodes()).toEqual(end.codes ?? {});
      expect((await expectInvariants(pipeline)).files.live, "files left behind").toBe(0);
    });
  }
});

it("a batch that failed after it had run leaves no file behind", async () => {
  pipeline = await startPipelineInOwnTime({
    emulator: { faults: ["fails_midway:once:share=0.3", "line_error:2x:status=500"] },
  });
  await addSessions(pipeline.ctx, LINES);
  await runUntilIdle(pipeline.ctx);
  const { rows } = await pipeline.ctx.db.query(
    `SELECT "outputFileId", "errorFileId", "filesDeletedAt" FROM "AIBatchRequest" WHERE "status" = 'FAILED'`,
  );
  const id = expect.stringMatching(/^file-/);
  expect(rows).toEqual([{ outputFileId: id, errorFileId: id, filesDeletedAt: expect.any(Date) }]);
  expect((await readLedger(pipeline)).files.live).toBe(0);
});

it("costs: the ledger equals the usage of every line received, failed ones included", async () => {
  pipeline = await startPipelineInOwnTime({ emulator: { faults: ["line_invalid_json:4x"], seed: 1 } });
  await addSessions(pipeline.ctx, LINES);
  await runUntilIdle(pipeline.ctx);
  const { rows } = await pipeline.ctx.db.query(
    `SELECT sum("promptTokens")::int AS "prompt", sum("completionTokens")::int AS "completion",
            sum("cachedTokens")::int AS "cached", sum("costEur")::text AS "cost" FROM "AIRequestAttempt"`,
  );
  const { prompt, completion, cached, cost } = rows[0];
  const { tokensBilled } = await readLedger(pipeline);
  expect({ prompt, completion }).toEqual({
    prompt: tokensBilled.batch.inputTokens,
    completion: tokensBilled.batch.outputTokens,
  });
  const euros = (((prompt - cached) * 0.05 + cached * 0.005 + completion * 0.25) / 1e6) * 0.86;
  expect(Number(cost)).toBeCloseTo(euros, 9);
});

async function requestCounts() {
  const { rows } = await pipeline.ctx.db.query(
    `SELECT count(*) FILTER (WHERE "processingStatus" = 'PROCESSING_COMPLETE')::int AS "complete",
            count(*) FILTER (WHERE "processingStatus" = 'PROCESSING_FAILED')::int AS "failed"
       FROM "AIProcessingRequest"`,
  );
  return rows[0];
}

async function batchStatuses() {
  const { rows } = await pipeline.ctx.db.query(`SELECT "status" FROM "AIBatchRequest" ORDER BY "createdAt", "id"`);
  return rows.map((row) => row.status);
}

async function attemptCodes() {
  const { rows } = await pipeline.ctx.db.query(
    `SELECT "code", count(*)::int AS "count" FROM "AIRequestAttempt" WHERE "outcome" <> 'APPLIED' GROUP BY "code"`,
  );
  return Object.fromEntries(rows.map((row) => [row.code, row.count]));
}

it("a result file that is not found once, after the batch itself was not found for an hour, is waited for", async () => {
  pipeline = await startPipelineInOwnTime({
    emulator: { faults: ["http_error:once:status=404,method=GET,path=/v1/files/*"] },
  });
  await addSessions(pipeline.ctx, LINES);
  await batchCreator(pipeline.ctx);
  await passTime(pipeline.ctx, 5_000);
  await pipeline.ctx.db.query(`UPDATE "AIBatchRequest" SET "callFailures" = 6, "errorCode" = 'provider_not_found'`);
  await runUntilIdle(pipeline.ctx);
  expect(await attemptCodes()).toEqual({});
  expect(await expectInvariants(pipeline)).toMatchObject({ linesExecuted: LINES });
});

it("a result file that is gone for good: after growing pauses its lines go again", async () => {
  pipeline = await startPipelineInOwnTime({
    emulator: { faults: ["http_error:status=404,method=GET,path=/v1/files/*"] },
  });
  await addSessions(pipeline.ctx, LINES);
  await expect(runUntilIdle(pipeline.ctx, 10)).rejects.toThrow("not idle");
  expect(await batchStatuses()).toEqual(["COMPLETED"]);
  await pipeline.ctx.db.query(
    `UPDATE "AIBatchRequest" SET "callFailures" = 5, "errorCode" = 'result_file_not_found', "notBefore" = NULL`,
  );
  await batchPoller(pipeline.ctx);
  expect(await batchStatuses()).toEqual(["PROCESSED"]);
  expect(await attemptCodes()).toEqual({ result_file_gone: LINES });
  expect(pipeline.logged().some((line) => line.event === "batch.file_gone")).toBe(true);
});
