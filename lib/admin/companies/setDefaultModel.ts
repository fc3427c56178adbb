import { RefusedError } from "../../api/errors.ts";
import type { Sql } from "../../db/pool.ts";

/**
 * Makes a model the one that a company's sessions are analysed with from now on; null: the analysis' own.
 * @throws RefusedError `invalid_input`
 */
export async function setDefaultModel(sql: Sql, companyId: string, model: string | null): Promise<void> {
  await sql.query(`UPDATE "CompanyAIModel" SET "isDefault" = false WHERE "companyId" = $1 AND "isDefault"`, [
    companyId,
  ]);
  if (model === null) return;
  const { rowCount } = await sql.query(
    `INSERT INTO "CompanyAIModel" ("companyId", "aiModelId", "isDefault")
     SELECT $1, "id", true FROM "AIModel" WHERE "name" = $2 AND "isActive"
     ON CONFLICT ("companyId", "aiModelId") DO UPDATE SET "isDefault" = true`,
    [companyId, model],
  );
  if (rowCount) return;
  throw new RefusedError("invalid_input", `The input is not valid. model: no active model is named "${model}"`);
}
