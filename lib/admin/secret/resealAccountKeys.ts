import { readAccounts, type StoredAccount } from "../../accounts/account.ts";
import { openKey, sealKey } from "../../accounts/sealKey.ts";
import { resealKey } from "../../accounts/storeAccount.ts";
import type { Context } from "../../context.ts";
import { codeOf } from "../../errors.ts";
import { sealedWith } from "../../secret/sealing.ts";
import { currentKey } from "../../secret/secret.ts";
import type { Resealed } from "./resealed.ts";

/** The keys of accounts at providers: a handful. */
export async function resealAccountKeys(ctx: Context): Promise<Resealed> {
  const resealed: Resealed = { done: 0, broken: [] };
  const current = sealedWith(currentKey(ctx.config));
  for (const account of await readAccounts(ctx.db)) {
    if (account.apiKey === null || account.apiKey.startsWith(current)) continue;
    const apiKey = reseal(ctx, account, account.apiKey);
    if (apiKey === undefined) resealed.broken.push(account.id);
    else {
      await resealKey(ctx.db, { id: account.id, version: account.version, apiKey });
      resealed.done++;
    }
  }
  return resealed;
}

function reseal({ config }: Context, { id }: StoredAccount, sealed: string): string | undefined {
  try {
    return sealKey(config, id, openKey(config, id, sealed));
  } catch (error) {
    if (codeOf(error) === "seal_broken") return undefined;
    throw error;
  }
}
