import { z } from "zod";
import { notFound } from "../../api/errors.ts";
import { time } from "../../api/fields.ts";
import type { CallContext } from "../../api/operation.ts";
import { CompanyStatus } from "../../db/enums.ts";
import type { Sql } from "../../db/pool.ts";
import { bool, int, json, known, nullable, oneOf, statement, text, timestamp } from "../../db/statement.ts";
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
  questionTopics: z.boolean().meta({ description: "Whether its questions are labelled by topic." }),
  model: z.string().nullable().meta({ description: "Null means the default model of the analysis." }),
  createdAt: time,
  updatedAt: time,
});

export type CompanyRow = z.input<typeof companyRow>;

/** The columns of a CompanyRow, of "Company" c. */
export const COMPANY_COLUMNS = `c."id", c."name", c."status", c."timeZone", c."csvUrl", c."csvUsername",
  COALESCE(c."csvPassword", '') <> '' AS "hasCsvPassword", c."roleWords", c."requestsPerDay", c."requestsPerMonth", c."questionTopics", c."createdAt",
  c."updatedAt",
  (SELECT m."name" FROM "CompanyAIModel" cm JOIN "AIModel" m ON m."id" = cm."aiModelId"
    WHERE cm."companyId" = c."id" AND cm."isDefault" LIMIT 1) AS "model"`;

/** What these select. */
export const companyColumns = {
  id: text,
  name: text,
  status: oneOf("CompanyStatus", CompanyStatus),
  timeZone: text,
  csvUrl: nullable(text),
  csvUsername: nullable(text),
  hasCsvPassword: known(bool),
  roleWords: nullable(json<CompanyRow["roleWords"]>()),
  requestsPerDay: nullable(int),
  requestsPerMonth: nullable(int),
  questionTopics: bool,
  createdAt: timestamp,
  updatedAt: timestamp,
  model: nullable(text),
};

/** @throws RefusedError `not_found` */
export async function findCompany(sql: Sql, id: string): Promise<CompanyRow> {
  const company = await FIND.first(sql, { id });
  if (!company) throw notFound("company");
  return company;
}

const FIND = statement({
  sql: `SELECT ${COMPANY_COLUMNS} FROM "Company" c WHERE c."id" = $1`,
  params: { id: text },
  row: companyColumns,
});

/** The company as the one who asks may see it. */
export function showCompany<T extends CompanyRow>({ actor }: CallContext, company: T): T {
  if (actor.permissions.has("companies.write")) return company;
  return { ...company, csvUrl: company.csvUrl && addressForPeople(company.csvUrl), csvUsername: null };
}
