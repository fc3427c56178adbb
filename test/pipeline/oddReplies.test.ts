import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readBatch } from "../../lib/admin/batches/readBatch.ts";
import { readPipeline } from "../../lib/admin/overview/readPipeline.ts";
import { readRequest } from "../../lib/admin/requests/readRequest.ts";
import { callOperation } from "../../lib/api/operation.ts";
import { callerOf } from "../support/caller.ts";
import { setFaults } from "../support/emulatorControl.ts";
import { expectInvariants } from "../support/invariants.ts";
import { addSessions, runUntilIdle, startPipeline, type TestPipeline } from "../support/pipeline.ts";

const LINES = 3;

let pipeline: TestPipeline;
beforeAll(async () => {
  pipeline = await startPipeline();
});
afterAll(() => pipeline.close());

/** Runs some requests under these faults. Answers their ids, and the attempts of all of them in the order of their outcome. */
async function run(faults: readonly (string | object)[]) {
  await setFaults(pipeline.emulator, faults);
  const { requestIds } = await addSessions(pipeline.ctx, LINES);
  await runUntilIdle(pipeline.ctx);
  const { rows } = await pipeline.ctx.db.query(
    `SELECT a."outcome", a."code", a."message", a."promptTokens", a."completionTokens", a."totalTokens", a."received",
            a."costEur"::float8 AS "costEur", a."cacheWriteTokens"
       FROM "AIRequestAttempt" a WHERE a."requestId" = ANY($1) ORDER BY a."attempt", a."outcome"`,
    [requestIds],
  );
  return { requestIds, attempts: rows };
}

const readPipelineNow = async () => callOperation(await callerOf(pipeline.ctx, "SUPPORT"), readPipeline, {});

const odd = (kind: string, ...how: string[]) => how.map((name): [string] => [`${kind}:how=${name}`]);
const applied = Array.from({ length: LINES }, () => expect.objectContaining({ outcome: "APPLIED", code: null }));

describe("what is odd and costs no answer", () => {
  it.each([
    ...odd("line_odd", "error_blank", "error_zero", "error_list", "status_text", "status_missing", "request_id_number"),
    ...odd("line_odd", "response_list", "body_text", "body_list", "body_beside", "choice_object"),
    ...odd("line_odd", "body_nested", "body_of_responses", "line_nested"),
    ...odd("line_odd", "content_parts", "content_thoughts", "content_parsed"),
    ...odd("line_nearly_right", "twice", "fenced", "prose", "trailing_comma", "wrapped", "tool_call", "other_quotes"),
    ...odd("line_nearly_right", "long_summary", "many_questions", "words", "extra_field"),
    ...odd("odd_batches", "errors_list", "iso_times", "ms_times", "no_expiry", "no_counts", "capitals", "blanks"),
    ...odd("odd_batches", "no_input_file", "metadata_odd", "words_for_none", "wrapped"),
    ["file_size:bytes=0"],
    ["file_size:status=404"],
    ["file_size:status=403"],
    ["content_elsewhere"],
    ...odd("content_packed", "body", "transfer"),
  ])("%s", async (fault) => {
    const { attempts } = await run([fault]);
    expect(attempts).toEqual(applied);
    await expectInvariants(pipeline);
  });

  it("a file that is named and never written is not waited for once every request has its line", async () => {
    const { attempts } = await run(["error_file_unwritten"]);
    expect(attempts).toEqual(applied);
    const events = pipeline.logged().map(({ event }) => event);
    expect(events).toContain("batch.file_not_needed");
    expect(events).not.toContain("batch.call_failed");
    await expectInvariants(pipeline);
  });

  it.each(odd("odd_list", "oldest_first", "shuffled", "strangers", "no_has_more", "value", "nested"))(
    "a lost create is found, not bought again: %s",
    async (fault) => {
      const { attempts } = await run([fault, "lost_reply_create:once"]);
      expect(attempts).toEqual(applied);
      await expectInvariants(pipeline);
    },
  );
});

