import { z } from "zod";
import { isObject } from "../http/call.ts";
import { changeServed } from "./changeServed.ts";
import { defineFault } from "./fault.ts";

type Usage = Record<string, unknown>;

const HOW = {
  null: () => null,
  list: () => [],
  zero: (usage: Usage) => ({ ...usage, prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 }),
  no_total: ({ total_tokens: _, ...usage }: Usage) => usage,
  total_alone: (usage: Usage) => ({ total_tokens: usage.total_tokens }),
  negative: (usage: Usage) => ({ ...usage, completion_tokens: -1 }),
  negative_detail: (usage: Usage) => ({ ...usage, prompt_tokens_details: { cached_tokens: -1 } }),
  cache_writes: (usage: Usage) => ({ ...usage, prompt_tokens_details: { cached_tokens: 0, cache_write_tokens: 128 } }),
} as const;

const names = Object.keys(HOW) as [keyof typeof HOW];

export const lineUsage = defineFault({
  kind: "line_usage",
  summary: "A line is answered but states its usage in part, not at all, or with impossible numbers. Billed.",
  at: "line",
  params: z.strictObject({ how: z.enum(names).default("null") }),
  onLine: (line, { how }) =>
    changeServed(line, (fields) => {
      const { response } = fields;
      if (!isObject(response) || !isObject(response.body)) return fields;
      const usage = isObject(response.body.usage) ? response.body.usage : {};
      return { ...fields, response: { ...response, body: { ...response.body, usage: HOW[how](usage) } } };
    }),
});
