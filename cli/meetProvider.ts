import { DEFAULT_ACCOUNT } from "../lib/accounts/account.ts";
import { contextsOf } from "../lib/accounts/inAccount.ts";
import type { PipelineContext } from "../lib/context.ts";
import { askProvider } from "../lib/pipeline/askProvider.ts";
import type { Runtime } from "./runtime.ts";

/** Says in the log where the database guards less than it could. It never prevents a start. */
export async function meetDatabase({ ctx, readWeaknesses }: Runtime): Promise<void> {
  for (const { id, explanation, advice } of await readWeaknesses()) {
    ctx.log.warn({ event: "database.weaker", weakness: id, message: `${explanation} ${advice}` });
  }
}

/**
 * Asks the provider before the pipeline starts, and says so where it does not answer as it should. Whatever it says,
 * everything starts: results are read and imports go on without it, and what it refuses is tried again.
 */
export async function meetProvider(
  { ctx, emulated }: { ctx: PipelineContext; emulated: boolean },
  say: (text: string) => void = () => {},
): Promise<void> {
  if (emulated) return;
  await Promise.all((await contextsOf(ctx, "those_that_open")).map((account) => meetAccount(account, say)));
}

async function meetAccount(ctx: PipelineContext, say: (text: string) => void): Promise<void> {
  const of = ctx.accountId === DEFAULT_ACCOUNT ? "" : ` of the account "${ctx.accountId}"`;
  const state = await askProvider(ctx);
  if (state.kind === "refuses")
    say(`New batches${of} are on hold: ${state.message} Nothing new is sent until the provider accepts calls again.`);
  if (state.kind === "silent") say(`Cannot reach the provider${of}: ${state.message} LiveDash keeps trying.`);
}
