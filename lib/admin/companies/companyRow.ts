import { z } from "zod";
import { notFound } from "../../api/errors.ts";
import { time } from "../../api/fields.ts";
import type { CallContext } from "../../api/verb.ts";
import { CompanyStatus } from "../../db/generated/enums.ts";
import type { Sql } from "../../db/pool.ts";
import { addressForPeople } from "../../import/http/addressForPeople.ts";
import { roleWords } from "./companyFields.ts";

/** The password is not among these, and never will be. */
export const companyRow = z.object({
  id: z.string(),
  name: z.string(),
  status: z.enum(CompanyStatus),
  timeZone: z.string(),
  csvUrl: z
    .string()
    .nullable()
    .meta({ description: "Callers who cannot change it see it without its query, which may contain a token." }),
  csvUsername: z.string().nullable().meta({ description: "Only for callers who may change it." }),
  hasCsvPassword: z.boolean(),
  roleWords: roleWords.nullable(),
  requestsPerDay: z.number().int().nullable().meta({ description: "Null means no limit. Days are in UTC." }),
  requestsPerMonth: z.number().int().nullable().meta({ description: "Null means no limit. Months are in UTC." }),
  model: z.string().nullable().meta({ description: "Null means the default model of the analysis." }),
  createdAt: time,
  updatedAt: time,
});

export type CompanyRow = z.input<typeof companyRow>;

/** The columns of a CompanyRow, of "Company" c. */
export const COMPANY_COLUMNS = `c."id", c."name", c."status", c."timeZone", c."csvUrl", c."csvUsername",
  COALESCE(c."csvPassword", '') <> '' AS "hasCsvPassword", c."roleWords", c."requestsPerDay", c."requestsPerMonth", c."createdAt", c."updatedAt",
  (SELECT m."name" FROM "CompanyAIModel" cm JOIN "AIModel" m ON m."id" = cm."aiModelId"
    WHERE cm."companyId" = c."id" AND cm."isDefault" LIMIT 1) AS "model"`;

/** @throws RefusedError `not_found` */
export async function findCompany(sql: Sql, id: string): Promise<CompanyRow> {
  const { rows } = await sql.query<CompanyRow>(`SELECT ${COMPANY_COLUMNS} FROM "Company" c WHERE c."id" = $1`, [id]);
  if (!rows[0]) throw notFound("company");
  return rows[0];
}

/** The company as the one who asks may see it. */
export function showCompany<T extends CompanyRow>({ actor }: CallContext, company: T): T {
  if (actor.permissions.has("companies.write")) return company;
  return { ...company, csvUrl: company.csvUrl && addressForPeople(company.csvUrl), csvUsername: null };
}
