import { RefusedError } from "../lib/api/errors.ts";
import { codeOf } from "../lib/errors.ts";

/** Where no account is named so, says how to see which there are. */
export async function ofAccount<T>(id: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (codeOf(error) !== "not_found") throw error;
    const message = `No account is named "${id}". To see which there are, run \`livedash provider list\`.`;
    throw new RefusedError("not_found", message);
  }
}
