import { withAccountOf } from "../../accounts/inAccount.ts";
import { RefusedError } from "../../api/errors.ts";
import type { PipelineContext } from "../../context.ts";
import { LiveDashError } from "../../errors.ts";

/** The call's context, with the account that a batch was made in. @throws RefusedError `conflict` if it cannot be used here */
export async function inAccountOf<C extends PipelineContext>(ctx: C, provider: string): Promise<C> {
  try {
    return await withAccountOf(ctx, provider);
  } catch (cause) {
    if (cause instanceof LiveDashError) throw new RefusedError("conflict", cause.message, { cause });
    throw cause;
  }
}
