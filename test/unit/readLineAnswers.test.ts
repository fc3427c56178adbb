import { describe, expect, it } from "vitest";
import { readLine } from "../../lib/providers/openai/readLine.ts";
import { completion, good, line, raw, served, usage } from "./resultLines.ts";

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
  [
    "the call of a tool beside words",
    { content: "Here is {the} analysis.", tool_calls: [{ function: { name: "answer", arguments: "{}" } }] },
  ],
  [
    "the call of a tool behind thoughts",
    { content: "<think>{}</think>", tool_calls: [{ function: { name: "answer", arguments: '{"language":"en"}' } }] },
    '{"language":"en"}',
  ],
  [
    "the call of a function beside words",
    { content: "Here is the analysis.", function_call: { name: "answer", arguments: "{}" } },
  ],
  ["what was parsed beside words", { content: "Done.", parsed: { language: "en" } }, '{"language":"en"}'],
  [
    "itself, and not the call of a tool beside it",
    { content: "{}", tool_calls: [{ function: { name: "answer", arguments: '{"language":"en"}' } }] },
  ],
  [
    "calls of tools that may differ",
    { content: "", tool_calls: [{ function: { arguments: "{}" } }, { function: { arguments: '{"language":"en"}' } }] },
    '{}{"language":"en"}',
  ],
  ["words, and no thought beside them", { content: "I cannot.", reasoning_content: "{}" }, "I cannot."],
  [
    "the use of a tool",
    { content: [{ type: "tool_use", id: "t1", name: "answer", input: { language: "en" } }] },
    '{"language":"en"}',
  ],
  [
    "the use of a tool behind words",
    {
      content: [
        { type: "text", text: "Here: " },
        { type: "tool_use", name: "answer", input: { language: "en" } },
      ],
    },
    'Here: {"language":"en"}',
  ],
  ["the call of a tool, in a part", { content: [{ type: "tool_call", name: "answer", arguments: "{}" }] }],
  ["the call of a tool", { content: null, tool_calls: [{ function: { name: "answer", arguments: "{}" } }] }],
];

const whole = '{\n  "language": "en"\n}';

/** Said to be cut off at the limit, and whole all the same. */
const WHOLE: [string, Buffer][] = [
  ["an object", completion({ content: whole }, "length")],
  ["an object in other words", completion({ content: whole }, "MAX_TOKENS")],
  ["an object and blank lines", completion({ content: `${whole}\n\n \t\n` }, "length")],
  ["an object in a fence", completion({ content: `\`\`\`json\n${whole}\n\`\`\`\n\n` }, "length")],
  ["an object in parts", completion({ content: [{ type: "text", text: whole }] }, "length")],
  [
    "the call of a tool",
    completion({ content: null, tool_calls: [{ function: { name: "answer", arguments: whole } }] }, "length"),
  ],
  [
    "an item of /v1/responses",
    line({
      status_code: 200,
      body: {
        status: "incomplete",
        incomplete_details: { reason: "max_output_tokens" },
        output: [{ type: "message", content: [{ type: "output_text", text: `${whole}\n\n` }] }],
        usage,
      },
    }),
  ],
  [
    "a message alone",
    line({ status_code: 200, body: { role: "assistant", content: whole, stop_reason: "max_tokens" } }),
  ],
];

/** Said to be cut off, and perhaps without something: what came last may have been a draft. */
const CUT: [string, string][] = [
  ["a brace alone", "{"],
  ["all but the last brace", whole.slice(0, -1)],
  ["an object and the start of another", `${whole}\n{"lang`],
  ["an object within words", `At first I thought of ${whole}`],
  ["a text", '"en"'],
  ["a number", "7"],
  ["an empty list", "[]"],
];

describe("a line of a result file", () => {
  it.each(WHOLE)("is an answer that is whole, although it is said to be cut off: %s", (_name, content) => {
    const read = readLine(content);
    expect(read).toMatchObject({ kind: "answer", requestId: "r1" });
    expect(read.kind === "answer" && read.text).toContain(whole);
  });

  it.each(CUT)("is cut off where it is not one whole object: %s", (_name, content) => {
    expect(readLine(completion({ content }, "length"))).toMatchObject({ kind: "failure", code: "answer_cut_off" });
  });

  it("is filtered or refused although its object is whole", () => {
    expect(readLine(completion({ content: whole }, "content_filter"))).toMatchObject({ code: "answer_filtered" });
    expect(readLine(completion({ content: whole }, "refusal"))).toMatchObject({ code: "answer_refused" });
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
});
