import { z } from "zod";
import { RefusedError } from "../../api/errors.ts";
import { audit, defineOperation } from "../../api/operation.ts";
import { inTransaction, type Transaction } from "../../db/pool.ts";
import { int, known, statement, text } from "../../db/statement.ts";
import { askForJob } from "../../jobs/askForJob.ts";
import { UNFINISHED } from "../../jobs/job.ts";
import { acceptedJob, acceptJob } from "../jobs/acceptedJob.ts";
import { exportJob, MOST_ROWS_OF_JOB } from "./exportJob.ts";
import { filterFields, LIST_NAMES, readPages } from "./lists.ts";

/** Being written or waiting to be fetched: each has a file in the database. */
const MOST_AT_ONCE = 20;
const RETRY_AFTER_SECONDS = 60;

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
    const filter = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
    // What the list refuses is refused here, not by the job.
    await readPages(ctx, list, filter).next();
    return inTransaction(ctx.db, async (tx) => {
      await assertRoom(tx);
      const fileId = ctx.newId();
      const companyId = await findCompanyId(tx, given.companyId);
      const { id } = await askForJob(ctx, tx, {
        kind: exportJob.name,
        input: { list, filter, fileId, askedById: ctx.actor.id },
        target: { type: "export", id: fileId },
        companyId,
        askedBy: ctx.actor.name,
      });
      const target = { type: "list", id: list };
      await audit(ctx, tx, {
        action: "lists.export",
        outcome: "done",
        target,
        companyId,
        details: { filter, jobId: id },
      });
      return acceptJob(tx, id);
    });
  },
});

async function assertRoom(tx: Transaction): Promise<void> {
  const { there } = (await COUNT_THERE.first(tx, {})) ?? { there: 0 };
  if (there < MOST_AT_ONCE) return;
  const sentence = `${MOST_AT_ONCE} exports are being written or waiting to be fetched, which is the limit. They are kept for a day.`;
  throw new RefusedError("too_many_calls", sentence, { retryAfter: RETRY_AFTER_SECONDS });
}

const COUNT_THERE = statement({
  sql: `SELECT count(*)::int AS "there" FROM "Job" j WHERE j."targetType" = 'export' AND (j."state" IN ${UNFINISHED}
           OR EXISTS (SELECT 1 FROM "FilePart" p WHERE p."fileId" = j."targetId" AND p."index" = 0))`,
  row: { there: known(int) },
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
