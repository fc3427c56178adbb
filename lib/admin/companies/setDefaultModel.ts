import { RefusedError } from "../../api/errors.ts";
import type { Sql } from "../../db/pool.ts";
import { statement, text } from "../../db/statement.ts";

/**
 * Makes a model the one that a company's sessions are analysed with from now on; null: the analysis' own.
 * @throws RefusedError `invalid_input`
 */
export async function setDefaultModel(sql: Sql, companyId: string, model: string | null): Promise<void> {
  await UNSET.run(sql, { companyId });
  if (model === null || (await SET.run(sql, { companyId, model }))) return;
  throw new RefusedError("invalid_input", `The input is not valid. model: no active model is named "${model}"`);
}

const UNSET = statement({
  sql: `UPDATE "CompanyAIModel" SET "isDefault" = false WHERE "companyId" = $1 AND "isDefault"`,
  params: { companyId: text },
});

const SET = statement({
  sql: `INSERT INTO "CompanyAIModel" ("companyId", "aiModelId", "isDefault")
        SELECT $1, "id", true FROM "AIModel" WHERE "name" = $2 AND "isActive"
        ON CONFLICT ("companyId", "aiModelId") DO UPDATE SET "isDefault" = true`,
  params: { companyId: text, model: text },
});
