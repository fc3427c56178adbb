import type { Context } from "../../context.ts";
import type { Parameters } from "../../db/parameters.ts";
import { inTransaction, type Transaction } from "../../db/pool.ts";
import { statement, text } from "../../db/statement.ts";
import type { HeldJob } from "../../jobs/job.ts";

/** So many results are looked at in one transaction. */
const PAGE = 1_000;

/** A part of all results, by their key; without an end, the rest. */
export interface KeyRange {
  after: string;
  upTo: string | null;
}

export const ALL_RESULTS: KeyRange = { after: "", upTo: null };

/** The condition on "AnalysisResult" k. */
export function whereIn({ after, upTo }: KeyRange, p: Parameters): string {
  const from = `k."requestId" > ${p.add(after)}`;
  return upTo === null ? from : `${from} AND k."requestId" <= ${p.add(upTo)}`;
}

/** Walks over all results, a page in each transaction: the last one takes no longer than the first, however many match. */
export async function walkResults(
  ctx: Context,
  job: Pick<HeldJob, "throwIfStopping">,
  lookAt: (tx: Transaction, range: KeyRange) => Promise<void>,
): Promise<void> {
  for (let after = ""; ; ) {
    job.throwIfStopping();
    const upTo = (await END_OF_PAGE.first(ctx.db, { after }))?.requestId ?? null;
    await inTransaction(ctx.db, (tx) => lookAt(tx, { after, upTo }));
    if (upTo === null) return;
    after = upTo;
  }
}

const END_OF_PAGE = statement({
  sql: `SELECT "requestId" FROM "AnalysisResult" WHERE "requestId" > $1 ORDER BY "requestId" OFFSET ${PAGE - 1} LIMIT 1`,
  params: { after: text },
  row: { requestId: text },
});
