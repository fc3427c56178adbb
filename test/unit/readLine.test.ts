import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readLine } from "../../lib/providers/openai/readLine.ts";
import { completion, line, usage } from "./resultLines.ts";

describe("a line of a result file", () => {
  it("is an answer with its usage", () => {
    expect(readLine(completion({ content: "{}", refusal: null }))).toMatchObject({
      kind: "answer",
      requestId: "r1",
      text: "{}",
      providerRequestId: "req_1",
      usage: { promptTokens: 10, completionTokens: 5, totalTokens: 15, cachedTokens: null },
    });
  });

  it.each([
    ["a refusal", completion({ content: null, refusal: "no" }), "answer_refused", true],
    [
      "a refusal among the parts",
      completion({ content: [{ type: "refusal", refusal: "no" }] }),
      "answer_refused",
      true,
    ],
    ["cut off", completion({ content: "{" }, "length"), "answer_cut_off", true],
    ["cut off, in other words", completion({ content: "{" }, "MAX_TOKENS"), "answer_cut_off", true],
    ["filtered", completion({ content: "" }, "content_filter"), "answer_filtered", true],
    ["filtered, in other words", completion({ content: "x" }, " Content-Filter "), "answer_filtered", true],
    [
      "filtered before it ran",
      line({
        status_code: 200,
        body: { choices: [], usage, prompt_filter_results: [{ content_filter_results: { hate: { filtered: true } } }] },
      }),
      "answer_filtered",
      true,
    ],
    [
      "cut off, in /v1/responses",
      line({ status_code: 200, body: { output: [], incomplete_details: { reason: "max_output_tokens" }, usage } }),
      "answer_cut_off",
      true,
    ],
    ["empty", completion({ content: "" }), "answer_empty", true],
    ["without choices", line({ status_code: 200, body: { choices: [], usage } }), "answer_empty", true],
    ["an HTTP error", line({ status_code: 400, body: { error: { message: "bad" } } }), "line_rejected", false],
    [
      "no credit",
      line({ status_code: 429, body: { error: { code: "insufficient_quota", message: "pay" } } }),
      "line_quota_exhausted",
      false,
    ],
    ["a rate limit", line({ status_code: 429, body: { error: { message: "slow" } } }), "line_rate_limited", false],
    ["a server error", line({ status_code: 503, body: "<html>" }), "line_server_error", false],
    ["expired", line(null, { code: "batch_expired", message: "late" }), "batch_expired", false],
    ["cancelled", line(null, { code: "batch_cancelled", message: "" }), "batch_cancelled", false],
    [
      "not run for lack of credit",
      line(null, { code: "insufficient_quota", message: "" }),
      "line_quota_exhausted",
      false,
    ],
    ["timed out", line(null, { code: "request_timeout", message: "" }), "line_timed_out", false],
    ["another error", line(null, { code: "new_one", message: "?" }), "line_server_error", false],
    ["status 0", line({ status_code: 0, request_id: "", body: {} }), "line_empty", false],
    ["nothing at all", line(null), "line_empty", false],
  ])("%s", (_name, content, code, paid) => {
    const read = readLine(content);
    expect(read).toMatchObject({ kind: "failure", requestId: "r1", code });
    if (read.kind === "failure") expect(read.usage !== null).toBe(paid);
  });

  it("without an id to go by is unreadable", () => {
    const inside = '{"id":"x","response":{"custom_id":"r2","body":';
    for (const text of [
      "",
      "null",
      "[]",
      '"r1"',
      "{",
      '{"custom_id":""}',
      '{"custom_id":{}}',
      '{"custom_id":"r',
      inside,
    ]) {
      expect(readLine(Buffer.from(text))).toMatchObject({ kind: "unreadable" });
    }
  });

  it("comes out fit for PostgreSQL: no U+0000, no half pairs, no number beyond bounds", () => {
    const read = readLine(
      Buffer.from(String.raw`{"custom_id":"r\u0000\ud800","response":null,"error":{"code":"x","message":"\u0000"}}`),
    );
    expect(JSON.stringify(read)).not.toMatch(/\\u0000|\\ud800/);
    const huge = line({
      status_code: 200,
      body: { choices: [{ message: { content: "x" } }], usage: { ...usage, prompt_tokens: 1e300 } },
    });
    expect(readLine(huge)).toMatchObject({ kind: "answer", usage: { promptTokens: null, completionTokens: 5 } });
  });

  it.each([
    ["a number for the id", { custom_id: 17, response: null }, "17"],
    ["a list of one id", { custom_id: ["r1"], response: null }, "r1"],
    ["the id in other letters", { customId: "r1", response: null }, "r1"],
    ["a line in another object", { result: { custom_id: "r1", response: null } }, "r1"],
    ["an id beside the reply", { id: "x", response: { custom_id: "r1" } }, "r1"],
    ["a list of one line", [{ custom_id: "r1", response: null }], "r1"],
  ])("is known by %s", (_name, odd, requestId) => {
    expect(readLine(Buffer.from(JSON.stringify(odd)))).toMatchObject({
      kind: "failure",
      requestId,
      code: "line_empty",
    });
  });

  it.each([
    ["cut off", '{"id":"b","custom_id":"r1","response":{"status_code":200,"body":{"choices":[{"mess'],
    ["cut right behind its id", '{"custom_id":"r1"'],
    ["with something of a deeper level before its id", '{"x":{"custom_id":"r2","y":["}"]},"custom_id":"r1",'],
    [
      "under status 200 with a text in place of a completion",
      '{"custom_id":"r1","response":{"status_code":200,"body":"Hello"}}',
    ],
    ["of no known shape", '{"custom_id":"r1","response":{"status_code":200,"body":{"choices":7}}}'],
  ])("that cannot be read is known by its id: %s", (_name, text) => {
    const read = readLine(Buffer.from(text));
    expect(read).toMatchObject({ kind: "failure", requestId: "r1", code: "line_unreadable", startOfText: text });
    expect(JSON.stringify({ ...read, startOfText: null })).not.toContain("Hello");
  });

  it("never throws, whatever stands in it", () => {
    const anything = fc.oneof(
      fc.json(),
      fc.string(),
      fc.uint8Array().map((bytes) => Buffer.from(bytes).toString("latin1")),
    );
    fc.assert(
      fc.property(anything, (text) => {
        expect(["answer", "failure", "unreadable"]).toContain(readLine(Buffer.from(text)).kind);
      }),
      { numRuns: 1_000 },
    );
    for (const name of ["__proto__", "constructor", "toString", "valueOf"]) {
      const refused = { custom_id: "r1", response: null, error: name };
      expect(readLine(Buffer.from(JSON.stringify(refused)))).toMatchObject({ code: "line_server_error" });
      const choices = [{ finish_reason: name, message: { content: "{}" } }];
      const stopped = { custom_id: "r1", response: { status_code: 200, body: { choices } }, error: null };
      expect(readLine(Buffer.from(JSON.stringify(stopped)))).toMatchObject({ kind: "answer" });
    }
    const hostile = fc.record({
      custom_id: fc.constantFrom("r1", "", 5),
      response: fc.jsonValue(),
      error: fc.jsonValue(),
    });
    fc.assert(
      fc.property(hostile, (value) => {
        expect(["failure", "unreadable"]).toContain(readLine(Buffer.from(JSON.stringify(value))).kind);
      }),
      { numRuns: 1_000 },
    );
  });
});
