import type { Transaction } from "../db/pool.ts";
import { arrayOf, json, statement, text, timestamp } from "../db/statement.ts";
import type { AppliedAnswer, ApplyContext } from "./analysis.ts";
import { shareQuestions } from "./eraseQuestions.ts";
import type { SessionAnswer } from "./sessionAnswer.ts";

/** Writes the answers to their sessions, and their questions to the company's. Lock order: Session, Question. */
export async function applySessionAnalysis(
  tx: Transaction,
  answers: AppliedAnswer<SessionAnswer>[],
  context: ApplyContext,
): Promise<void> {
  const given = answers.map(({ sessionId, answer }) => ({ sessionId, ...answer }));
  await UPDATE_SESSIONS.run(tx, { answers: JSON.stringify(given), at: context.at });
  await replaceQuestions(tx, answers, context);
}

const UPDATE_SESSIONS = statement({
  sql: `UPDATE "Session" s
           SET "language" = a."language", "sentiment" = a."sentiment", "escalated" = a."escalated",
               "forwardedHr" = a."forwarded_hr", "category" = a."category", "summary" = a."summary",
               "analysedAt" = $2, "updatedAt" = $2
          FROM json_to_recordset($1::json) AS a("sessionId" text, "language" text, "sentiment" "SentimentCategory",
               "escalated" boolean, "forwarded_hr" boolean, "category" "SessionCategory", "summary" text)
         WHERE s."id" = a."sessionId"`,
  params: { answers: json<object[]>(), at: timestamp },
});

async function replaceQuestions(
  tx: Transaction,
  answers: AppliedAnswer<SessionAnswer>[],
  context: ApplyContext,
): Promise<void> {
  const sessionIds = answers.flatMap(({ sessionId, replaces }) => (replaces ? [sessionId] : []));
  if (sessionIds.length > 0) await DELETE_QUESTIONS.run(tx, { sessionIds });
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
  await shareQuestions(tx, [...new Set(asked.map(({ companyId }) => companyId))]);
  const questions = JSON.stringify(asked);
  await ADD_QUESTIONS.run(tx, { questions });
  await LINK_QUESTIONS.run(tx, { questions });
}

/** Found session by session and deleted by their places: a table that was empty when last counted would be read whole. */
const DELETE_QUESTIONS = statement({
  sql: `DELETE FROM "SessionQuestion" WHERE ctid = ANY (ARRAY(
          SELECT q.ctid FROM unnest($1::text[]) AS session("id")
           CROSS JOIN LATERAL (SELECT ctid FROM "SessionQuestion" WHERE "sessionId" = session."id" OFFSET 0) q))`,
  params: { sessionIds: arrayOf(text) },
});

/** Sorted, so that two batches of one company take the same new questions in the same order. */
const ADD_QUESTIONS = statement({
  sql: `INSERT INTO "Question" ("id", "companyId", "content")
        SELECT DISTINCT ON ("companyId", "content") "id", "companyId", "content"
          FROM json_to_recordset($1::json) AS q("id" text, "companyId" text, "content" text)
         ORDER BY "companyId", "content"
        ON CONFLICT ("companyId", "content") DO NOTHING`,
  params: { questions: json<object[]>() },
});

/** A session that words one question in two ways asks it once. */
const LINK_QUESTIONS = statement({
  sql: `INSERT INTO "SessionQuestion" ("companyId", "sessionId", "order", "questionId")
        SELECT "companyId", "sessionId", row_number() OVER (PARTITION BY "sessionId" ORDER BY "order") - 1, "questionId"
          FROM (SELECT DISTINCT ON (q."sessionId", question."key")
                       q."companyId", q."sessionId", q."order", question."id" AS "questionId"
                  FROM json_to_recordset($1::json) AS q("companyId" text, "sessionId" text, "content" text, "order" int)
                 CROSS JOIN LATERAL (SELECT "id", "key" FROM "Question"
                   WHERE "companyId" = q."companyId" AND "content" = q."content" LIMIT 1) question
                 ORDER BY q."sessionId", question."key", q."order") AS asked`,
  params: { questions: json<object[]>() },
});
