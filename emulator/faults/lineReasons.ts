import { z } from "zod";
import { defineFault } from "./fault.ts";

export const lineReasons = defineFault({
  kind: "line_reasons",
  summary: "The model reasons for this many tokens before it answers, which uses up any lower limit. Billed.",
  at: "line",
  params: z.strictObject({ tokens: z.coerce.number().int().min(1).max(1_000_000).default(3_000) }),
  onAnswer: (answer, { tokens }) => {
    const { usage, room, text } = answer;
    const needed = tokens + usage.outputTokens;
    if (room === null || needed <= room) {
      return { ...answer, usage: { ...usage, outputTokens: needed, reasoningTokens: tokens } };
    }
    const spent = { ...usage, outputTokens: room, reasoningTokens: Math.min(tokens, room) };
    return { ...answer, text: room > tokens ? text.slice(0, 1) : "", finishReason: "length", usage: spent };
  },
});
