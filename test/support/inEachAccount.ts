import { contextsOf } from "../../lib/accounts/inAccount.ts";
import type { PipelineContext } from "../../lib/context.ts";

/**
 * A round in each account, all at the same time, and all waited for.
 * @throws the first failure once all have ended
 */
export async function inEachAccount(
  ctx: PipelineContext,
  round: (ctx: PipelineContext) => Promise<unknown>,
): Promise<void> {
  const contexts = await contextsOf(ctx, "those_that_open");
  const ended = await Promise.allSettled(contexts.map((context) => round(context)));
  for (const end of ended) if (end.status === "rejected") throw end.reason;
}
