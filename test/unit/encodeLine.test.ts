import { expect, it } from "vitest";
import { encodeLine } from "../../lib/providers/openai/encodeLine.ts";

it("a line of an input file holds nothing that any reader takes for a line end", () => {
  const user = "a\nb\rc\u000bd\fe\u001cf\u001dg\u001eh\u0085i\u2028j\u2029k\u{1f600}";
  const request = { id: "r1", model: "m", system: "s", user, schemaName: "n", schema: {}, maxOutputTokens: 1 };
  const line = encodeLine("/v1/chat/completions", request);
  expect(line).not.toMatch(/\p{Cc}|\p{Zl}|\p{Zp}/u);
  expect(JSON.parse(line).body.messages[1].content).toBe(user);
});
