import { notFound, RefusedError } from "../../api/errors.ts";
import { audit, type CallContext, type Download } from "../../api/operation.ts";
import { streamOf } from "../../api/streamOf.ts";
import { isFileThere, readFile } from "../../files/storedFiles.ts";
import { abortJob } from "../../jobs/abortJob.ts";
import { findJob } from "../../jobs/job.ts";
import type { ExportInput, ExportKind } from "./exportKind.ts";

interface Sought<I extends ExportInput> {
  kind: ExportKind<I>;
  id: string;
  /** Of this company alone; those of all others do not exist for it. */
  companyId?: string;
}

/**
 * What an export was asked for with that is done, for whoever asked for it.
 * @throws RefusedError `not_found`, `conflict`, `forbidden`
 */
export function findDoneExport<I extends ExportInput>(ctx: CallContext, sought: Sought<I>): Promise<I> {
  return findOwn(ctx, sought, (state) => {
    if (state !== "done") throw new RefusedError("conflict", `This export has no file: it is ${state}.`);
  });
}

/** @throws RefusedError `conflict` if its file has been removed */
export async function openFile(ctx: CallContext, { fileId }: ExportInput, fileName: string): Promise<Download> {
  if (!(await isFileThere(ctx.db, fileId))) {
    throw new RefusedError("conflict", "The file has been removed: it is kept for a day. Export the list again.");
  }
  return { type: "text/csv; charset=utf-8", fileName, content: streamOf(readFile(ctx.db, fileId)) };
}

/**
 * Has an export end, for whoever asked for it.
 * @throws RefusedError `not_found`, `conflict`, `forbidden`
 */
export async function abortOwnExport<I extends ExportInput>(ctx: CallContext, sought: Sought<I>): Promise<void> {
  const { kind, id, companyId } = sought;
  const ended = () => new RefusedError("conflict", "This export has already ended.");
  await findOwn(ctx, sought, (state) => {
    if (state !== "queued" && state !== "running") throw ended();
  });
  const target = { type: "job", id };
  const aborted = await abortJob(ctx, new Map([[kind.name, kind]]), id, (tx) =>
    audit(ctx, tx, { action: "jobs.abort", outcome: "done", target, companyId }),
  );
  if (!aborted) throw ended();
}

/** @param refuse what is said of its state first, even to others */
async function findOwn<I extends ExportInput>(
  ctx: CallContext,
  { kind, id, companyId }: Sought<I>,
  refuse: (state: string) => void,
): Promise<I> {
  const job = await findJob(ctx.db, id);
  const isThere = job?.kind === kind.name && (companyId === undefined || job.companyId === companyId);
  if (!isThere) throw notFound("export");
  const input = kind.input.parse(job.input);
  refuse(job.state);
  if (input.askedById === ctx.actor.id) return input;
  throw new RefusedError("forbidden", "Only who asked for an export can do this.");
}
