import type { Context } from "../context.ts";
import { LiveDashError } from "../errors.ts";
import type { CsvAccess } from "./csvCredentials.ts";
import type { RoleWords } from "./transcripts/roles.ts";

/** What an import needs to know of a company. */
export interface CompanyToImport {
  id: string;
  /** IANA name. */
  timeZone: string;
  /** Null: the one that the analysis itself names. */
  model: string | null;
  /** Where its CSV lies; null if that is nowhere. */
  access: CsvAccess | null;
  /** Its own words for who speaks; null if it has none. */
  roleWords: RoleWords | null;
}

/** @throws LiveDashError `company_not_found` */
export async function readCompanyToImport(ctx: Context, companyId: string): Promise<CompanyToImport> {
  const company = await find(ctx, `c."id" = $1`, companyId);
  if (company) return company;
  const sentence = `No company has the id ${JSON.stringify(companyId.slice(0, 100))}.`;
  throw new LiveDashError("company_not_found", sentence);
}

/** The company of a name; undefined if there is none. */
export function findCompanyToImport(ctx: Context, name: string): Promise<CompanyToImport | undefined> {
  return find(ctx, `c."name" = $1`, name);
}

async function find(ctx: Context, condition: string, value: string): Promise<CompanyToImport | undefined> {
  const { rows } = await ctx.db.query<CompanyToImport>(
    `SELECT c."id", c."timeZone", c."roleWords", m."name" AS "model",
            CASE WHEN c."csvUrl" <> '' THEN json_build_object(
              'url', c."csvUrl", 'username', c."csvUsername", 'password', c."csvPassword") END AS "access"
       FROM "Company" c
       LEFT JOIN "CompanyAIModel" cm ON cm."companyId" = c."id" AND cm."isDefault"
       LEFT JOIN "AIModel" m ON m."id" = cm."aiModelId" AND m."isActive"
      WHERE ${condition}`,
    [value],
  );
  return rows[0];
}
