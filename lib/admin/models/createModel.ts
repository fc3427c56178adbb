import { z } from "zod";
import { DEFAULT_ACCOUNT } from "../../accounts/account.ts";
import { RefusedError } from "../../api/errors.ts";
import { modelName } from "../../api/fields.ts";
import { audit, defineOperation } from "../../api/operation.ts";
import { inTransaction } from "../../db/pool.ts";
import { nullable, statement, text, timestamp } from "../../db/statement.ts";
import { accountId } from "../accounts/accountRow.ts";
import { findModel, modelRow } from "./modelRow.ts";

export const createModel = defineOperation({
  name: "createModel",
  summary: "Adds a model. Until it has a price, its requests are recorded as free.",
  method: "POST",
  path: "/api/admin/models",
  permission: "models.write",
  confirmed: "not needed",
  input: z.strictObject({
    name: modelName,
    accountId: accountId
      .default(DEFAULT_ACCOUNT)
      .meta({ description: "The account that its requests are sent to. It stays the same." }),
    providerName: modelName
      .optional()
      .meta({ description: "What it is called there, such as a deployment. Default: the same." }),
  }),
  example: { name: "gpt-6-nova", accountId: "default" },
  output: z.object({ model: modelRow }),
  run: (ctx, { name, accountId, providerName = null }) =>
    inTransaction(ctx.db, async (tx) => {
      const id = ctx.newId();
      const now = ctx.clock.now();
      if ((await LOCK_ACCOUNT.run(tx, { accountId })) === 0) {
        throw new RefusedError(
          "invalid_input",
          `The input is not valid. accountId: there is no account "${accountId}"`,
        );
      }
      const inserted = await INSERT.run(tx, { id, name, now, accountId, providerName });
      if (!inserted) throw new RefusedError("conflict", `A model named "${name}" already exists.`);
      const target = { type: "model", id };
      const at = accountId === DEFAULT_ACCOUNT && providerName === null ? {} : { accountId, providerName };
      await audit(ctx, tx, { action: "models.create", outcome: "done", target, details: { name, ...at } });
      return { model: await findModel(tx, id, now) };
    }),
});

const INSERT = statement({
  sql: `INSERT INTO "AIModel" ("id", "name", "createdAt", "accountId", "providerName") VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT ("name") DO NOTHING`,
  params: { id: text, name: text, now: timestamp, accountId: text, providerName: nullable(text) },
});

/** It stays there until the model does. */
const LOCK_ACCOUNT = statement({
  sql: `SELECT 1 FROM "ProviderAccount" WHERE "id" = $1 FOR KEY SHARE`,
  params: { accountId: text },
});
