import { z } from "zod";
import { disableAccount } from "../../accounts/storeAccount.ts";
import { reason } from "../../api/fields.ts";
import { defineOperation } from "../../api/operation.ts";
import { waitForCreates } from "../../throttle/spendingStop.ts";
import { accountId, accountRow } from "./accountRow.ts";
import { changeAccount } from "./changeAccount.ts";

export const disableProviderAccount = defineOperation({
  name: "disableProviderAccount",
  summary:
    "Sends nothing new to an account until it is enabled. What runs there is collected; other accounts continue.",
  method: "POST",
  path: "/api/admin/provider-accounts/{id}/disable",
  permission: "spending.control",
  confirmed: "not needed",
  input: z.strictObject({ id: accountId, reason }),
  example: { id: "azure-eu", reason: "The contract has ended" },
  output: z.object({
    changed: z.boolean(),
    settled: z.boolean().meta({ description: "False if a batch was being created and may still have gone through." }),
    account: accountRow,
  }),
  run: async (ctx, { id, reason }) => {
    const done = await changeAccount(ctx, id, {
      action: "accounts.disable",
      details: { reason },
      alsoDefault: true,
      make: (tx) => disableAccount(tx, id, { at: ctx.clock.now(), by: ctx.actor.name, reason }),
    });
    return { ...done, settled: await waitForCreates(ctx) };
  },
});
