import { type CopyValue, copyRows } from "../../db/copy.ts";
import type { Transaction } from "../../db/pool.ts";
import { createRequests } from "../../requests/create.ts";
import { COLUMNS, type ImportRow } from "../row.ts";
import { messagesOf } from "../transcripts/messagesOf.ts";
import type { TranscriptLine } from "../transcripts/readHead.ts";
import { contentHashOf } from "./contentHash.ts";
import type { WriteScope } from "./scope.ts";
import { sessionValues } from "./sessionValues.ts";

interface NewSession {
  row: ImportRow;
  importId: string;
  sessionId: string;
  messages: TranscriptLine[];
}

const IMPORT_COLUMNS = COLUMNS.map(({ column }) => column);
const NOT_RAW = ["externalSessionId", "startTimeRaw", "endTimeRaw"];

/** Copies new sessions into the database: the raw row, the session, its messages and its request. */
export async function insertSessions(tx: Transaction, scope: WriteScope, rows: readonly ImportRow[]): Promise<void> {
  if (rows.length === 0) return;
  const sessions = rows.map((row) => ({
    row,
    importId: scope.newId(),
    sessionId: scope.newId(),
    messages: messagesOf(row.transcript, row.raw.initialMessage, scope.transcripts),
  }));
  const now = scope.now().toISOString();
  await copyImports(tx, scope, sessions, now);
  await copySessions(tx, scope.companyId, sessions, now);
  await copyMessages(tx, scope, sessions);
  const sessionIds = sessions.map((session) => session.sessionId);
  await createRequests(tx, scope, sessionIds, now);
}

async function copyImports(tx: Transaction, scope: WriteScope, sessions: NewSession[], now: string): Promise<void> {
  const columns = IMPORT_COLUMNS.filter((column) => !NOT_RAW.includes(column));
  const own = ["id", "companyId", "contentHash", "rawTranscriptContent", "createdAt", "updatedAt", ...NOT_RAW];
  const values = ({ row, importId }: NewSession): CopyValue[] => [
    importId,
    scope.companyId,
    contentHashOf(row.rowHash, row.transcript, scope.roleWords),
    row.transcript,
    now,
    now,
    row.id,
    row.raw.startTimeRaw ?? "",
    row.raw.endTimeRaw ?? "",
    ...columns.map((column) => row.raw[column]),
  ];
  await copyRows(tx, "SessionImport", [...own, ...columns], mapLazily(sessions, values));
}

async function copySessions(tx: Transaction, companyId: string, sessions: NewSession[], now: string): Promise<void> {
  const columns = ["id", "companyId", "importId", "externalSessionId", "createdAt", "updatedAt"];
  const fields = ["startTime", "endTime", "ipAddress", "country", "fullTranscriptUrl", "avgResponseTime"];
  const values = ({ row, importId, sessionId, messages }: NewSession): CopyValue[] => {
    const session = sessionValues(row, messages);
    return [
      sessionId,
      companyId,
      importId,
      row.id,
      now,
      now,
      session.startTime,
      session.endTime,
      session.ipAddress,
      session.country,
      session.fullTranscriptUrl,
      session.avgResponseTime,
      session.initialMsg,
      session.isEmpty,
      session.messagesSent,
    ];
  };
  const texts = ["initialMsg", "isEmpty", "messagesSent"];
  await copyRows(tx, "Session", [...columns, ...fields, ...texts], mapLazily(sessions, values));
}

/** Copies the messages of sessions that have none. */
export async function copyMessages(
  tx: Transaction,
  scope: WriteScope,
  sessions: Iterable<{ sessionId: string; messages: TranscriptLine[] }>,
): Promise<void> {
  function* values(): Generator<CopyValue[]> {
    for (const { sessionId, messages } of sessions) {
      for (const [order, message] of messages.entries()) {
        yield [scope.newId(), sessionId, message.timestamp, message.role, message.content, order];
      }
    }
  }
  await copyRows(tx, "Message", ["id", "sessionId", "timestamp", "role", "content", "order"], values());
}

function* mapLazily<T>(items: Iterable<T>, map: (item: T) => CopyValue[]): Generator<CopyValue[]> {
  for (const item of items) yield map(item);
}
