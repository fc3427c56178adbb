import type { Context } from "../lib/context.ts";
import { DatabaseCopiedError, openInstallation } from "../lib/installation/installation.ts";

export const EMULATOR_NOTICE =
  "No provider is configured (OPENAI_API_KEY or AZURE_OPENAI_ENDPOINT), so the built-in emulator answers. No language model is involved and no data leaves this machine. The samples come with hand-written answers; for other sessions, answers are made up from word lists.";

/** What to say where the database is known to be a copy, or to have been set back. */
export async function copiedNotice(ctx: Context): Promise<string | undefined> {
  const { copied } = await openInstallation(ctx);
  return copied ? new DatabaseCopiedError(copied).message : undefined;
}
