import { hash } from "node:crypto";
import { type Database, inTransaction, type Sql, type Transaction } from "../../db/pool.ts";
import { arrayOf, bool, known, nullable, statement, text, timestamp } from "../../db/statement.ts";
import { createRequests } from "../../requests/create.ts";
import type { ImportRow } from "../row.ts";
import { messagesOf } from "../transcripts/messagesOf.ts";
import type { TranscriptLine } from "../transcripts/readHead.ts";
import { isSame } from "./contentHash.ts";
import { copyMessages } from "./insertSessions.ts";
import { retryConflicts } from "./retryConflicts.ts";
import { lockCompanyImport, type WriteScope } from "./scope.ts";
import { type ChangedSession, updateFields, updateImports } from "./updateColumns.ts";

export interface ChangedCount {
  /** Sessions that were changed. One that was erased stays erased. */
  updated: number;
  /** Those whose start has moved, more than a change of clocks moves it. */
  moved: MovedStart[];
}

export interface MovedStart {
  line: number;
  code: "start_moved" | "id_used_twice";
}

/** More than a change of clocks, or of the zone that times are read in, can come to. Milliseconds. */
const DAY = 86_400_000;

/**
 * Changes sessions to what their rows say now, in one transaction: the raw row, the fields of the session, its messages,
 * and a new request where the text has changed and no request is left that will still read it.
 */
export async function updateSessions(
  db: Database,
  scope: WriteScope,
  rows: readonly ImportRow[],
): Promise<ChangedCount> {
  return retryConflicts(() =>
    inTransaction(db, async (tx) => {
      await lockCompanyImport(tx, scope.companyId);
      const changed = await findChanged(tx, scope, rows);
      if (changed.length === 0) return { updated: 0, moved: [] };
      // Requests before sessions, in the order of their ids, as everybody locks them. A locked request is not taken
      // into a batch, so its line is written either from the new text or from the old one with a new request to follow.
      const pending = await lockPending(tx, scope, changed);
      const otherText = await findOtherText(tx, changed);
      const now = scope.now();
      await updateImports(tx, scope, changed, now);
      await updateFields(tx, changed, now);
      await DELETE_MESSAGES.run(tx, { sessionIds: idsOf(changed) });
      await copyMessages(tx, scope, changed);
      const anew = otherText.filter(({ sessionId }) => !pending.has(sessionId));
      await createRequests(tx, scope, idsOf(anew), now.toISOString());
      return { updated: changed.length, moved: findMoved(scope, changed) };
    }),
  );
}

const DELETE_MESSAGES = statement({
  sql: `DELETE FROM "Message" WHERE "sessionId" = ANY($1::text[])`,
  params: { sessionIds: arrayOf(text) },
});

export async function findChanged(tx: Sql, scope: WriteScope, rows: readonly ImportRow[]): Promise<ChangedSession[]> {
  const found = await FIND_STORED.rows(tx, {
    companyId: scope.companyId,
    ids: rows.map((row) => row.id),
    withoutTranscript: rows.flatMap((row) => (row.transcript === null ? [row.id] : [])),
  });
  const byId = new Map(rows.map((row) => [row.id, row]));
  return found.flatMap(({ id, importId, sessionId, contentHash, startTime, createdAt, transcript: stored }) => {
    const row = byId.get(id);
    if (!row || isSame(row, contentHash, scope.roleWords)) return [];
    const transcript = row.transcript ?? stored;
    const messages = messagesOf(transcript, row.raw.initialMessage, scope.transcripts);
    return [{ row, importId, sessionId, startTime, createdAt, transcript, messages }];
  });
}

/** LATERAL with LIMIT keeps PostgreSQL from reading all sessions to join a thousand, whatever its statistics say. */
const FIND_STORED = statement({
  sql: `SELECT i."externalSessionId" AS "id", i."id" AS "importId", s."id" AS "sessionId", i."contentHash", s."startTime",
               i."createdAt", CASE WHEN i."externalSessionId" = ANY($3::text[]) THEN i."rawTranscriptContent" END AS "transcript"
          FROM "SessionImport" i
         CROSS JOIN LATERAL (SELECT "id", "startTime" FROM "Session" WHERE "importId" = i."id" LIMIT 1) s
         WHERE i."companyId" = $1 AND i."externalSessionId" = ANY($2::text[])`,
  params: { companyId: text, ids: arrayOf(text), withoutTranscript: arrayOf(text) },
  row: {
    id: text,
    importId: text,
    sessionId: text,
    contentHash: text,
    startTime: timestamp,
    createdAt: timestamp,
    transcript: nullable(text),
  },
});

