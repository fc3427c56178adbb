import type { z } from "zod";
import { addServiceAccount, newServiceAccount } from "../../../lib/admin/serviceAccounts/createServiceAccount.ts";
import { listServiceAccounts } from "../../../lib/admin/serviceAccounts/listServiceAccounts.ts";
import type { serviceAccountRow } from "../../../lib/admin/serviceAccounts/serviceAccountRow.ts";
import { changeServiceAccount } from "../../../lib/admin/serviceAccounts/updateServiceAccount.ts";
import { RefusedError } from "../../../lib/api/errors.ts";
import { callVerb, parseInput } from "../../../lib/api/verb.ts";
import { inTransaction } from "../../../lib/db/pool.ts";
import { atOurs } from "../../atOurs.ts";
import { inUtc, print, printJson, textTable } from "../../printed.ts";
import { withVerbs } from "../../withVerbs.ts";

const HEAD = ["NAME", "ROLE", "STATE", "KEYS", "LAST USED", "CREATED", "ID"];

export function createAccount(options: { name: string; role: string }): Promise<void> {
  return atOurs(async (ctx) => {
    const wanted = parseInput(newServiceAccount, options);
    const { name, role } = await inTransaction(ctx.db, (tx) => addServiceAccount(ctx, tx, wanted));
    print(`The service account "${name}" has been created with the role ${role}.\n`);
  });
}

export function listAccounts({ json }: { json?: boolean }): Promise<void> {
  return withVerbs(async (ctx) => {
    const serviceAccounts: z.output<typeof serviceAccountRow>[] = [];
    let cursor: string | null = null;
    do {
      const page: z.output<typeof listServiceAccounts.output> = await callVerb(ctx, listServiceAccounts, {
        limit: 200,
        ...(cursor ? { cursor } : {}),
      });
      serviceAccounts.push(...page.serviceAccounts);
      cursor = page.nextCursor;
    } while (cursor);
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
    const { rows } = await ctx.db.query<{ id: string }>(
      `SELECT "id" FROM "ServiceAccount" WHERE $1 IN ("name", "id") ORDER BY "name" = $1 DESC LIMIT 1`,
      [given.trim()],
    );
    if (!rows[0]) throw new RefusedError("not_found", `No service account is named "${given}".`);
    const { name } = await changeServiceAccount(ctx, { id: rows[0].id, disabled });
    const keys = disabled ? "Its keys have stopped working." : "Its keys work again.";
    print(`The service account "${name}" has been ${disabled ? "disabled" : "enabled"}. ${keys}\n`);
  });
}
