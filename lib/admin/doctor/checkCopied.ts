import type { PipelineContext } from "../../context.ts";
import { DatabaseCopiedError } from "../../installation/installation.ts";
import { lookForCopies } from "../../installation/lookForCopies.ts";
import { COPIED_ADVICE, type Copied, describeCopied } from "../../installation/signs.ts";
import { ProviderError } from "../../provider/errors.ts";
import type { Finding } from "./invariant.ts";

/** Whether this database is a copy, or was set back: as far as it can tell by itself, if the provider cannot be asked. */
export async function checkCopied(ctx: PipelineContext): Promise<Finding[]> {
  try {
    await lookForCopies(ctx);
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
