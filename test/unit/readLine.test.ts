import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { FailureCode } from "../../lib/failures.ts";
import { readLine } from "../../lib/provider/openai/readLine.ts";
import type { Refusal } from "../../lib/provider/whoseFault.ts";

const usage = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 };

function line(response: unknown, error: unknown = null): Buffer {
  return Buffer.from(JSON.stringify({ id: "batch_req_1", custom_id: "r1", response, error }));
}

function completion(message: object, finish_reason = "stop"): Buffer {
  const body = { choices: [{ finish_reason, message }], usage };
  return line({ status_code: 200, request_id: "req_1", body });
}

function raw(fields: object): Buffer {
  return Buffer.from(JSON.stringify({ id: "batch_req_1", custom_id: "r1", ...fields }));
}

const good = { choices: [{ finish_reason: "stop", message: { content: "{}", refusal: null } }], usage };
const served = { status_code: 200, request_id: "req_1", body: good };

/** Good answers with something odd beside them, as gateways and compatible servers send it. */
const ODD_ANSWERS: [string, object][] = [
  ["an empty text for no error", { response: served, error: "" }],
  ["an error that says none", { response: served, error: { code: 0, message: "" } }],
  ["a list for no error", { response: served, error: [] }],
  ["success in the error", { response: served, error: { code: "200", message: "success" } }],
  ["a warning in the error", { response: served, error: "the model is deprecated" }],
  ["an error in the body that says none", { response: { ...served, body: { ...good, error: { code: 0 } } } }],
  ["a text for the status", { response: { ...served, status_code: "200" } }],
  ["a status with its reason", { response: { ...served, status_code: "200 OK" } }],
  ["another good status", { response: { ...served, status_code: 201 } }],
  ["no status", { response: { ...served, status_code: null } }],
  ["a status of 0", { response: { ...served, status_code: 0 } }],
  ["a number for the id at the provider", { response: { ...served, request_id: 17 } }],
  ["an object for the id at the provider", { response: { ...served, request_id: {} } }],
  ["the body as JSON in a text", { response: { ...served, body: JSON.stringify(good) } }],
  ["the body in a list", { response: { ...served, body: [good] } }],
  ["the response in a list", { response: [served] }],
  ["the completion without a body around it", { response: good }],
  ["the body beside the response", { response: null, body: good }],
  ["the completion in the line itself", good],
  ["one choice for the list of them", { response: { ...served, body: { ...good, choices: good.choices[0] } } }],
  ["an empty choice before the one", { response: { ...served, body: { choices: [null, {}, ...good.choices] } } }],
  ["a message that is a text", { response: { ...served, body: { choices: [{ message: "{}" }] } } }],
  ["a message without a choice", { response: { ...served, body: { message: { content: "{}" } } } }],
  ["a choice that is a text", { response: { ...served, body: { choices: [{ text: "{}" }] } } }],
  [
    "a number for the reason to stop",
    { response: { ...served, body: { choices: [{ finish_reason: 1, message: { content: "{}" } }] } } },
  ],
  [
    "an empty text for no refusal",
    { response: { ...served, body: { choices: [{ message: { content: "{}", refusal: "" } }] } } },
  ],
  [
    "an object for no refusal",
    { response: { ...served, body: { choices: [{ message: { content: "{}", refusal: {} } }] } } },
  ],
  ["a number for the tier", { response: { ...served, body: { ...good, service_tier: 1, system_fingerprint: {} } } }],
  ["the body as JSON, encoded twice", { response: { ...served, body: JSON.stringify(JSON.stringify(good)) } }],
  ["the body as JSON behind a byte order mark", { response: { ...served, body: `\uFEFF${JSON.stringify(good)}` } }],
  ["the body under another name", { response: { status_code: 200, data: good } }],
  ["the body in another object", { response: { ...served, body: { data: good } } }],
  ["the response in another", { response: { status_code: 200, response: good } }],
  ["a result for the response", { result: served }],
  ["the usage beside the response", { response: { status_code: 200, body: { choices: good.choices } }, usage }],
  ["the choices by their numbers", { response: { ...served, body: { choices: { "0": good.choices[0] } } } }],
  ["a delta for the message", { response: { ...served, body: { choices: [{ delta: { content: "{}" } }] } } }],
  [
    "words for no refusal",
    { response: { ...served, body: { choices: [{ message: { content: "{}", refusal: "None" } }] } } },
  ],
  [
    "the reply of /v1/responses",
    {
      response: {
        ...served,
        body: {
          output: [
            { type: "reasoning", content: [{ type: "reasoning_text", text: "{1}" }] },
            { type: "message", content: [{ type: "output_text", text: "{}" }] },
          ],
        },
      },
    },
  ],
  ["the text of /v1/responses alone", { response: { ...served, body: { output_text: "{}" } } }],
  [
    "a message without a choice, in parts",
    {
      response: { ...served, body: { role: "assistant", content: [{ type: "text", text: "{}" }], stop_reason: "end" } },
    },
  ],
  ["a text for the usage", { response: { ...served, body: { ...good, usage: "15" } } }],
  ["a list for the usage", { response: { ...served, body: { ...good, usage: [] } } }],
];

