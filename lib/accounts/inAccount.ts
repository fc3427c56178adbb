import type { PipelineContext } from "../context.ts";
import { LiveDashError } from "../errors.ts";

/** This context with each account in turn, its own first. @throws LiveDashError if one cannot be opened and all are needed */
export async function contextsOf<C extends PipelineContext>(ctx: C, need: "all" | "those_that_open"): Promise<C[]> {
  const { accounts, broken } = await ctx.accounts.list(ctx.db);
  const [first] = broken;
  if (need === "all" && first) throw new LiveDashError("account_unavailable", sayBroken(first));
  const others = accounts.filter(({ accountId }) => accountId !== ctx.accountId);
  return [ctx, ...others.map((account) => ({ ...ctx, ...account }))];
}

export function sayBroken({ accountId, error }: { accountId: string; error: Error }): string {
  return `The account "${accountId}" cannot be used. ${error.message}`;
}

/**
 * Runs a round in each account, all at the same time: one that is refused or broken keeps no other from its own.
 * Answers the sums of what they counted; throws the first failure once all have ended.
 */
export async function inEachAccount<T extends Record<string, number>>(
  ctx: PipelineContext,
  round: (ctx: PipelineContext) => Promise<T>,
): Promise<Record<string, number>> {
  const contexts = await contextsOf(ctx, "those_that_open");
  return sumOf(await Promise.allSettled(contexts.map((context) => round(context))));
}

/** @throws the first failure among them */
export function sumOf(ended: readonly PromiseSettledResult<Record<string, number>>[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const end of ended) {
    if (end.status === "rejected") throw end.reason;
    for (const [name, count] of Object.entries(end.value)) sums[name] = (sums[name] ?? 0) + count;
  }
  return sums;
}

/**
 * The same context, with the account that a batch was made in.
 * @param provider as the batch has it
 * @throws LiveDashError `account_unavailable` if it is not configured here, or cannot be opened
 */
export async function withAccountOf<C extends PipelineContext>(ctx: C, provider: string): Promise<C> {
  if (ctx.provider.name === provider) return ctx;
  const found = (await contextsOf(ctx, "those_that_open")).find((context) => context.provider.name === provider);
  if (found) return found;
  throw new LiveDashError(
    "account_unavailable",
    `The account "${provider}" cannot be used here. To see why, run \`livedash provider list\`.`,
  );
}
