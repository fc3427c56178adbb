import { z } from "zod";
import { deleteAccount } from "../../accounts/storeAccount.ts";
import { RefusedError } from "../../api/errors.ts";
import { audit, defineOperation } from "../../api/operation.ts";
import { inTransaction } from "../../db/pool.ts";
import { accountId, readAccountRow } from "./accountRow.ts";
import { refuseDefault } from "./changeAccount.ts";

export const removeProviderAccount = defineOperation({
  name: "removeProviderAccount",
  summary:
    "Removes an account that has no model and no batch in flight, with its key. One that was used is disabled instead.",
  method: "DELETE",
  path: "/api/admin/provider-accounts/{id}",
  permission: "accounts.write",
  input: z.strictObject({ id: accountId }),
  example: { id: "azure-eu" },
  output: z.object({ removed: z.literal(true) }),
  run: (ctx, { id }) =>
    inTransaction(ctx.db, async (tx) => {
      refuseDefault(id);
      const { models, openBatches } = await readAccountRow(tx, id);
      if (models.length > 0 || openBatches > 0) {
        const batches = openBatches === 1 ? "1 batch" : `${openBatches} batches`;
        const has = openBatches > 0 ? `${batches} in flight` : `models (${models.slice(0, 3).join(", ")})`;
        throw new RefusedError("conflict", `The account "${id}" has ${has}. Disable it instead.`);
      }
      await deleteAccount(tx, id);
      const target = { type: "provider_account", id };
      await audit(ctx, tx, { action: "accounts.remove", outcome: "done", target });
      return { removed: true as const };
    }),
});