const unknown = { promptTokens: null, completionTokens: null, totalTokens: null, cachedTokens: null };

const USAGES: [string, unknown, object][] = [
  ["null", null, unknown],
  ["empty", {}, unknown],
  ["in a list", [usage], { promptTokens: 10, completionTokens: 5, totalTokens: 15 }],
  ["without a total", { prompt_tokens: 10, completion_tokens: 5 }, { promptTokens: 10, totalTokens: 15 }],
  ["with a total alone", { total_tokens: 15 }, { ...unknown, totalTokens: 15 }],
  ["one part and no total", { prompt_tokens: 10, completion_tokens: -1 }, { ...unknown, promptTokens: 10 }],
  ["a prompt of 0", { ...usage, prompt_tokens: 0 }, { promptTokens: null, completionTokens: 5 }],
  [
    "negative details",
    { ...usage, prompt_tokens_details: { cached_tokens: -1, cache_write_tokens: 7 }, completion_tokens_details: [] },
    { promptTokens: 10, totalTokens: 15, cachedTokens: null, cacheWriteTokens: 7, reasoningTokens: null },
  ],
  ["numbers in texts", { prompt_tokens: "10", completion_tokens: "5", total_tokens: "15" }, { totalTokens: 15 }],
];

const ODD_CONTENTS: [string, object, string?][] = [
  [
    "a list of parts",
    {
      content: [
        { type: "text", text: "{" },
        { type: "text", text: "}" },
      ],
    },
  ],
  ["a part without a type", { content: [{ text: "{}" }] }],
  ["a single part", { content: { type: "text", text: "{}" } }],
  ["a list of texts", { content: ["{", "}"] }],
  ["a part of which the text is an object", { content: [{ type: "text", text: { value: "{}" } }] }],
  [
    "the text among thoughts",
    {
      content: [
        { type: "thinking", thinking: "{1}", text: "{1}" },
        { type: "reasoning", text: "{2}" },
        { type: "text", text: "{}" },
      ],
    },
  ],
  ["the answer itself, parsed", { content: { language: "en" } }, '{"language":"en"}'],
  ["the answer beside it, parsed", { content: null, parsed: { language: "en" } }, '{"language":"en"}'],
  ["a part whose text has another name", { content: [{ type: "text", content: "{}" }] }],
  ["a part that is parsed", { content: [{ type: "json", json: { language: "en" } }] }, '{"language":"en"}'],
  ["the call of a function", { content: null, function_call: { name: "answer", arguments: "{}" } }],
  ["what was taken for a thought", { content: "", reasoning_content: " {} " }, " {} "],
  ["the call of a tool", { content: null, tool_calls: [{ function: { name: "answer", arguments: "{}" } }] }],
];

type Words = Partial<Refusal>;

