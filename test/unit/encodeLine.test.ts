import { expect, it } from "vitest";
import { encodeLine } from "../../lib/providers/openai/encodeLine.ts";

const REQUEST = { id: "r1", model: "m", system: "s", user: "u", schemaName: "n", schema: { a: 1 }, maxOutputTokens: 7 };

it.each([
  [
    "/v1/chat/completions",
    {
      model: "m",
      messages: [
        { role: "system", content: "s" },
        { role: "user", content: "u" },
      ],
      response_format: { type: "json_schema", json_schema: { name: "n", strict: true, schema: { a: 1 } } },
      max_completion_tokens: 7,
    },
  ],
  [
    "/v1/responses",
    {
      model: "m",
      instructions: "s",
      input: [{ role: "user", content: "u" }],
      text: { format: { type: "json_schema", name: "n", strict: true, schema: { a: 1 } } },
      max_output_tokens: 7,
      store: false,
    },
  ],
])("a line for %s asks in that endpoint's words", (endpoint, body) => {
  expect(JSON.parse(encodeLine(endpoint, REQUEST))).toEqual({ custom_id: "r1", method: "POST", url: endpoint, body });
});

it("no line is written for an endpoint that is not known", () => {
  expect(() => encodeLine("toString", REQUEST)).toThrow(expect.objectContaining({ code: "provider_refused" }));
});

it("a line of an input file holds nothing that any reader takes for a line end", () => {
  const user = "a\nb\rc\u000bd\fe\u001cf\u001dg\u001eh\u0085i\u2028j\u2029k\u{1f600}";
  const line = encodeLine("/v1/chat/completions", { ...REQUEST, user });
  expect(line).not.toMatch(/\p{Cc}|\p{Zl}|\p{Zp}/u);
  expect(JSON.parse(line).body.messages[1].content).toBe(user);
});
