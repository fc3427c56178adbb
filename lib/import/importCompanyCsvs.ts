import type { Context } from "../context.ts";
import { known, nullable, type RowOf, statement, text } from "../db/statement.ts";
import { codeOf } from "../errors.ts";
import { importCsv } from "./importCsv.ts";
import type { ImportReport } from "./tally.ts";

/** What became of one company's CSV; `errorCode` where it failed. */
export type CompanyImport = { companyId: string; report: ImportReport } | { companyId: string; errorCode: string };

/**
 * Imports the CSV of every active or trial company that has an address for it, one after another. A failure stands in
 * the company's ImportRun and the log, and stops no other company.
 */
export async function importCompanyCsvs(ctx: Context): Promise<CompanyImport[]> {
  const imports: CompanyImport[] = [];
  for (const company of await LIST_WITH_CSV.rows(ctx.db, {})) {
    if (ctx.stopping.aborted) break;
    imports.push(await importOne(ctx, company));
  }
  return imports;
}

const LIST_WITH_CSV = statement({
  sql: `SELECT "id", "csvUrl" AS "url", "csvUsername" AS "username", "csvPassword" AS "password" FROM "Company"
         WHERE "status" IN ('ACTIVE', 'TRIAL') AND "csvUrl" <> '' ORDER BY "id"`,
  row: { id: text, url: known(text), username: nullable(text), password: nullable(text) },
});

async function importOne(
  ctx: Context,
  { id: companyId, ...source }: RowOf<typeof LIST_WITH_CSV>,
): Promise<CompanyImport> {
  try {
    return { companyId, report: await importCsv(ctx, { companyId, source: { kind: "url", ...source } }) };
  } catch (error) {
    // importCsv has recorded it, unless the run itself could not begin.
    const errorCode = codeOf(error) ?? "unexpected";
    ctx.log.error({ event: "import.company_failed", companyId, code: errorCode }, "the company's import failed");
    return { companyId, errorCode };
  }
}
