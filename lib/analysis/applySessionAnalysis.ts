import type { Transaction } from "../db/pool.ts";
import type { AppliedAnswer, ApplyContext } from "./analysis.ts";
import type { SessionAnswer } from "./sessionAnswer.ts";

/** Writes the answers to their sessions, and their questions to the company's. Lock order: Session, Question. */
export async function applySessionAnalysis(
  tx: Transaction,
  answers: AppliedAnswer<SessionAnswer>[],
  context: ApplyContext,
): Promise<void> {
  await updateSessions(tx, answers, context.at);
  await replaceQuestions(tx, answers, context);
}

async function updateSessions(tx: Transaction, answers: AppliedAnswer<SessionAnswer>[], at: Date): Promise<void> {
  const rows = answers.map(({ sessionId, answer }) => ({ sessionId, ...answer }));
  await tx.query(
    `UPDATE "Session" s
        SET "language" = a."language", "sentiment" = a."sentiment", "escalated" = a."escalated",
            "forwardedHr" = a."forwarded_hr", "category" = a."category", "summary" = a."summary",
            "analysedAt" = $2, "updatedAt" = $2
       FROM json_to_recordset($1::json) AS a("sessionId" text, "language" text, "sentiment" "SentimentCategory",
            "escalated" boolean, "forwarded_hr" boolean, "category" "SessionCategory", "summary" text)
      WHERE s."id" = a."sessionId"`,
    [JSON.stringify(rows), at],
  );
}

async function replaceQuestions(
  tx: Transaction,
  answers: AppliedAnswer<SessionAnswer>[],
  context: ApplyContext,
): Promise<void> {
  await deleteQuestions(
    tx,
    answers.flatMap(({ sessionId, replaces }) => (replaces ? [sessionId] : [])),
  );
  const asked = answers.flatMap(({ companyId, sessionId, answer }) =>
    [...new Set(answer.questions)].map((content, order) => ({
      id: context.newId(),
      companyId,
      sessionId,
      content,
      order,
    })),
  );
  if (asked.length === 0) return;
  const rows = JSON.stringify(asked);
  // Sorted, so that two batches of one company take the same new questions in the same order.
  await tx.query(
    `INSERT INTO "Question" ("id", "companyId", "content")
     SELECT DISTINCT ON ("companyId", "content") "id", "companyId", "content"
       FROM json_to_recordset($1::json) AS q("id" text, "companyId" text, "content" text)
      ORDER BY "companyId", "content"
     ON CONFLICT ("companyId", "content") DO NOTHING`,
    [rows],
  );
  await tx.query(
    // A session that words one question in two ways asks it once.
    `INSERT INTO "SessionQuestion" ("companyId", "sessionId", "order", "questionId")
     SELECT "companyId", "sessionId", row_number() OVER (PARTITION BY "sessionId" ORDER BY "order") - 1, "questionId"
       FROM (SELECT DISTINCT ON (q."sessionId", question."key")
                    q."companyId", q."sessionId", q."order", question."id" AS "questionId"
               FROM json_to_recordset($1::json) AS q("companyId" text, "sessionId" text, "content" text, "order" int)
              CROSS JOIN LATERAL (SELECT "id", "key" FROM "Question"
                WHERE "companyId" = q."companyId" AND "content" = q."content" LIMIT 1) question
              ORDER BY q."sessionId", question."key", q."order") AS asked`,
    [rows],
  );
}

/** Found session by session and deleted by their places: a table that was empty when last counted would be read whole. */
async function deleteQuestions(tx: Transaction, sessionIds: readonly string[]): Promise<void> {
  if (sessionIds.length === 0) return;
  await tx.query(
    `DELETE FROM "SessionQuestion" WHERE ctid = ANY (ARRAY(
       SELECT q.ctid FROM unnest($1::text[]) AS session("id")
        CROSS JOIN LATERAL (SELECT ctid FROM "SessionQuestion" WHERE "sessionId" = session."id" OFFSET 0) q))`,
    [sessionIds],
  );
}
