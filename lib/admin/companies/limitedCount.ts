import { z } from "zod";

/** A count that does not go on for ever: its cost must not grow with the company. */
export const limitedCount = z.object({
  count: z.number().int().nonnegative(),
  isMore: z.boolean().meta({ description: "Whether there are more than the count." }),
});

/** SQL for a LimitedCount of the rows that `from` (a FROM clause with its conditions) finds. */
export function countUpTo(limit: number, from: string): string {
  return `(SELECT json_build_object('count', LEAST(count(*), ${limit}), 'isMore', count(*) > ${limit})
             FROM (SELECT 1 ${from} LIMIT ${limit + 1}) counted)`;
}
