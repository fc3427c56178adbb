import { questionTopics } from "../analysis/questionTopics.ts";
import type { Context } from "../context.ts";
import { chosenModel } from "../costs/chosenModel.ts";
import type { Transaction } from "../db/pool.ts";
import { arrayOf, json, nullable, statement, text, timestamp } from "../db/statement.ts";

interface Asking {
  companyId: string;
  sessionId: string;
}

/**
 * Requests a label for each question of these sessions that has none, where the company and the installation want that. Runs in
 * the transaction that has just linked the questions: nothing is asked twice. A question that differs from one with a
 * label in no more than its writing gets that label at once.
 */
export async function askForTopics(
  ctx: Context,
  tx: Transaction,
  sessions: readonly Asking[],
  requestedAt: Date,
): Promise<void> {
  if (!ctx.config.QUESTION_TOPICS) return;
  const wanted = await WANTED.rows(tx, { companyIds: [...new Set(sessions.map(({ companyId }) => companyId))] });
  const companies = new Set(wanted.map(({ id }) => id));
  const asking = sessions.filter(({ companyId }) => companies.has(companyId));
  if (asking.length === 0) return;
  await REUSE.run(tx, { sessionIds: asking.map(({ sessionId }) => sessionId) });
  const { name, ownModel = null, model } = questionTopics;
  const given = asking.map(({ sessionId }) => ({ sessionId, requestId: ctx.newId() }));
  await ASK.run(tx, { sessions: JSON.stringify(given), analysis: name, ownModel, model, requestedAt });
}

const WANTED = statement({
  sql: `SELECT "id" FROM "Company" WHERE "id" = ANY($1) AND "questionTopics"`,
  params: { companyIds: arrayOf(text) },
  row: { id: text },
});

/** The questions of a session, found by it alone, whatever the statistics say. */
const ASKED = (session: string) => `
  CROSS JOIN LATERAL (SELECT "questionId", "order" FROM "SessionQuestion" WHERE "sessionId" = ${session} OFFSET 0) sq
  CROSS JOIN LATERAL (SELECT * FROM "Question" WHERE "id" = sq."questionId" LIMIT 1) q`;

/** Locked in the order of their ids, as everybody locks them. */
const REUSE = statement({
  sql: `WITH known AS (
          SELECT q."id", alike."topic" FROM unnest($1::text[]) AS session("id") ${ASKED('session."id"')}
           CROSS JOIN LATERAL (SELECT "topic" FROM "Question"
             WHERE "companyId" = q."companyId" AND "key" = q."key" AND "topic" IS NOT NULL LIMIT 1) alike
           WHERE q."topic" IS NULL
        ), locked AS (
          SELECT "id" FROM "Question" WHERE "id" IN (SELECT "id" FROM known) ORDER BY "id" FOR NO KEY UPDATE
        )
        UPDATE "Question" q SET "topic" = known."topic" FROM known JOIN locked USING ("id") WHERE q."id" = known."id"`,
  params: { sessionIds: arrayOf(text) },
});

/** Whether somebody asks already for the label of a question that reads the same. */
const IS_ASKED = `EXISTS (SELECT 1 FROM "Question" alike JOIN "AIProcessingRequest" r ON r."id" = alike."topicRequestId"
  WHERE alike."companyId" = q."companyId" AND alike."key" = q."key")`;

/** Each question is asked about for one session. What another transaction took meanwhile shows once it is locked, and is left to it. */
const ASK = statement({
  sql: `WITH asking AS (
          SELECT DISTINCT ON (q."companyId", q."key") q."id", q."companyId", q."topicRequestId", given."sessionId", given."requestId", sq."order"
            FROM json_to_recordset($1::json) AS given("sessionId" text, "requestId" text) ${ASKED('given."sessionId"')}
           WHERE q."topic" IS NULL AND NOT ${IS_ASKED}
           ORDER BY q."companyId", q."key", q."id", given."requestId"
        ), locked AS (
          SELECT q."id", q."topicRequestId" FROM "Question" q JOIN asking USING ("id")
           WHERE q."topic" IS NULL ORDER BY q."id" FOR NO KEY UPDATE OF q
        ), taken AS (
          UPDATE "Question" q SET "topicRequestId" = asking."requestId"
            FROM asking JOIN locked USING ("id")
           WHERE q."id" = asking."id" AND locked."topicRequestId" IS NOT DISTINCT FROM asking."topicRequestId"
          RETURNING asking.*
        )
        INSERT INTO "AIProcessingRequest" ("id", "companyId", "sessionId", "model", "processingType", "questionIds", "requestedAt")
        SELECT "requestId", "companyId", "sessionId",
               COALESCE($3, ${chosenModel('taken."companyId"')}, $4),
               $2, array_agg("id" ORDER BY "order"), $5
          FROM taken GROUP BY "requestId", "companyId", "sessionId"`,
  params: {
    sessions: json<{ sessionId: string; requestId: string }[]>(),
    analysis: text,
    ownModel: nullable(text),
    model: text,
    requestedAt: timestamp,
  },
});
