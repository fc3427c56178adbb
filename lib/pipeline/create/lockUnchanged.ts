import type { Transaction } from "../../db/pool.ts";
import { arrayOf, bool, known, statement, text } from "../../db/statement.ts";
import { isWanted } from "../../requests/toSend.ts";
import { SERVED } from "../../throttle/suspended.ts";
import type { Group } from "./choosePending.ts";

/** What the line of a request was written from: as long as both stand as they did, it says what it should. */
export interface Seen {
  id: string;
  /** Of the request, as it was chosen. */
  version: string;
  /** Of its session, as it was read with its messages. */
  sessionVersion: string;
}

/**
 * Locks those of these requests that nobody has changed since, nor their sessions, nor switched off, until the transaction ends. What somebody
 * else has locked is left out; so is everything if the company has been suspended, or while another claim of the group is being
 * committed, which may have taken the same.
 */
export async function lockUnchanged(
  tx: Transaction,
  { companyId, model }: Group,
  seen: readonly Seen[],
): Promise<ReadonlySet<string>> {
  const group = await LOCK_GROUP.first(tx, { companyId, model });
  if (!group?.isLocked || !group.isServed) return new Set();
  const locked = new Set((await LOCK.rows(tx, { ids: seen.map(({ id }) => id) })).map(({ id }) => id));
  const mine = seen.filter(({ id }) => locked.has(id));
  // Compared by a statement of its own: it sees what was committed before the locks were taken, and an import takes the same.
  const unchanged = await COMPARE.rows(tx, {
    ids: mine.map(({ id }) => id),
    versions: mine.map(({ version }) => version),
    sessionVersions: mine.map(({ sessionVersion }) => sessionVersion),
  });
  return new Set(unchanged.map(({ id }) => id));
}

const LOCK_GROUP = statement({
  sql: `SELECT pg_try_advisory_xact_lock(hashtextextended('claim/' || $1 || '/' || $2, 0)) AS "isLocked",
               EXISTS (SELECT 1 FROM "Company" WHERE "id" = $1 AND "status" IN ${SERVED}) AS "isServed"`,
  params: { companyId: text, model: text },
  row: { isLocked: known(bool), isServed: known(bool) },
});

const LOCK = statement({
  sql: `SELECT "id" FROM "AIProcessingRequest" WHERE "id" = ANY($1) FOR UPDATE SKIP LOCKED`,
  params: { ids: arrayOf(text) },
  row: { id: text },
});

const COMPARE = statement({
  sql: `SELECT r."id" FROM unnest($1::text[], $2::text[], $3::text[]) AS seen("id", "version", "sessionVersion")
          JOIN "AIProcessingRequest" r ON r."id" = seen."id" AND r.xmin::text = seen."version"
          JOIN "Session" s ON s."id" = r."sessionId" AND s.xmin::text = seen."sessionVersion"
          JOIN "Company" c ON c."id" = r."companyId" AND ${isWanted('c."questionTopics"', "r.")}`,
  params: { ids: arrayOf(text), versions: arrayOf(text), sessionVersions: arrayOf(text) },
  row: { id: text },
});
