import { afterAll, beforeAll } from "vitest";
import { createCompany } from "../../lib/admin/companies/createCompany.ts";
import { readImport } from "../../lib/admin/imports/readImport.ts";
import { uploadCsv } from "../../lib/admin/imports/uploadCsv.ts";
import { readJob } from "../../lib/admin/jobs/readJob.ts";
import { RefusedError } from "../../lib/api/errors.ts";
import { type CallContext, callOperation } from "../../lib/api/operation.ts";
import { csv, csvRow } from "../import/support.ts";
import { callerOf } from "../support/caller.ts";
import { consoleContext } from "../support/consoleContext.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { runJobs } from "../support/jobs.ts";
import { silentLog } from "../web/support.ts";

/** What the tests of a file share, once startForImports has been called. */
export let database: TestDatabase;
export let admin: CallContext;
export let support: CallContext;

export function startForImports(): void {
  beforeAll(async () => {
    database = await createTestDatabase();
    const ctx = consoleContext(database.pool, silentLog());
    const config = { ...ctx.config, FETCH_PRIVATE_ADDRESSES: true, CSV_MAX_BYTES: 100_000 };
    admin = callerOf({ ...ctx, config }, "ADMIN");
    support = callerOf({ ...ctx, config }, "SUPPORT");
  });
  afterAll(() => database.drop());
}

let made = 0;
export async function newCompany(given: object = {}): Promise<string> {
  made += 1;
  return (await callOperation(admin, createCompany, { name: `Company ${made}`, ...given })).company.id;
}

/** Uploads a file and has it imported: the import, or the refusal that says why it failed. */
export async function upload(companyId: string, content: string | Buffer, given: object = {}, ctx = admin) {
  const { job } = await callOperation(ctx, uploadCsv, { companyId, ...given }, streamOf(content));
  await runJobs(ctx);
  const { outcome, error, errorCode } = (await callOperation(admin, readJob, { id: job.id })).job;
  const importRunId = String(outcome.importRunId);
  const read = await callOperation(admin, readImport, { id: importRunId });
  const report = { ...read.import, warnings: read.warnings, badRows: read.badRows, importRunId, jobId: job.id };
  if (error !== null) throw Object.assign(new RefusedError("import_failed", error), { report, errorCode });
  return report;
}

export const streamOf = (content: string | Buffer) => new Blob([new Uint8Array(Buffer.from(content))]).stream();

export const CANARY = '=SECRET()"; words of a person';
export const BAD = [
  csvRow({ id: "bad1", start: "31.02.2024 10:00:00", message: CANARY }),
  csvRow({ id: "bad2", messagesSent: "many", message: "two\nlines" }),
  `short,"${CANARY.replaceAll('"', '""')}"`,
];
export const MIXED = csv({ id: "a" }, BAD[0] ?? "", { id: "b" }, BAD[1] ?? "", BAD[2] ?? "");