/** Two rows of one file with the same id and other starts are hardly ever one session. */
export function findMoved(
  { beganAt }: WriteScope,
  changed: readonly Pick<ChangedSession, "row" | "startTime" | "createdAt">[],
): MovedStart[] {
  return changed.flatMap(({ row, startTime, createdAt }): MovedStart[] => {
    const moved = Math.abs(Date.parse(row.startTime) - startTime.getTime());
    if (moved > 0 && createdAt >= beganAt) return [{ line: row.line, code: "id_used_twice" }];
    return moved > DAY ? [{ line: row.line, code: "start_moved" }] : [];
  });
}

/** The sessions whose newest request is still to be batched. */
export function findPending(tx: Sql, scope: WriteScope, changed: readonly ChangedSession[]): Promise<Set<string>> {
  return readPending(tx, scope, changed, READ_REQUESTS);
}

/** The same, with all their requests locked. */
function lockPending(tx: Transaction, scope: WriteScope, changed: readonly ChangedSession[]): Promise<Set<string>> {
  return readPending(tx, scope, changed, LOCK_REQUESTS);
}

async function readPending(
  tx: Sql,
  scope: WriteScope,
  changed: readonly ChangedSession[],
  requests: ReturnType<typeof readRequests>,
): Promise<Set<string>> {
  const rows = await requests.rows(tx, { sessionIds: idsOf(changed), analysis: scope.analysis });
  const newest = new Map<string, { pending: boolean; at: Date }>();
  for (const request of rows) {
    const other = newest.get(request.sessionId);
    if (!other || request.at >= other.at) newest.set(request.sessionId, request);
  }
  return new Set([...newest].filter(([, request]) => request.pending).map(([sessionId]) => sessionId));
}

const readRequests = (lock: "" | "FOR UPDATE") =>
  statement({
    sql: `SELECT "id", "sessionId", "processingStatus" = 'PENDING_BATCHING' AS "pending", "requestedAt" AS "at"
            FROM "AIProcessingRequest" WHERE "sessionId" = ANY($1::text[]) AND "processingType" = $2
           ORDER BY "id" ${lock}`,
    params: { sessionIds: arrayOf(text), analysis: text },
    row: { id: text, sessionId: known(text), pending: known(bool), at: timestamp },
  });
const READ_REQUESTS = readRequests("");
const LOCK_REQUESTS = readRequests("FOR UPDATE");

/** Those whose messages read differently to a model: other roles, texts or order. Times alone do not count. */
export async function findOtherText(tx: Sql, changed: readonly ChangedSession[]): Promise<ChangedSession[]> {
  const rows = await DIGEST_MESSAGES.rows(tx, { sessionIds: idsOf(changed) });
  const digests = new Map(rows.map((row) => [row.sessionId, row.digest]));
  return changed.filter(({ sessionId, messages }) => (digests.get(sessionId) ?? digestOf([])) !== digestOf(messages));
}

const DIGEST_MESSAGES = statement({
  sql: `SELECT "sessionId", encode(sha256(string_agg(sha256(convert_to("role" || ':' || "content", 'UTF8')), ''::bytea
                 ORDER BY "order")), 'hex') AS "digest"
          FROM "Message" WHERE "sessionId" = ANY($1::text[]) GROUP BY "sessionId"`,
  params: { sessionIds: arrayOf(text) },
  row: { sessionId: text, digest: known(text) },
});

function digestOf(messages: readonly TranscriptLine[]): string {
  const digests = messages.map(({ role, content }) => hash("sha256", `${role}:${content}`, "buffer"));
  return hash("sha256", Buffer.concat(digests), "hex");
}

const idsOf = (changed: readonly { sessionId: string }[]): string[] => changed.map(({ sessionId }) => sessionId);
