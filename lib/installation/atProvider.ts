import type { Context } from "../context.ts";
import { type Step, step } from "../step.ts";
import type { Installation } from "./installation.ts";
import { assertNotCopied } from "./lookForCopies.ts";

/**
 * Runs a step that changes something at the provider: uploads, creates, cancels or deletes. Not in a copy.
 * @throws DatabaseCopiedError, and what the action throws
 */
export function atProvider<T>(
  ctx: Context,
  name: Step,
  action: (installation: Installation) => Promise<T>,
): Promise<T> {
  return step(ctx, name, async () => action(await assertNotCopied(ctx)));
}
