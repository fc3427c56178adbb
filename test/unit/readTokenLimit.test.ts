import { expect, it } from "vitest";
import { readTokenLimit } from "../../lib/providers/openai/readTokenLimit.ts";

it.each([
  [
    "Enqueued token limit reached for gpt-6-luna in organization org-1. Limit: 2000000 enqueued tokens. Please try again",
    2_000_000,
  ],
  ["Enqueued token limit reached for gpt-6.1-sol in organization o. Limit: 2,000,000 enqueued tokens.", 2_000_000],
  ["Limit: 30K enqueued tokens", 30_000],
  ["Limit: 2M", 2_000_000],
  ["Limit: 1.5M tokens", 1_500_000],
  ["limit is 1,5 million tokens", 1_500_000],
  ["Limit: 2 million enqueued tokens.", 2_000_000],
  ["Limit: 15 billion", 15_000_000_000],
  ["Limit: 2 000 000 enqueued tokens", 2_000_000],
  ["Limit: 2\u202f000\u202f000 enqueued tokens", 2_000_000],
  ["Limit: 2.000.000 enqueued tokens", 2_000_000],
  ["Limit: 2_000_000", 2_000_000],
  ["Limit: 90000.", 90_000],
  ["the limit of 90,000 tokens was reached (requested 120,000)", 90_000],
  ["Limit: 3 batches. Limit: 40,000 enqueued tokens.", 40_000],
  ["Limit (tokens): 30k, requested: 45k", 30_000],
  ["max 500k tokens may be enqueued", 500_000],
  ["Limit: 3 batches", undefined],
  ["Limit: 3 concurrent batches", undefined],
  ["Limit: 0 enqueued tokens", undefined],
  ["Enqueued token limit reached for gpt-6.", undefined],
  ["", undefined],
])("%s", (message, limit) => {
  expect(readTokenLimit(message)).toBe(limit);
});
