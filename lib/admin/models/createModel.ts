import { z } from "zod";
import { RefusedError } from "../../api/errors.ts";
import { modelName } from "../../api/fields.ts";
import { audit, defineOperation } from "../../api/operation.ts";
import { inTransaction } from "../../db/pool.ts";
import { statement, text, timestamp } from "../../db/statement.ts";
import { findModel, modelRow } from "./modelRow.ts";

export const createModel = defineOperation({
  name: "createModel",
  summary: "Adds a model. Until it has a price, its requests are recorded as free.",
  method: "POST",
  path: "/api/admin/models",
  permission: "models.write",
  confirmed: "not needed",
  input: z.strictObject({ name: modelName }),
  example: { name: "gpt-6-nova" },
  output: z.object({ model: modelRow }),
  run: (ctx, { name }) =>
    inTransaction(ctx.db, async (tx) => {
      const id = ctx.newId();
      const now = ctx.clock.now();
      const inserted = await INSERT.run(tx, { id, name, now });
      if (!inserted) throw new RefusedError("conflict", `A model named "${name}" already exists.`);
      const target = { type: "model", id };
      await audit(ctx, tx, { action: "models.create", outcome: "done", target, details: { name } });
      return { model: await findModel(tx, id, now) };
    }),
});

const INSERT = statement({
  sql: `INSERT INTO "AIModel" ("id", "name", "createdAt") VALUES ($1, $2, $3) ON CONFLICT ("name") DO NOTHING`,
  params: { id: text, name: text, now: timestamp },
});
