import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readLine } from "../../lib/provider/openai/readLine.ts";

const usage = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 };

function line(response: unknown, error: unknown = null): Buffer {
  return Buffer.from(JSON.stringify({ id: "batch_req_1", custom_id: "r1", response, error }));
}

function completion(message: object, finish_reason = "stop"): Buffer {
  const body = { choices: [{ finish_reason, message }], usage };
  return line({ status_code: 200, request_id: "req_1", body });
}

describe("a line of a result file", () => {
  it("is an answer with its usage", () => {
    expect(readLine(completion({ content: "{}", refusal: null }))).toMatchObject({
      kind: "answer",
      requestId: "r1",
      text: "{}",
      providerRequestId: "req_1",
      usage: { promptTokens: 10, completionTokens: 5, totalTokens: 15, cachedTokens: 0 },
    });
  });

  it.each([
    ["a refusal", completion({ content: null, refusal: "no" }), "answer_refused", true],
    ["cut off", completion({ content: "{" }, "length"), "answer_cut_off", true],
    ["filtered", completion({ content: "" }, "content_filter"), "answer_filtered", true],
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
    for (const text of ["", "null", "[]", '"r1"', "{", '{"custom_id":""}', '{"custom_id":5,"response":null}']) {
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
    expect(readLine(huge)).toMatchObject({ kind: "answer", usage: { promptTokens: 0 } });
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
    const hostile = fc.record({
      custom_id: fc.constantFrom("r1", ""),
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
