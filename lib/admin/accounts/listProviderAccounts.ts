import { z } from "zod";
import { defineOperation } from "../../api/operation.ts";
import { accountRow, listAccountRows } from "./accountRow.ts";

export const listProviderAccounts = defineOperation({
  name: "listProviderAccounts",
  summary: "Lists the accounts at providers to which requests are sent, with their models. Keys are never shown.",
  method: "GET",
  path: "/api/admin/provider-accounts",
  permission: "accounts.read",
  input: z.strictObject({}),
  example: {},
  output: z.object({ accounts: z.array(accountRow) }),
  run: async (ctx) => ({ accounts: await listAccountRows(ctx.db) }),
});
