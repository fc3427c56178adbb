import type { PipelineContext } from "../../context.ts";
import { DatabaseCopiedError } from "../../installation/installation.ts";
import { assertNotCopied, lookForCopies } from "../../installation/lookForCopies.ts";
import { COPIED_ADVICE, type Copied, describeCopied } from "../../installation/signs.ts";
import { ProviderError } from "../../providers/contract/errors.ts";
import type { Finding } from "./invariant.ts";

/** Whether this database is a copy, or was set back; from a provider that cannot be reached its marks are not asked for. */
export async function checkCopied(ctx: PipelineContext, isReached: boolean): Promise<Finding[]> {
  try {
    await (isReached ? lookForCopies(ctx) : assertNotCopied(ctx));
    return [];
  } catch (error) {
    if (error instanceof DatabaseCopiedError) return [toFinding(error.copied)];
    if (error instanceof ProviderError) return [];
    throw error;
  }
}

function toFinding(copied: Copied): Finding {
  const { sign, detail } = copied;
  const example = detail === null ? sign : `${sign} ${detail}`;
  const explanation = describeCopied(copied);
  return { id: "database_copied", explanation, count: 1, examples: [example], repaired: 0, advice: COPIED_ADVICE };
}
