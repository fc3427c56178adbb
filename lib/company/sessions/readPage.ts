import { Parameters } from "../../db/parameters.ts";
import type { Tenant } from "../asTenant.ts";
import { type SessionFilter, whereSessions } from "./filter.ts";
import { SESSION_COLUMNS, type StoredSession } from "./sessionRow.ts";

interface Page {
  limit: number;
  /** Start time and id of the last session of the page before. */
  after: readonly [string | Date, string] | undefined;
}

/** A session with its questions, one a line, and what each is about beside it; null if it asks none, or none has a label. */
export interface AskingSession extends StoredSession {
  questions: string | null;
  topics: string | null;
}

/** So many of the sessions that a filter finds, newest first. */
export function readPage(tenant: Tenant, filter: SessionFilter, page: Page): Promise<StoredSession[]> {
  return read(tenant, filter, page, SESSION_COLUMNS);
}

export function readPageWithQuestions(tenant: Tenant, filter: SessionFilter, page: Page): Promise<AskingSession[]> {
  const asked = (value: string) => `(SELECT ${value}
      FROM "SessionQuestion" sq JOIN "Question" q ON q."id" = sq."questionId" AND q."companyId" = s."companyId"
     WHERE sq."sessionId" = s."id")`;
  const inOrder = (text: string) => `string_agg(${text}, E'\\n' ORDER BY sq."order")`;
  const topics = `CASE WHEN bool_or(q."topic" IS NOT NULL) THEN ${inOrder(`COALESCE(q."topic", '')`)} END`;
  const columns = `${asked(inOrder('q."content"'))} AS "questions", ${asked(topics)} AS "topics"`;
  return read(tenant, filter, page, `${SESSION_COLUMNS}, ${columns}`);
}

async function read<Row extends StoredSession>(
  { tx, company }: Tenant,
  filter: SessionFilter,
  { limit, after }: Page,
  columns: string,
): Promise<Row[]> {
  const p = new Parameters();
  const chosen = whereSessions(company, filter, p);
  const further = after ? `AND (s."startTime", s."id") < (${p.add(after[0])}::timestamptz, ${p.add(after[1])})` : "";
  const { rows } = await tx.query<Row>(
    `SELECT ${columns} FROM "Session" s WHERE ${chosen} ${further}
      ORDER BY s."startTime" DESC, s."id" DESC LIMIT ${p.add(limit)}`,
    p.values,
  );
  return rows;
}
