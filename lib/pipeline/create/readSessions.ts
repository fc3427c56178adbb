import type { TranscriptMessage } from "../../analysis/analysis.ts";
import type { Sql } from "../../db/pool.ts";

/** A request together with what its line is made of. */
export interface RequestToSend {
  id: string;
  model: string;
  processingType: string;
  maxOutputTokens: number | null;
  messages: TranscriptMessage[];
}

const PAGE = 250;

/** Reads requests with the messages of their sessions, page by page, in the order of the ids given. */
export async function* readSessions(sql: Sql, requestIds: readonly string[]): AsyncGenerator<RequestToSend> {
  for (let start = 0; start < requestIds.length; start += PAGE) {
    const { rows } = await sql.query<RequestToSend>(
      `SELECT r."id", r."model", r."processingType", r."maxOutputTokens", COALESCE(m."messages", '[]') AS "messages"
         FROM unnest($1::text[]) WITH ORDINALITY AS wanted("id", "position")
         JOIN "AIProcessingRequest" r ON r."id" = wanted."id"
         LEFT JOIN LATERAL (
           SELECT json_agg(json_build_object('role', "role", 'content', "content") ORDER BY "order") AS "messages"
             FROM "Message" WHERE "sessionId" = r."sessionId") m ON true
        ORDER BY wanted."position"`,
      [requestIds.slice(start, start + PAGE)],
    );
    yield* rows;
  }
}
