import { addServiceAccount, newServiceAccount } from "../../../lib/admin/serviceAccounts/createServiceAccount.ts";
import { listServiceAccounts } from "../../../lib/admin/serviceAccounts/listServiceAccounts.ts";
import { changeServiceAccount } from "../../../lib/admin/serviceAccounts/updateServiceAccount.ts";
import { callOperation, parseInput } from "../../../lib/api/operation.ts";
import { inTransaction } from "../../../lib/db/pool.ts";
import { idOf } from "../../given.ts";
import { inUtc, print, printJson, textTable } from "../../printed.ts";
import { readUpTo } from "../../readUpTo.ts";
import { atOurs, withOperations } from "../../withRuntime.ts";

const HEAD = ["NAME", "ROLE", "STATE", "KEYS", "LAST USED", "CREATED", "ID"];

export function createAccount(options: { name: string; role: string }): Promise<void> {
  return atOurs(async (ctx) => {
    const wanted = parseInput(newServiceAccount, options);
    const { name, role } = await inTransaction(ctx.db, (tx) => addServiceAccount(ctx, tx, wanted));
    print(`The service account "${name}" has been created with the role ${role}.\n`);
  });
}

export function listAccounts({ json }: { json?: boolean }): Promise<void> {
  return withOperations(async (ctx) => {
    const { rows: serviceAccounts } = await readUpTo(Number.POSITIVE_INFINITY, async (page) => {
      const { serviceAccounts, nextCursor } = await callOperation(ctx, listServiceAccounts, page);
      return { rows: serviceAccounts, nextCursor };
    });
    if (json) return printJson({ serviceAccounts });
    if (serviceAccounts.length === 0) return print("There are no service accounts.\n");
    const rows = serviceAccounts.map((account) => [
      account.name,
      account.role,
      account.disabledAt ? "disabled" : "active",
      account.keys,
      inUtc(account.lastUsedAt) || "never",
      inUtc(account.createdAt),
      account.id,
    ]);
    print(textTable(HEAD, rows));
  });
}

export function setDisabled(given: string, disabled: boolean): Promise<void> {
  return atOurs(async (ctx) => {
    const id = await idOf(ctx, "ServiceAccount", given, `No service account is named "${given}".`);
    const { name } = await changeServiceAccount(ctx, { id, disabled });
    const keys = disabled ? "Its keys have stopped working." : "Its keys work again.";
    print(`The service account "${name}" has been ${disabled ? "disabled" : "enabled"}. ${keys}\n`);
  });
}
