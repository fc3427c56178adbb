import { RefusedError } from "../../api/errors.ts";
import type { CallContext } from "../../api/operation.ts";
import type { Transaction } from "../../db/pool.ts";
import { int, known, nullable, statement, text } from "../../db/statement.ts";
import { askForJob } from "../../jobs/askForJob.ts";
import { UNFINISHED } from "../../jobs/job.ts";
import type { ExportInput, ExportKind } from "./exportKind.ts";

const RETRY_AFTER_SECONDS = 60;

interface NewExport<I extends ExportInput> {
  kind: ExportKind<I>;
  /** What is to be in it. */
  of: Omit<I, keyof ExportInput>;
  /** With which company it goes. */
  companyId: string | null;
  /** How many there may be, and of whom: each has a file in the database. */
  most: number;
  among: "all" | "company";
  /** Rows, where they have been counted. */
  total?: number;
}

/**
 * Asks for a file that a job writes, for whoever calls.
 * @returns the job's id
 * @throws RefusedError `too_many_calls`
 */
export async function askForExport<I extends ExportInput>(
  ctx: CallContext,
  tx: Transaction,
  { kind, of, companyId, most, among, total }: NewExport<I>,
): Promise<string> {
  const within = among === "company" ? companyId : null;
  const { there } = await COUNT_THERE.one(tx, { kind: kind.name, companyId: within });
  if (there >= most) {
    const sentence = `${most} exports are being written or waiting to be fetched, which is the limit. They are kept for a day.`;
    throw new RefusedError("too_many_calls", sentence, { retryAfter: RETRY_AFTER_SECONDS });
  }
  const fileId = ctx.newId();
  const { id } = await askForJob(ctx, tx, {
    kind: kind.name,
    input: { ...of, fileId, askedById: ctx.actor.id },
    target: { type: "export", id: fileId },
    companyId,
    askedBy: ctx.actor.name,
    ...(total === undefined ? {} : { total }),
  });
  return id;
}

/** Being written, or waiting to be fetched. */
const COUNT_THERE = statement({
  sql: `SELECT count(*)::int AS "there" FROM "Job" j
         WHERE j."targetType" = 'export' AND j."kind" = $1 AND ($2::text IS NULL OR j."companyId" = $2)
           AND (j."state" IN ${UNFINISHED}
             OR EXISTS (SELECT 1 FROM "FilePart" p WHERE p."fileId" = j."targetId" AND p."index" = 0))`,
  params: { kind: text, companyId: nullable(text) },
  row: { there: known(int) },
});
