import { z } from "zod";
import { audit, defineOperation } from "../../api/operation.ts";
import { inTransaction, type Transaction } from "../../db/pool.ts";
import { statement, text } from "../../db/statement.ts";
import { acceptedJob, acceptJob } from "../jobs/acceptedJob.ts";
import { askForExport } from "./askForExport.ts";
import { exportJob, MOST_ROWS_OF_JOB } from "./exportJob.ts";
import { filterFields, LIST_NAMES, readPages } from "./lists.ts";

const MOST_AT_ONCE = 20;

export const createExport = defineOperation({
  name: "createExport",
  summary: `Has a whole list written to a CSV file as a job, with the same filters, order and permission as the list: for what takes long. At most ${MOST_ROWS_OF_JOB} rows. Whoever asks can fetch it for a day.`,
  method: "POST",
  path: "/api/admin/exports",
  permission: "lists.export",
  confirmed: "not needed",
  input: z.strictObject({ list: z.enum(LIST_NAMES), ...filterFields }),
  example: { list: "requests", status: "processing_failed" },
  status: 202,
  output: acceptedJob,
  run: async (ctx, { list, ...given }) => {
    const filter = Object.fromEntries(
      Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])),
    );
    // What the list refuses is refused here, not by the job.
    await readPages(ctx, list, filter).next();
    return inTransaction(ctx.db, async (tx) => {
      const companyId = await findCompanyId(tx, given.companyId);
      const of = { list, filter };
      const jobId = await askForExport(ctx, tx, { kind: exportJob, of, companyId, most: MOST_AT_ONCE, among: "all" });
      const target = { type: "list", id: list };
      const details = { filter, jobId };
      await audit(ctx, tx, { action: "lists.export", outcome: "done", target, companyId, details });
      return acceptJob(tx, jobId);
    });
  },
});

/** With its company, an export goes. */
async function findCompanyId(tx: Transaction, id: string | undefined): Promise<string | null> {
  return id === undefined ? null : ((await FIND_COMPANY.first(tx, { id }))?.id ?? null);
}

const FIND_COMPANY = statement({
  sql: `SELECT "id" FROM "Company" WHERE "id" = $1`,
  params: { id: text },
  row: { id: text },
});
