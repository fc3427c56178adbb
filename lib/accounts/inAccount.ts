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
