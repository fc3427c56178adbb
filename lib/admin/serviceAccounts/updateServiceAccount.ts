import { z } from "zod";
import { notFound } from "../../api/errors.ts";
import { id } from "../../api/fields.ts";
import { assertMayGrant } from "../../api/mayGrant.ts";
import { type Acting, audit, defineOperation } from "../../api/operation.ts";
import { permissionsOfRole } from "../../auth/permissions.ts";
import type { Context } from "../../context.ts";
import { PlatformRole } from "../../db/enums.ts";
import { inTransaction } from "../../db/pool.ts";
import { nullable, oneOf, statement, text, timestamp } from "../../db/statement.ts";
import { READ_SERVICE_ACCOUNT, type ServiceAccountRow, serviceAccountRow } from "./serviceAccountRow.ts";

const fields = z.strictObject({ id, role: z.enum(PlatformRole).optional(), disabled: z.boolean().optional() });

export const updateServiceAccount = defineOperation({
  name: "updateServiceAccount",
  summary: "Changes a service account's role, or disables or enables it. Its keys follow immediately.",
  method: "PATCH",
  path: "/api/admin/service-accounts/{id}",
  permission: "keys.write",
  input: fields.refine(({ role, disabled }) => role !== undefined || disabled !== undefined, {
    error: "nothing to change. Give a role or disabled",
  }),
  example: { id: "service_account_id_1", disabled: false },
  output: z.object({ serviceAccount: serviceAccountRow }),
  run: async (ctx, given) => ({ serviceAccount: await changeServiceAccount(ctx, given) }),
});

/** Changes a service account, and records who did. */
export function changeServiceAccount(
  ctx: Context & Acting,
  { id: accountId, role, disabled }: z.output<typeof fields>,
): Promise<ServiceAccountRow> {
  return inTransaction(ctx.db, async (tx) => {
    const action = "service_accounts.update";
    const now = ctx.clock.now();
    await LOCK.run(tx, { id: accountId });
    const before = await READ_SERVICE_ACCOUNT.first(tx, { id: accountId, now });
    if (!before) throw notFound("service account");
    assertMayGrant(ctx, action, permissionsOfRole(before.role));
    if (role !== undefined) assertMayGrant(ctx, action, permissionsOfRole(role));
    const disabledAt = disabled === undefined ? before.disabledAt : disabled ? (before.disabledAt ?? now) : null;
    await UPDATE.run(tx, { id: accountId, role: role ?? before.role, disabledAt, now });
    await audit(ctx, tx, {
      action,
      outcome: "done",
      target: { type: "service_account", id: accountId },
      details: {
        ...(role !== undefined && role !== before.role ? { role: { from: before.role, to: role } } : {}),
        ...(disabled === undefined ? {} : { disabled }),
      },
    });
    return { ...before, role: role ?? before.role, disabledAt };
  });
}

const LOCK = statement({ sql: `SELECT 1 FROM "ServiceAccount" WHERE "id" = $1 FOR UPDATE`, params: { id: text } });

const UPDATE = statement({
  sql: `UPDATE "ServiceAccount" SET "role" = $2, "disabledAt" = $3, "updatedAt" = $4 WHERE "id" = $1`,
  params: { id: text, role: oneOf("PlatformRole", PlatformRole), disabledAt: nullable(timestamp), now: timestamp },
});
