import { z } from "zod";
import { sealKey } from "../../accounts/sealKey.ts";
import { replaceKey } from "../../accounts/storeAccount.ts";
import { defineOperation } from "../../api/operation.ts";
import { accountId, accountRow } from "./accountRow.ts";
import { changeAccount } from "./changeAccount.ts";
import { accountKey } from "./createProviderAccount.ts";
import { refuseKeyOfAnother } from "./refuseKeyOfAnother.ts";

export const replaceProviderKey = defineOperation({
  name: "replaceProviderKey",
  summary:
    "Replaces an account's key by another one of the same account. Every process uses it from its next round on.",
  method: "POST",
  path: "/api/admin/provider-accounts/{id}/key",
  permission: "accounts.write",
  input: z.strictObject({ id: accountId, key: accountKey }),
  example: { id: "azure-eu", key: "another-api-key" },
  output: z.object({ account: accountRow }),
  run: async (ctx, { id, key }) => {
    const sealed = sealKey(ctx.config, id, key);
    const { account } = await changeAccount(ctx, id, {
      action: "accounts.replace_key",
      alsoDefault: false,
      make: async (tx) => {
        await refuseKeyOfAnother(ctx, tx, id, key);
        await replaceKey(tx, id, sealed);
        return true;
      },
    });
    return { account };
  },
});
