import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { Context } from "../lib/context.ts";
import { statement } from "../lib/db/statement.ts";
import { findOrCreateCompany } from "../lib/import/findOrCreateCompany.ts";
import { importCsv } from "../lib/import/importCsv.ts";
import { describeReport } from "./importReport.ts";
import type { ProgressView } from "./progress.ts";
import { PROJECT_ROOT } from "./runtime.ts";

const companiesShape = z.array(
  z.strictObject({ name: z.string(), file: z.string(), transcripts: z.string(), timeZone: z.string() }),
);

/** Whether the database has nothing of anybody in it. */
export async function isEmpty(ctx: Context): Promise<boolean> {
  return (await FIND_COMPANY.first(ctx.db, {})) === undefined;
}

const FIND_COMPANY = statement({ sql: `SELECT 1 FROM "Company" LIMIT 1` });

/** Imports the sample sessions that come with LiveDash, and says what became of their rows. */
export async function importSamples(ctx: Context, view: ProgressView): Promise<void> {
  const folder = join(PROJECT_ROOT, "samples");
  const companies = companiesShape.parse(JSON.parse(await readFile(join(folder, "companies.json"), "utf8")));
  let done = 0;
  const reports: string[] = [];
  for (const { name, file, transcripts, timeZone } of companies) {
    const company = await findOrCreateCompany(ctx, { name, timeZone });
    const report = await importCsv(ctx, {
      companyId: company.id,
      source: { kind: "file", path: join(folder, file) },
      transcriptsDir: join(folder, transcripts),
      onProgress: ({ rows }) => view.set("import", done + rows, done + rows),
    });
    done += report.rows;
    view.set("import", done, done);
    reports.push(`${name}: ${describeReport(report)}`);
  }
  for (const report of reports) view.say(report.trimEnd());
}
