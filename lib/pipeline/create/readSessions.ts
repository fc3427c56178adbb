import type { TranscriptMessage } from "../../analysis/analysis.ts";
import type { Sql } from "../../db/pool.ts";
import { arrayOf, int, json, known, nullable, type RowOf, statement, text } from "../../db/statement.ts";

/** A request together with what its line is made of. */
export type RequestToSend = RowOf<typeof READ>;

const PAGE = 250;

/**
 * Reads requests with the messages of their sessions, or with the questions that they name, in the order of the ids given: page by page,
 * and each while the lines of the one before are written.
 */
export async function* readSessions(sql: Sql, requestIds: readonly string[]): AsyncGenerator<RequestToSend> {
  const read = (start: number) => READ.rows(sql, { ids: requestIds.slice(start, start + PAGE) });
  let next = read(0);
  try {
    for (let start = PAGE; start < requestIds.length; start += PAGE) {
      const page = await next;
      next = read(start);
      next.catch(() => undefined); // It is awaited in the next round, or below.
      yield* page;
    }
    yield* await next;
  } finally {
    // Whoever needs no more of them has the connection to itself again.
    await next.catch(() => undefined);
  }
}

const READ = statement({
  sql: `SELECT r."id", r."processingType",
               COALESCE((SELECT "providerName" FROM "AIModel" WHERE "name" = r."model"), r."model") AS "model",
               r."maxOutputTokens", s.xmin::text AS "sessionVersion",
               COALESCE(m."messages", '[]') AS "messages",
               ARRAY(SELECT q."content" FROM unnest(r."questionIds") WITH ORDINALITY AS asked("id", "number")
                      CROSS JOIN LATERAL (SELECT "content" FROM "Question" WHERE "id" = asked."id" LIMIT 1) q
                      ORDER BY asked."number") AS "questions"
          FROM unnest($1::text[]) WITH ORDINALITY AS wanted("id", "position")
          JOIN "AIProcessingRequest" r ON r."id" = wanted."id"
          JOIN "Session" s ON s."id" = r."sessionId"
          LEFT JOIN LATERAL (
            SELECT json_agg(json_build_object('role', "role", 'content', "content") ORDER BY "order") AS "messages"
              FROM "Message" WHERE "sessionId" = r."sessionId" AND r."questionIds" IS NULL) m ON true
         ORDER BY wanted."position"`,
  params: { ids: arrayOf(text) },
  row: {
    id: known(text),
    /** As it is called in its account. */
    model: known(text),
    processingType: known(text),
    maxOutputTokens: nullable(int),
    /** Whoever changes the messages of a session writes to the session, too. */
    sessionVersion: known(text),
    messages: known(json<TranscriptMessage[]>()),
    questions: known(arrayOf(text)),
  },
});
