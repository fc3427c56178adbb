import { RefusedError } from "../../lib/api/errors.ts";
import type { CallContext } from "../../lib/api/operation.ts";
import { jsonLines, placeBefore, readSealed } from "../../lib/audit/readSealed.ts";
import { momentOf } from "../given.ts";
import { print } from "../printed.ts";
import { withOperations } from "../withRuntime.ts";

const LOOK_AGAIN_MS = 2_000;

export interface FollowOptions {
  since?: string;
  after?: string;
  once?: boolean;
}

/** Prints the sealed entries of the audit log as JSON lines, and those to come as they are sealed, until it is stopped. */
export function follow(options: FollowOptions): Promise<void> {
  return withOperations(async (ctx) => {
    let after = await startOf(ctx, options);
    while (!ctx.stopping.aborted) {
      for await (const page of readSealed(ctx.db, after)) {
        print(jsonLines(page));
        after = page.at(-1)?.sequence ?? after;
        if (ctx.stopping.aborted) return;
      }
      if (options.once) return;
      await ctx.clock.sleep(LOOK_AGAIN_MS, ctx.stopping);
    }
  });
}

async function startOf(ctx: CallContext, { since, after }: FollowOptions): Promise<number> {
  if (since !== undefined && after !== undefined) {
    throw new RefusedError("invalid_input", "Give --since or --after, not both.");
  }
  if (since !== undefined) return placeBefore(ctx.db, momentOf(ctx, "--since", since));
  const sequence = Number(after ?? 0);
  if (Number.isSafeInteger(sequence) && sequence >= 0) return sequence;
  throw new RefusedError(
    "invalid_input",
    `--after ${after} is not the sequence of an entry. Write a number such as 1234.`,
  );
}
