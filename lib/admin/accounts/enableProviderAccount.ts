import { z } from "zod";
import { enableAccount } from "../../accounts/storeAccount.ts";
import { defineOperation } from "../../api/operation.ts";
import { accountId, accountRow } from "./accountRow.ts";
import { changeAccount } from "./changeAccount.ts";

export const enableProviderAccount = defineOperation({
  name: "enableProviderAccount",
  summary: "Sends requests to a disabled account again, from the next round on.",
  method: "POST",
  path: "/api/admin/provider-accounts/{id}/enable",
  permission: "spending.control",
  confirmed: "not needed",
  input: z.strictObject({ id: accountId }),
  example: { id: "azure-eu" },
  output: z.object({ changed: z.boolean(), account: accountRow }),
  run: (ctx, { id }) =>
    changeAccount(ctx, id, { action: "accounts.enable", alsoDefault: true, make: (tx) => enableAccount(tx, id) }),
});
