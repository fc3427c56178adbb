import { eraseQuestions, pageOfQuestions } from "../../analysis/eraseQuestions.ts";
import type { Context } from "../../context.ts";
import { inTransaction, type Transaction } from "../../db/pool.ts";
import { arrayOf, int, nullable, statement, text, timestamp } from "../../db/statement.ts";
import { removeFilesOf } from "../../files/storedFiles.ts";
import { findErased, ID_WITHIN, idOfRaw } from "../../import/erased.ts";
import { abortBegun } from "../../jobs/abortJob.ts";
import type { HeldJob } from "../../jobs/job.ts";
import { type ErasureInput, unreadableOf } from "./erasureFilter.ts";

/** What is looked through a page at a time. */
const PAGE = 1_000;

type Job = Pick<HeldJob<ErasureInput>, "input" | "throwIfStopping">;

/**
 * Erases what else may hold something of a company's erased sessions, once they are gone: exports that were written before, uploads
 * that wait for another try, rows that could not be read, questions that nobody asks any more. Answers how many rows.
 */
export async function eraseLeftovers(ctx: Context, job: Job): Promise<number> {
  const { companyId } = job.input;
  await inTransaction(ctx.db, async (tx) => {
    await abortBegun(ctx, tx, "export", companyId);
    await removeFilesOf(tx, companyId);
  });
  const badRows = (await eraseUnreadable(ctx, job.input)) + (await eraseBadRows(ctx, job));
  await eraseUnasked(ctx, job);
  return badRows;
}

async function eraseUnreadable(ctx: Context, input: ErasureInput): Promise<number> {
  const unreadable = unreadableOf(input);
  return unreadable ? await DELETE_UNREADABLE.run(ctx.db, { companyId: input.companyId, ...unreadable }) : 0;
}

const DELETE_UNREADABLE = statement({
  sql: `DELETE FROM "ImportBadRow" b USING "ImportRun" r
         WHERE r."id" = b."importRunId" AND r."companyId" = $1 AND ($2::timestamptz IS NULL OR COALESCE(b."lastAt", r."startedAt") < $2)`,
  params: { companyId: text, before: nullable(timestamp) },
});

/** Those that begin with the id of an erased session. */
async function eraseBadRows(ctx: Context, { input, throwIfStopping }: Job): Promise<number> {
  const { companyId } = input;
  let erased = 0;
  for (let after = { importRunId: "", line: 0 }; ; ) {
    throwIfStopping();
    const rows = await READ_BAD_ROWS.rows(ctx.db, { companyId, ...after });
    const withId = rows.map((row) => ({ ...row, id: idOfRaw(row.start ?? "", row.delimiter) }));
    const ids = await findErased(ctx.db, companyId, [...new Set(withId.map(({ id }) => id))]);
    const found = withId.filter(({ id }) => ids.has(id));
    const keys = { importRunIds: found.map(({ importRunId }) => importRunId), lines: found.map(({ line }) => line) };
    erased += found.length === 0 ? 0 : await DELETE_BAD_ROWS.run(ctx.db, keys);
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) return erased;
    after = { importRunId: last.importRunId, line: last.line };
  }
}

const READ_BAD_ROWS = statement({
  sql: `SELECT b."importRunId", b."line", left(b."raw", ${ID_WITHIN}) AS "start", r."delimiter"
          FROM "ImportRun" r JOIN "ImportBadRow" b ON b."importRunId" = r."id"
         WHERE r."companyId" = $1 AND (b."importRunId", b."line") > ($2, $3)
         ORDER BY b."importRunId", b."line" LIMIT ${PAGE}`,
  params: { companyId: text, importRunId: text, line: int },
  row: { importRunId: text, line: int, start: nullable(text), delimiter: nullable(text) },
});

const DELETE_BAD_ROWS = statement({
  sql: `DELETE FROM "ImportBadRow" b USING unnest($1::text[], $2::int[]) AS given("importRunId", "line")
         WHERE b."importRunId" = given."importRunId" AND b."line" = given."line"`,
  params: { importRunIds: arrayOf(text), lines: arrayOf(int) },
});

/** Questions of earlier analyses, which no session shows, go with those that were erased: nobody can tell whose they were. */
async function eraseUnasked(ctx: Context, { input, throwIfStopping }: Job): Promise<void> {
  const page = async (tx: Transaction, after: string) => {
    const questions = await pageOfQuestions(tx, input.companyId, after);
    await eraseQuestions(
      tx,
      input.companyId,
      questions.map(({ id }) => id),
    );
    return questions.at(-1)?.content;
  };
  for (let after: string | undefined = ""; after !== undefined; ) {
    throwIfStopping();
    const from: string = after;
    after = await inTransaction(ctx.db, (tx) => page(tx, from));
  }
}
