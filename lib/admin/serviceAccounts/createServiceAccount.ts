import { z } from "zod";
import { notFound, RefusedError } from "../../api/errors.ts";
import { lineOfText } from "../../api/fields.ts";
import { assertMayGrant } from "../../api/mayGrant.ts";
import { type Acting, audit, defineOperation } from "../../api/operation.ts";
import { permissionsOfRole } from "../../auth/permissions.ts";
import type { Context } from "../../context.ts";
import { PlatformRole } from "../../db/enums.ts";
import { inTransaction, type Transaction } from "../../db/pool.ts";
import { oneOf, statement, text, timestamp } from "../../db/statement.ts";
import { READ_SERVICE_ACCOUNT, type ServiceAccountRow, serviceAccountRow } from "./serviceAccountRow.ts";

export const newServiceAccount = z.strictObject({ name: lineOfText(90), role: z.enum(PlatformRole) });

export const createServiceAccount = defineOperation({
  name: "createServiceAccount",
  summary: "Creates a service account: a program that has keys of its own and does not depend on any person.",
  method: "POST",
  path: "/api/admin/service-accounts",
  permission: "keys.write",
  input: newServiceAccount,
  example: { name: "nightly report", role: "SUPPORT" },
  output: z.object({ serviceAccount: serviceAccountRow }),
  run: async (ctx, given) => ({
    serviceAccount: await inTransaction(ctx.db, (tx) => addServiceAccount(ctx, tx, given)),
  }),
});

/** Makes a service account, and records who did. */
export async function addServiceAccount(
  ctx: Context & Acting,
  tx: Transaction,
  { name, role }: z.output<typeof newServiceAccount>,
): Promise<ServiceAccountRow> {
  const action = "service_accounts.create";
  assertMayGrant(ctx, action, permissionsOfRole(role));
  const accountId = ctx.newId();
  const now = ctx.clock.now();
  const inserted = await INSERT.run(tx, { id: accountId, name, role, createdBy: ctx.actor.name, now });
  if (!inserted) throw new RefusedError("conflict", `A service account named "${name}" already exists.`);
  await audit(ctx, tx, {
    action,
    outcome: "done",
    target: { type: "service_account", id: accountId },
    details: { role },
  });
  const made = await READ_SERVICE_ACCOUNT.first(tx, { id: accountId, now });
  if (!made) throw notFound("service account");
  return made;
}

const INSERT = statement({
  sql: `INSERT INTO "ServiceAccount" ("id", "name", "role", "createdBy", "createdAt", "updatedAt")
        VALUES ($1, $2, $3, $4, $5, $5) ON CONFLICT ("name") DO NOTHING`,
  params: { id: text, name: text, role: oneOf("PlatformRole", PlatformRole), createdBy: text, now: timestamp },
});
