import type { Context } from "../context.ts";
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
  const { rows } = await ctx.db.query<{ id: string; url: string; username: string | null; password: string | null }>(
    `SELECT "id", "csvUrl" AS "url", "csvUsername" AS "username", "csvPassword" AS "password" FROM "Company"
      WHERE "status" IN ('ACTIVE', 'TRIAL') AND "csvUrl" <> '' ORDER BY "id"`,
  );
  const imports: CompanyImport[] = [];
  for (const { id: companyId, ...source } of rows) {
    if (ctx.stopping.aborted) break;
    imports.push(await importOne(ctx, companyId, source));
  }
  return imports;
}

async function importOne(
  ctx: Context,
  companyId: string,
  source: { url: string; username: string | null; password: string | null },
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
