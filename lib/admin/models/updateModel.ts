import { z } from "zod";
import { notFound } from "../../api/errors.ts";
import { audit, defineOperation } from "../../api/operation.ts";
import { inTransaction } from "../../db/pool.ts";
import { bool, statement, text } from "../../db/statement.ts";
import { findModel, modelRow } from "./modelRow.ts";
import { modelId } from "./priceFields.ts";

export const updateModel = defineOperation({
  name: "updateModel",
  summary:
    "Deactivates or reactivates a model. Companies that use a deactivated model get the default model for new requests.",
  method: "PATCH",
  path: "/api/admin/models/{id}",
  permission: "models.write",
  confirmed: "not needed",
  input: z.strictObject({ id: modelId, isActive: z.boolean() }),
  example: { id: "model-gpt-5.5", isActive: false },
  output: z.object({ model: modelRow }),
  run: (ctx, { id, isActive }) =>
    inTransaction(ctx.db, async (tx) => {
      const before = await LOCK.first(tx, { id });
      if (!before) throw notFound("model");
      if (before.isActive !== isActive) {
        await UPDATE.run(tx, { id, isActive });
        const entry = { target: { type: "model", id }, details: { fields: ["isActive"], isActive } };
        await audit(ctx, tx, { action: "models.update", outcome: "done", ...entry });
      }
      return { model: await findModel(tx, id, ctx.clock.now()) };
    }),
});

const LOCK = statement({
  sql: `SELECT "isActive" FROM "AIModel" WHERE "id" = $1 FOR UPDATE`,
  params: { id: text },
  row: { isActive: bool },
});

const UPDATE = statement({
  sql: `UPDATE "AIModel" SET "isActive" = $2 WHERE "id" = $1`,
  params: { id: text, isActive: bool },
});
