import { expect, it } from "vitest";
import { moreRoom, reachedLimit } from "../../lib/pipeline/collect/outputRoom.ts";
import { readUsage } from "../../lib/providers/openai/readUsage.ts";

const request = { processingType: "session-analysis", maxOutputTokens: null };
const used = (completion_tokens: number, reasoning_tokens: number | null) =>
  readUsage({ prompt_tokens: 1, completion_tokens, completion_tokens_details: { reasoning_tokens } });

it.each([
  ["twice the room after an answer that was cut off", null, used(1_000, 0), 2_000],
  ["twice the room where nothing is known of its usage", null, null, 2_000],
  ["up to eight times", 8_000, used(8_000, 0), 8_000],
  ["room at once for a model that only reasoned", null, used(1_000, 1_000), 5_000],
  ["room by what was reasoned beyond the limit", null, used(9_000, 9_000), 37_000],
  ["room within an end", 64_000, used(64_000, 64_000), 64_000],
  ["never less than before", 37_000, used(37_000, 20_000), 37_000],
])("gives %s", (_name, maxOutputTokens, usage, room) => {
  expect(moreRoom({ ...request, maxOutputTokens }, usage)).toBe(room);
});

it("knows an answer that was cut off by its length alone", () => {
  expect(reachedLimit(request, used(1_000, 0))).toBe(true);
  expect(reachedLimit(request, used(999, 0))).toBe(false);
  expect(reachedLimit({ ...request, maxOutputTokens: 2_000 }, used(1_000, 0))).toBe(false);
  expect(reachedLimit(request, null)).toBe(false);
});
