import { eraseQuestions } from "../../analysis/eraseQuestions.ts";
import type { Context } from "../../context.ts";
import { Parameters } from "../../db/parameters.ts";
import type { Transaction } from "../../db/pool.ts";
import { arrayOf, nullable, statement, text } from "../../db/statement.ts";
import { noteErased } from "../../import/erased.ts";
import { lockCompanyImport } from "../../import/write/scope.ts";
import { type ErasedRequests, eraseRequests, lockRequestsOf } from "../../requests/eraseRequests.ts";
import { lockReanalysis } from "../../requests/reanalyse.ts";
import { type ErasureInput, whereErased } from "./erasureFilter.ts";

/** So many sessions are erased in one transaction. */
const PAGE = 500;

export interface ErasedPage extends ErasedRequests {
  sessions: number;
}

/**
 * Erases the next sessions of those that were asked for, with all that was written in them. Lock order: what makes requests
 * of old ones, the company's import, requests, sessions, questions.
 */
export async function erasePage(ctx: Context, tx: Transaction, input: ErasureInput): Promise<ErasedPage> {
  const { companyId } = input;
  const now = ctx.clock.now();
  await lockReanalysis(tx);
  await lockCompanyImport(tx, companyId);
  const ids = await choose(tx, input);
  if (ids.length === 0) return { sessions: 0, inFlight: 0, neverSent: 0, ended: 0 };
  await lockRequestsOf(tx, ids);
  const locked = await LOCK_SESSIONS.rows(tx, { ids });
  const sessionIds = locked.map(({ id }) => id);
  // One that was added meanwhile would go with its session if it was being claimed now: its line would be paid for, and nobody would know.
  await lockRequestsOf(tx, sessionIds);
  const requests = await eraseRequests(tx, sessionIds, now);
  const questions = await QUESTIONS.rows(tx, { sessionIds });
  const names = locked.flatMap(({ externalSessionId }) => externalSessionId ?? []);
  await noteErased(tx, companyId, names, now);
  await DELETE_SESSIONS.run(tx, { sessionIds });
  await DELETE_IMPORTS.run(tx, { importIds: locked.flatMap(({ importId }) => importId ?? []) });
  await eraseQuestions(
    tx,
    companyId,
    questions.map(({ id }) => id),
  );
  return { ...requests, sessions: sessionIds.length };
}

async function choose(tx: Transaction, input: ErasureInput): Promise<string[]> {
  const p = new Parameters();
  const { rows } = await tx.query<{ id: string }>(
    `SELECT s."id" FROM "Session" s WHERE ${whereErased(input, p)} ORDER BY s."startTime", s."id" LIMIT ${PAGE}`,
    p.values,
  );
  return rows.map(({ id }) => id);
}

/** From now on no request is added to them. */
const LOCK_SESSIONS = statement({
  sql: `SELECT "id", "importId", "externalSessionId" FROM "Session" WHERE "id" = ANY($1) ORDER BY "id" FOR UPDATE`,
  params: { ids: arrayOf(text) },
  row: { id: text, importId: nullable(text), externalSessionId: nullable(text) },
});

const QUESTIONS = statement({
  sql: `SELECT DISTINCT "questionId" AS "id" FROM "SessionQuestion" WHERE "sessionId" = ANY($1)`,
  params: { sessionIds: arrayOf(text) },
  row: { id: text },
});

/** Their messages and their links to questions go with them. */
const DELETE_SESSIONS = statement({
  sql: `DELETE FROM "Session" WHERE "id" = ANY($1)`,
  params: { sessionIds: arrayOf(text) },
});

const DELETE_IMPORTS = statement({
  sql: `DELETE FROM "SessionImport" WHERE "id" = ANY($1)`,
  params: { importIds: arrayOf(text) },
});
