import { requireAnalysis } from "../analysis/registry.ts";
import type { Context } from "../context.ts";
import type { Transaction } from "../db/pool.ts";
import { arrayOf, json, known, statement, text } from "../db/statement.ts";
import { markShown } from "./keepResults.ts";
import { lockSessions } from "./lockSessions.ts";

export interface Switched {
  switched: number;
  /** Answers that the present version of their analysis would refuse: they stay as they are. */
  unfit: number;
}

/**
 * Has sessions show these kept answers again. One for each session and analysis at most. Nothing is paid for: questions that have
 * no label are not asked about.
 */
export async function switchResults(ctx: Context, tx: Transaction, requestIds: readonly string[]): Promise<Switched> {
  const found = await LOCK_KEPT.rows(tx, { requestIds });
  const sessions = await lockSessions(
    tx,
    found.map(({ sessionId }) => sessionId),
  );
  // One that was erased while this waited for its request is still seen, and gone.
  const isThere = new Set(sessions.map(({ id }) => id));
  const kept = found.filter(({ sessionId }) => isThere.has(sessionId));
  const at = ctx.clock.now();
  const fit = kept.flatMap((result) => {
    const { analysis, answer, questionIds } = result;
    const checked = requireAnalysis(analysis).check(JSON.stringify(answer), questionIds.length);
    return checked.ok ? [{ ...result, answer: checked.answer, replaces: true }] : [];
  });
  for (const [name, answers] of Map.groupBy(fit, ({ analysis }) => analysis)) {
    await requireAnalysis(name).apply(tx, answers, { at, newId: ctx.newId });
  }
  if (fit.length > 0) {
    await markShown(
      tx,
      fit.map(({ requestId }) => requestId),
      at,
    );
  }
  return { switched: fit.length, unfit: kept.length - fit.length };
}

/** Requests first, then sessions, in the order of their ids, as everybody locks them. */
const LOCK_KEPT = statement({
  sql: `SELECT k."requestId", k."companyId", k."sessionId", k."analysis", k."answer", r."questionIds"
          FROM (SELECT DISTINCT unnest($1::text[]) AS "id" ORDER BY 1) wanted
         CROSS JOIN LATERAL (
           SELECT "id", COALESCE("questionIds", '{}') AS "questionIds" FROM "AIProcessingRequest"
            WHERE "id" = wanted."id" LIMIT 1 FOR NO KEY UPDATE) r
         CROSS JOIN LATERAL (
           SELECT * FROM "AnalysisResult" WHERE "requestId" = r."id" ORDER BY "attempt" DESC LIMIT 1) k`,
  params: { requestIds: arrayOf(text) },
  row: {
    requestId: text,
    companyId: text,
    sessionId: text,
    analysis: text,
    answer: json<unknown>(),
    questionIds: known(arrayOf(text)),
  },
});
