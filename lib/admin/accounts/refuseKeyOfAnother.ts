import { DEFAULT_ACCOUNT, readAccounts } from "../../accounts/account.ts";
import { openKey } from "../../accounts/sealKey.ts";
import { RefusedError } from "../../api/errors.ts";
import type { Context } from "../../context.ts";
import type { Sql } from "../../db/pool.ts";
import { codeOf } from "../../errors.ts";

/**
 * Two accounts with one key are one: whoever gives it has taken the wrong key. Two keys of one account cannot be told.
 * @throws RefusedError `conflict`
 */
export async function refuseKeyOfAnother({ config }: Context, sql: Sql, id: string, key: string): Promise<void> {
  const isDefault = key === config.OPENAI_API_KEY || key === config.AZURE_OPENAI_API_KEY;
  const others = (await readAccounts(sql)).filter((account) => account.id !== id);
  const stored = others.find(({ id, apiKey }) => apiKey !== null && isKeyOf(config, id, apiKey, key));
  const owner = isDefault ? DEFAULT_ACCOUNT : stored?.id;
  if (!owner) return;
  throw new RefusedError("conflict", `This is the key of the account "${owner}". Give the key of "${id}".`);
}

function isKeyOf(config: Context["config"], id: string, sealed: string, key: string): boolean {
  try {
    return openKey(config, id, sealed) === key;
  } catch (error) {
    if (codeOf(error) === "seal_broken") return false;
    throw error;
  }
}