describe("usage that was not stated", () => {
  it.each<[string, object]>([
    ["null", { promptTokens: null, completionTokens: null, totalTokens: null, costEur: 0 }],
    ["list", { promptTokens: null, completionTokens: null, totalTokens: null }],
    ["zero", { promptTokens: null, completionTokens: 0, totalTokens: null }],
    ["total_alone", { promptTokens: null, completionTokens: null, totalTokens: expect.any(Number) }],
    ["negative", { promptTokens: expect.any(Number), completionTokens: null, totalTokens: expect.any(Number) }],
  ])("is unknown, not 0, and the batch counts such lines: %s", async (how, usage) => {
    const before = (await readPipelineNow()).spend.linesWithoutUsage;
    const { attempts } = await run([`line_usage:how=${how}`]);
    expect(attempts).toMatchObject(Array(LINES).fill({ outcome: "APPLIED", ...usage }));
    const { rows } = await pipeline.ctx.db.query(
      `SELECT "id", "linesWithoutUsage" AS "lines" FROM "AIBatchRequest" ORDER BY "createdAt" DESC, "id" DESC LIMIT 1`,
    );
    expect(rows).toEqual([{ id: expect.any(String), lines: LINES }]);
    const support = await callerOf(pipeline.ctx, "SUPPORT");
    const { outcomes } = await callOperation(support, readBatch, { id: rows[0].id });
    expect(outcomes).toMatchObject({ linesWithoutUsage: LINES });
    expect((await readPipelineNow()).spend.linesWithoutUsage - before).toBe(LINES);
    await expectInvariants(pipeline);
  });

  it.each(["no_total", "negative_detail", "cache_writes"])("costs no more than itself: %s", async (how) => {
    const { attempts } = await run([`line_usage:how=${how}`]);
    const known = {
      promptTokens: expect.any(Number),
      completionTokens: expect.any(Number),
      totalTokens: expect.any(Number),
    };
    expect(attempts).toMatchObject(Array(LINES).fill(known));
    expect(attempts[0].cacheWriteTokens).toBe(how === "cache_writes" ? 128 : null);
  });
});

describe("what is odd and failed", () => {
  it.each(odd("line_odd_error", "flat", "flat_200", "text", "list", "html", "error_text"))(
    "keeps the provider's words: %s",
    async (fault) => {
      const { attempts } = await run([`${fault.replace(":how", ":once:how")}`]);
      const failed = attempts.filter(({ outcome }) => outcome !== "APPLIED");
      expect(failed).toMatchObject([
        { code: "line_rejected", message: expect.stringContaining("maximum context length") },
      ]);
    },
  );

  it.each(odd("line_filtered", "code", "inner"))("is known as filtered: %s", async (fault) => {
    const { attempts } = await run([`${fault.replace(":how", ":once:how")}`]);
    expect(attempts.filter(({ outcome }) => outcome !== "APPLIED")).toMatchObject([{ code: "answer_filtered" }]);
  });

  it("a line that cannot be read says so, and its start is kept for those who may reveal it", async () => {
    const { requestIds, attempts } = await run(["line_malformed:once"]);
    const [failed] = attempts.filter(({ code }) => code !== null);
    expect(failed).toMatchObject({ code: "line_unreadable", promptTokens: null });
    const id = requestIds.find((requestId) => failed.received.includes(requestId)) ?? "";
    const ask = (reveal: boolean) => callOperation(callerOf(pipeline.ctx, "ADMIN"), readRequest, { id, reveal });
    expect(JSON.stringify(await ask(false))).not.toContain("batch_req_");
    expect((await ask(true)).revealed?.received).toEqual([{ attempt: 1, text: failed.received }]);
    expect(JSON.stringify(pipeline.logged())).not.toContain(failed.received.slice(0, 40));
  });

  it("a model that used its whole limit on reasoning gets room at once", async () => {
    const { attempts } = await run(["line_reasons:tokens=3000"]);
    const cutOff = expect.objectContaining({ code: "answer_cut_off" });
    expect(attempts).toEqual([...Array(LINES).fill(cutOff), ...applied]);
    await expectInvariants(pipeline);
  });
});
