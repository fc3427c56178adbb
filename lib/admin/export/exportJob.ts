import { z } from "zod";
import { oneAccount } from "../../accounts/openAccounts.ts";
import type { CallContext } from "../../api/operation.ts";
import type { Context } from "../../context.ts";
import { inTransaction } from "../../db/pool.ts";
import { removeFile, storeFile } from "../../files/storedFiles.ts";
import { defineKind, type HeldJob } from "../../jobs/job.ts";
import { noProvider } from "../../providers/noProvider.ts";
import { columnsOf, LIST_NAMES, permissionOfList, type Row, readPages } from "./lists.ts";
import { writeCsv } from "./writeCsv.ts";

export const MOST_ROWS_OF_JOB = 5_000_000;

export const exportInput = z.strictObject({
  list: z.enum(LIST_NAMES),
  filter: z.record(z.string(), z.string()),
  fileId: z.string(),
  /** Who may fetch it. */
  askedById: z.string(),
});
type Held = HeldJob<z.output<typeof exportInput>>;

/** Writes a whole list to a file that waits to be fetched, for a day. Each attempt begins anew. */
export const exportJob = defineKind({
  name: "list-export",
  input: exportInput,
  atOnce: 1,
  run: async (ctx, job) => {
    const { list, fileId } = job.input;
    await inTransaction(ctx.db, async (tx) => {
      await removeFile(tx, fileId);
      await job.progress(tx, { done: 0, outcome: { rows: 0 } });
    });
    const counted = { rows: 0 };
    const csv = writeCsv(columnsOf(list), pagesOf(ctx, job, counted), MOST_ROWS_OF_JOB);
    await storeFile(ctx, { id: fileId, companyId: job.companyId }, csv, (tx) =>
      job.progress(tx, { done: counted.rows, outcome: { rows: counted.rows } }),
    );
  },
  ended: async (_, tx, { input }, end) => {
    if (end.state !== "DONE") await removeFile(tx, input.fileId);
  },
});

async function* pagesOf(ctx: Context, job: Held, counted: { rows: number }): AsyncGenerator<Row[]> {
  for await (const page of readPages(asAsker(ctx, job), job.input.list, job.input.filter)) {
    job.throwIfStopping();
    counted.rows += page.length;
    yield page;
  }
}

/** Whoever asked, with the right to read this list and no other: they had it then, and need it to fetch the file. */
function asAsker(ctx: Context, { id, askedBy, input }: Held): CallContext {
  const permissions = new Set([permissionOfList(input.list)]);
  const actor = { kind: "command" as const, id: input.askedById, name: askedBy, permissions };
  return { ...ctx, ...oneAccount(noProvider), actor, from: null, requestId: id };
}
