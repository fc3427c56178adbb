import type { Context } from "../context.ts";
import { json, known, nullable, type RowOf, statement, text } from "../db/statement.ts";
import { LiveDashError } from "../errors.ts";
import type { CsvAccess } from "./csvCredentials.ts";
import type { RoleWords } from "./transcripts/roles.ts";

/** What an import needs to know of a company. */
export type CompanyToImport = RowOf<(typeof FIND_BY)["id"]>;

const findBy = (column: "id" | "name") =>
  statement({
    sql: `SELECT c."id", c."timeZone", c."roleWords", m."name" AS "model",
                 CASE WHEN c."csvUrl" <> '' THEN json_build_object(
                   'url', c."csvUrl", 'username', c."csvUsername", 'password', c."csvPassword") END AS "access"
            FROM "Company" c
            LEFT JOIN "CompanyAIModel" cm ON cm."companyId" = c."id" AND cm."isDefault"
            LEFT JOIN "AIModel" m ON m."id" = cm."aiModelId" AND m."isActive"
           WHERE c."${column}" = $1`,
    params: { value: text },
    row: {
      id: known(text),
      /** IANA name. */
      timeZone: known(text),
      /** Its own words for who speaks; null if it has none. */
      roleWords: nullable(json<RoleWords>()),
      /** Null: the one that the analysis itself names. */
      model: nullable(text),
      /** Where its CSV lies; null if that is nowhere. */
      access: nullable(json<CsvAccess>()),
    },
  });
const FIND_BY = { id: findBy("id"), name: findBy("name") };

/** @throws LiveDashError `company_not_found` */
export async function readCompanyToImport(ctx: Context, companyId: string): Promise<CompanyToImport> {
  const company = await FIND_BY.id.first(ctx.db, { value: companyId });
  if (company) return company;
  const sentence = `No company has the id ${JSON.stringify(companyId.slice(0, 100))}.`;
  throw new LiveDashError("company_not_found", sentence);
}

/** The company of a name; undefined if there is none. */
export function findCompanyToImport(ctx: Context, name: string): Promise<CompanyToImport | undefined> {
  return FIND_BY.name.first(ctx.db, { value: name });
}
