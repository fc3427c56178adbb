import type { Context } from "../lib/context.ts";
import { DatabaseCopiedError, openInstallation } from "../lib/installation/installation.ts";

export const EMULATOR_NOTICE =
  "No OPENAI_API_KEY is set: the answers come from the built-in emulator. They are made up, and nothing is sent anywhere.";

/** What to say where the database is known to be a copy, or to have been set back. */
export async function copiedNotice(ctx: Context): Promise<string | undefined> {
  const { copied } = await openInstallation(ctx);
  return copied ? new DatabaseCopiedError(copied).message : undefined;
}
