import type { z } from "zod";
import type { Context } from "../../context.ts";
import { inTransaction } from "../../db/pool.ts";
import { removeFile, storeFile } from "../../files/storedFiles.ts";
import { defineKind, type HeldJob, type JobKind } from "../../jobs/job.ts";

/** What every export in the background is asked for with, besides what is to be in it. */
export interface ExportInput {
  fileId: string;
  /** Who may fetch it. */
  askedById: string;
}

/** Export jobs of one kind: those of operators, or those of companies. */
export type ExportKind<I extends ExportInput> = JobKind<z.ZodType<I>>;

/**
 * Declares a kind of job that writes a file that waits to be fetched, for a day. Each attempt begins anew.
 * @param write the file, as it comes; it says of every few rows that they are read
 */
export function exportKind<I extends ExportInput>(
  name: string,
  input: z.ZodType<I>,
  write: (ctx: Context, job: HeldJob<I>, count: (rows: number) => void) => AsyncIterable<Uint8Array>,
): ExportKind<I> {
  return defineKind({
    name,
    input,
    atOnce: 1,
    run: async (ctx, job) => {
      const { fileId } = job.input;
      let rows = 0;
      await inTransaction(ctx.db, async (tx) => {
        await removeFile(tx, fileId);
        await job.progress(tx, { done: 0, outcome: { rows } });
      });
      const file = write(ctx, job, (read) => {
        job.throwIfStopping();
        rows += read;
      });
      await storeFile(ctx, { id: fileId, companyId: job.companyId }, file, (tx) =>
        job.progress(tx, { done: rows, outcome: { rows } }),
      );
    },
    ended: async (_, tx, job, end) => {
      if (end.state !== "DONE") await removeFile(tx, job.input.fileId);
    },
  });
}