/** Failures, as they were seen or could be, and what is known of each. */
const ODD_FAILURES: [string, object, FailureCode, Words][] = [
  [
    "an error that is not nested",
    {
      response: { status_code: 400, body: null },
      error: { object: "error", message: "too long", type: "BadRequestError", code: 400 },
    },
    "line_rejected",
    { status: 400, message: "too long", type: "BadRequestError" },
  ],
  [
    "an error that is not nested, under status 200",
    { response: { status_code: 200, body: { object: "error", message: "no such model", code: 404 } } },
    "line_rejected",
    { status: 404, message: "no such model", code: "404" },
  ],
  [
    "an error in a list",
    { response: { status_code: 400, body: [{ error: { message: "bad" } }] } },
    "line_rejected",
    { message: "bad" },
  ],
  [
    "a text for the error",
    { response: null, error: "upstream failed" },
    "line_server_error",
    { message: "upstream failed" },
  ],
  [
    "JSON in a text for the error",
    { response: null, error: '{"message":"no","code":"insufficient_quota"}' },
    "line_quota_exhausted",
    { message: "no" },
  ],
  ["a number for the error", { response: null, error: 503 }, "line_server_error", { status: 503 }],
  [
    "a text for the body",
    { response: { status_code: 502, body: "bad gateway" } },
    "line_server_error",
    { status: 502, message: "bad gateway" },
  ],
  [
    "a page for the body",
    { response: { status_code: 403, body: "<html><title>Forbidden</title>" } },
    "line_rejected",
    { status: 403, message: "Forbidden" },
  ],
  [
    "a title beside the message",
    { response: { status_code: 400, body: { error: "Bad Request", message: "too long" } } },
    "line_rejected",
    { message: "too long" },
  ],
  [
    "a detail for the message",
    { response: { status_code: 422, body: { detail: [{ msg: "too long" }] } } },
    "line_rejected",
    { message: "too long" },
  ],
  [
    "a text for the status",
    { response: { status_code: "429", body: { error: { message: "slow" } } } },
    "line_rate_limited",
    { status: 429 },
  ],
  [
    "a refused key",
    {
      response: {
        status_code: 401,
        body: { error: { message: "no", type: "invalid_request_error", code: "invalid_api_key" } },
      },
    },
    "line_rejected",
    { status: 401, code: "invalid_api_key" },
  ],
  [
    "no credit by the type alone",
    { response: { status_code: 429, body: { error: { type: "insufficient_quota", code: null } } } },
    "line_quota_exhausted",
    { type: "insufficient_quota" },
  ],
  ["a name alone", { response: null, error: "batch_expired" }, "batch_expired", { message: "batch_expired" }],
  [
    "a sentence on the end of the batch",
    { response: null, error: { message: "This request could not be executed before the completion window expired." } },
    "batch_expired",
    {},
  ],
  ["a bare name for it", { response: null, error: { code: "cancelled", message: "" } }, "batch_cancelled", {}],
  [
    "a sentence on the batch's cancelling",
    { response: null, error: { message: "Not executed: the batch was cancelled." } },
    "batch_cancelled",
    {},
  ],
  [
    "a key that has expired",
    { response: null, error: { code: "expired", message: "API key expired" } },
    "line_server_error",
    { code: "expired" },
  ],
  [
    "a filter by its sentence alone",
    { response: { status_code: 400, body: { message: "The prompt was filtered by our content management policy." } } },
    "answer_filtered",
    {},
  ],
  [
    "JSON in the message",
    {
      response: {
        status_code: 400,
        body: { error: { message: '{"error":{"message":"pay","code":"out_of_credits"}}' } },
      },
    },
    "line_quota_exhausted",
    { code: "out_of_credits", message: "pay" },
  ],
  [
    "a list of sentences",
    { response: { status_code: 400, body: { error: { message: ["a", "b"] } } } },
    "line_rejected",
    { message: "a" },
  ],
  [
    "a name for the status",
    { response: null, error: { status: "PERMISSION_DENIED", message: "no" } },
    "line_server_error",
    { type: "PERMISSION_DENIED" },
  ],
  ["no credit by the status", { response: { status_code: 402, body: {} } }, "line_quota_exhausted", { status: 402 }],
  [
    "a filter by the code",
    { response: { status_code: 400, body: { error: { code: "content_filter", message: "filtered" } } } },
    "answer_filtered",
    { code: "content_filter" },
  ],
  [
    "a filter by the code within",
    {
      response: {
        status_code: 400,
        body: { error: { code: "400", message: "f", innererror: { code: "ResponsibleAIPolicyViolation" } } },
      },
    },
    "answer_filtered",
    { code: "ResponsibleAIPolicyViolation" },
  ],
  [
    "an error in the choice",
    {
      response: {
        status_code: 200,
        body: { choices: [{ finish_reason: "error", error: { code: 502, message: "down" } }] },
      },
    },
    "line_server_error",
    { status: 502, message: "down" },
  ],
];

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

  it.each(ODD_ANSWERS)("is an answer whatever is odd beside it: %s", (_name, odd) => {
    expect(readLine(raw(odd))).toMatchObject({ kind: "answer", requestId: "r1", text: "{}" });
  });

  it.each([
    ["a number that is none", '{"custom_id":"r1","x":NaN,'],
    ["words of another language", '{"custom_id":"r1","x":[None,True],'],
    ["the quotes of another language", "{'custom_id':'r1','x':'it\\'s \"odd\"',"],
    ["a tab in a text", '{"custom_id":"r1","x":"a\tb",'],
    ["an unknown escape", String.raw`{"custom_id":"r1","x":"\'\\",`],
  ])("is an answer although it is no good JSON: %s", (_name, start) => {
    const text = `${start}"response":${JSON.stringify(served)},}`;
    expect(readLine(Buffer.from(text))).toMatchObject({ kind: "answer", requestId: "r1", text: "{}" });
  });

  it.each(USAGES)("states its usage as far as it is known: %s", (_name, given, expected) => {
    const read = readLine(raw({ response: { ...served, body: { ...good, usage: given } } }));
    expect(read.kind === "answer" && read.usage).toMatchObject(expected);
  });

  it.each(ODD_CONTENTS)("holds its text as %s", (_name, message, text = "{}") => {
    expect(readLine(completion(message as object))).toMatchObject({ kind: "answer", text });
  });

  it.each(ODD_FAILURES)("keeps the provider's words: %s", (_name, odd, code, words) => {
    const read = readLine(raw(odd));
    expect(read).toMatchObject({ kind: "failure", requestId: "r1", code, words });
    if (read.kind === "failure") expect(read.message).toContain(words.message ?? "");
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
