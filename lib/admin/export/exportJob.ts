import { z } from "zod";
import { oneAccount } from "../../accounts/openAccounts.ts";
import type { CallContext } from "../../api/operation.ts";
import type { Context } from "../../context.ts";
import type { HeldJob } from "../../jobs/job.ts";
import { noProvider } from "../../providers/noProvider.ts";
import { exportKind } from "./exportKind.ts";
import { columnsOf, LIST_NAMES, permissionOfList, type Row, readPages } from "./lists.ts";
import { writeCsv } from "./writeCsv.ts";

export const MOST_ROWS_OF_JOB = 5_000_000;

const exportInput = z.strictObject({
  list: z.enum(LIST_NAMES),
  filter: z.record(z.string(), z.string()),
  fileId: z.string(),
  askedById: z.string(),
});
type Held = HeldJob<z.output<typeof exportInput>>;

/** Writes a whole list, for an operator. */
export const exportJob = exportKind("list-export", exportInput, (ctx, job, count) =>
  writeCsv(columnsOf(job.input.list), pagesOf(ctx, job, count), MOST_ROWS_OF_JOB),
);

async function* pagesOf(ctx: Context, job: Held, count: (rows: number) => void): AsyncGenerator<Row[]> {
  for await (const page of readPages(asAsker(ctx, job), job.input.list, job.input.filter)) {
    count(page.length);
    yield page;
  }
}

/** Whoever asked, with the right to read this list and no other: they had it then, and need it to fetch the file. */
function asAsker(ctx: Context, { id, askedBy, input }: Held): CallContext {
  const permissions = new Set([permissionOfList(input.list)]);
  const actor = { kind: "command" as const, id: input.askedById, name: askedBy, permissions };
  return { ...ctx, ...oneAccount(noProvider), actor, from: null, requestId: id };
}
