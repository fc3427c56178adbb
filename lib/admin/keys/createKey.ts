import { z } from "zod";
import { lineOfText, moment } from "../../api/fields.ts";
import { type Acting, audit, defineOperation } from "../../api/operation.ts";
import { allowedAddresses } from "../../auth/addresses.ts";
import type { Context } from "../../context.ts";
import { inTransaction, type Transaction } from "../../db/pool.ts";
import { DEFAULT_DAYS, detailsOf, insertKey } from "./insertKey.ts";
import { ownerFields, scopes } from "./keyOwner.ts";
import { type KeyRow, keyRow } from "./keyRow.ts";

export const expiresAt = moment.optional().meta({
  description: `At most a year from now. Default: ${DEFAULT_DAYS} days. A key cannot create one that outlives it.`,
});

export const newKey = z
  .strictObject(
    {
      name: lineOfText(100),
      ...ownerFields,
      scopes: scopes.default([]),
      expiresAt,
      allowedAddresses: allowedAddresses
        .default([])
        .meta({ description: "IP addresses and ranges (CIDR) it works from. Empty means anywhere." }),
    },
    { error: (issue) => (isOfOldKey(issue) ? ROLE_IS_OF_OWNER : undefined) },
  )
  .refine(hasOneOwner, { error: "give exactly one of ownerId, serviceAccountId and companyId: whose key it is" });

/** Keys had roles of their own once. */
const ROLE_IS_OF_OWNER = "role: a key has its owner's role. Give ownerId, serviceAccountId or companyId";

function isOfOldKey(issue: { code?: string | undefined; keys?: unknown }): boolean {
  return issue.code === "unrecognized_keys" && Array.isArray(issue.keys) && issue.keys.includes("role");
}

function hasOneOwner(given: { [K in keyof typeof ownerFields]?: unknown }): boolean {
  return [given.ownerId, given.serviceAccountId, given.companyId].filter((each) => each !== undefined).length === 1;
}

export const createKey = defineOperation({
  name: "createKey",
  summary:
    "Creates an API key of a platform user, a service account or a company. The key is only in this answer and cannot be retrieved later.",
  method: "POST",
  path: "/api/admin/keys",
  permission: "keys.write",
  input: newKey,
  example: { name: "nightly report", serviceAccountId: "service_account_id_1", scopes: ["pipeline.read"] },
  output: z.object({
    apiKey: keyRow,
    key: z.string().meta({ description: "Sent as `Authorization: Bearer ...`." }),
  }),
  run: (ctx, given) => inTransaction(ctx.db, (tx) => addKey(ctx, tx, given)),
});

/** Makes a key, and records who did. */
export async function addKey(
  ctx: Context & Acting,
  tx: Transaction,
  given: z.output<typeof newKey>,
): Promise<{ apiKey: KeyRow; key: string }> {
  const { ownerId, serviceAccountId, companyId, expiresAt, ...rest } = given;
  const made = await insertKey(ctx, tx, "keys.create", {
    ...rest,
    owner: { ownerId, serviceAccountId, companyId },
    expiresAt: expiresAt === undefined ? undefined : new Date(expiresAt),
    rotatedFromId: null,
  });
  await audit(ctx, tx, {
    action: "keys.create",
    outcome: "done",
    target: { type: "key", id: made.apiKey.id },
    companyId: companyId ?? null,
    details: detailsOf(made.apiKey),
  });
  return made;
}
