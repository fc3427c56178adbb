import { z } from "zod";
import { EMULATOR } from "../../accounts/account.ts";
import { sealKey } from "../../accounts/sealKey.ts";
import { insertAccount } from "../../accounts/storeAccount.ts";
import { RefusedError } from "../../api/errors.ts";
import { audit, type CallContext, defineOperation } from "../../api/operation.ts";
import { inTransaction, type Sql } from "../../db/pool.ts";
import { statement } from "../../db/statement.ts";
import { providerAddress, sendable } from "../../providerSettings.ts";
import { ENDPOINTS, PROVIDER_KINDS } from "../../providers/openProvider.ts";
import { accountId, accountRow, readAccountRow } from "./accountRow.ts";
import { refuseKeyOfAnother } from "./refuseKeyOfAnother.ts";

/** Batches of the default account have these names. */
const TAKEN: ReadonlySet<string> = new Set([...PROVIDER_KINDS, EMULATOR, "none", "default"]);

export const accountKey = sendable
  .min(1)
  .max(500)
  .meta({ description: "The account's API key. It is stored encrypted." });

export const createProviderAccount = defineOperation({
  name: "createProviderAccount",
  summary:
    "Adds an account at a provider. Requests go to it once a model of it exists and companies choose that model.",
  method: "POST",
  path: "/api/admin/provider-accounts",
  permission: "accounts.write",
  input: z
    .strictObject({
      id: accountId.refine((id) => !TAKEN.has(id), { error: "is reserved; choose another name" }),
      kind: z.enum(PROVIDER_KINDS),
      address: providerAddress
        .max(500)
        .optional()
        .meta({ description: "Where its API is; for azure the resource's address. Default: the provider's own." }),
      endpoint: z.enum(ENDPOINTS).optional().meta({ description: "What its lines are addressed to." }),
      organization: sendable.min(1).max(200).optional(),
      project: sendable.min(1).max(200).optional(),
      key: accountKey,
    })
    .refine(({ kind, address }) => kind !== "azure" || address !== undefined, {
      path: ["address"],
      error: "is needed: the address of the Azure OpenAI resource",
    }),
  example: { id: "azure-us", kind: "azure", address: "https://example.openai.azure.com", key: "an-api-key" },
  output: z.object({ account: accountRow }),
  run: (ctx, { key, ...given }) =>
    inTransaction(ctx.db, async (tx) => {
      await refuseBesideEmulator(ctx, tx);
      const { id, kind, address = null, endpoint = null, organization = null, project = null } = given;
      await refuseKeyOfAnother(ctx, tx, id, key);
      const way = { kind, address, endpoint, organization, project };
      const apiKey = sealKey(ctx.config, id, key);
      const made = { id, ...way, apiKey, createdAt: ctx.clock.now(), createdBy: ctx.actor.name ?? ctx.actor.id };
      if (!(await insertAccount(tx, made))) {
        throw new RefusedError(
          "conflict",
          `An account "${id}" already exists. Choose another name, or replace its key.`,
        );
      }
      const target = { type: "provider_account", id };
      await audit(ctx, tx, { action: "accounts.create", outcome: "done", target, details: way });
      return { account: await readAccountRow(tx, id) };
    }),
});

/** Made-up answers never mix into real data. */
async function refuseBesideEmulator(ctx: CallContext, sql: Sql): Promise<void> {
  if (ctx.provider.name !== EMULATOR && (await FIND_MADE_UP.run(sql, {})) === 0) return;
  throw new RefusedError(
    "conflict",
    "The built-in emulator answers in this installation. Use a separate database for real accounts, so that made-up answers never mix into real data.",
  );
}

const FIND_MADE_UP = statement({
  sql: `SELECT 1 FROM "AIBatchRequest" WHERE "provider" = '${EMULATOR}' LIMIT 1`,
});
