import { RefusedError } from "../../api/errors.ts";
import type { PipelineContext } from "../../context.ts";
import { DatabaseCopiedError } from "../../installation/installation.ts";
import { assertNotCopied } from "../../installation/lookForCopies.ts";

/**
 * What is decided of a batch in a copy would be forgotten: what the provider has of it would not be taken over with the copy.
 * @throws RefusedError `database_copied`
 */
export async function refuseInCopy(ctx: PipelineContext): Promise<void> {
  try {
    await assertNotCopied(ctx);
  } catch (cause) {
    if (cause instanceof DatabaseCopiedError) throw new RefusedError("database_copied", cause.message, { cause });
    throw cause;
  }
}
