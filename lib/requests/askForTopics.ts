import { questionTopics } from "../analysis/questionTopics.ts";
import type { Context } from "../context.ts";
import { chosenModel } from "../costs/chosenModel.ts";
import type { Transaction } from "../db/pool.ts";
import { arrayOf, json, nullable, statement, text, timestamp } from "../db/statement.ts";

interface Asking {
  companyId: string;
  sessionId: string;
}

/** A question of which no answer could be used is not paid for again in each session that asks it. */
const DAY_MS = 24 * 3_600_000;

/**
 * Requests a label for each question of these sessions that has none, where the company and the installation want that. Runs in
 * the transaction that has just linked the questions: nothing is asked twice, but what failed is asked again, once a day at most.
 * A question that differs from one with a label in no more than its writing gets that label at once.
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
  const sessionIds = asking.map(({ sessionId }) => sessionId);
  await REUSE.run(tx, { sessionIds });
  await END_FAILED.run(tx, { sessionIds, failedBefore: new Date(requestedAt.getTime() - DAY_MS) });
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

/** Ends claims of which the request has failed a while ago. Locked in the order of their keys, as they are made. */
const END_FAILED = statement({
  sql: `DELETE FROM "TopicClaim" WHERE ctid = ANY (ARRAY(
          SELECT claim.ctid FROM unnest($1::text[]) AS session("id") ${ASKED('session."id"')}
            JOIN "TopicClaim" claim ON claim."companyId" = q."companyId" AND claim."key" = q."key"
            JOIN "AIProcessingRequest" r ON r."id" = claim."requestId"
           WHERE q."topic" IS NULL AND r."processingStatus" = 'PROCESSING_FAILED' AND r."completedAt" < $2
           ORDER BY claim."companyId", claim."key" FOR UPDATE OF claim))`,
  params: { sessionIds: arrayOf(text), failedBefore: timestamp },
});

/**
 * Each question is asked about for one session, however it is spelt. Who claims the same at the same moment waits, and finds it
 * claimed: all claim in the order of the keys.
 */
const ASK = statement({
  sql: `WITH asking AS (
          SELECT DISTINCT ON (q."companyId", q."key") q."id", q."companyId", q."key", given."sessionId", given."requestId", sq."order"
            FROM json_to_recordset($1::json) AS given("sessionId" text, "requestId" text) ${ASKED('given."sessionId"')}
           WHERE q."topic" IS NULL AND q."key" IS NOT NULL
           ORDER BY q."companyId", q."key", q."id", given."requestId"
        ), claimed AS (
          INSERT INTO "TopicClaim" ("companyId", "key", "requestId")
          SELECT "companyId", "key", "requestId" FROM asking ORDER BY "companyId", "key"
          ON CONFLICT DO NOTHING RETURNING "companyId", "key"
        )
        INSERT INTO "AIProcessingRequest" ("id", "companyId", "sessionId", "model", "processingType", "questionIds", "requestedAt")
        SELECT asking."requestId", asking."companyId", asking."sessionId",
               COALESCE($3, ${chosenModel('asking."companyId"')}, $4),
               $2, array_agg(asking."id" ORDER BY asking."order"), $5
          FROM claimed JOIN asking USING ("companyId", "key")
         GROUP BY asking."requestId", asking."companyId", asking."sessionId"`,
  params: {
    sessions: json<{ sessionId: string; requestId: string }[]>(),
    analysis: text,
    ownModel: nullable(text),
    model: text,
    requestedAt: timestamp,
  },
});
