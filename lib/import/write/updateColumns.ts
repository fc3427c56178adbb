import type { Transaction } from "../../db/pool.ts";
import { json, statement, timestamp } from "../../db/statement.ts";
import { COLUMNS, type ImportRow } from "../row.ts";
import type { TranscriptLine } from "../transcripts/readHead.ts";
import { contentHashOf } from "./contentHash.ts";
import type { WriteScope } from "./scope.ts";
import { sessionValues } from "./sessionValues.ts";

/** A session together with the row that it is changed to. */
export interface ChangedSession {
  row: ImportRow;
  importId: string;
  sessionId: string;
  /** As it is until now. */
  startTime: Date;
  /** When it was first imported. */
  createdAt: Date;
  /** The row's own, or the one that an earlier import brought. */
  transcript: string | null;
  messages: TranscriptLine[];
}

/** Sets columns of many rows by their id in one statement. `types`: column -> PostgreSQL type. */
const updateFrom = (table: string, types: Record<string, string>) => {
  const columns = Object.entries(types);
  const assignments = columns.map(([column]) => `"${column}" = r."${column}"`).join(", ");
  const shape = columns.map(([column, type]) => `"${column}" ${type}`).join(", ");
  return statement({
    sql: `UPDATE "${table}" t SET ${assignments}, "updatedAt" = $2
            FROM json_to_recordset($1::json) AS r("id" text, ${shape}) WHERE t."id" = r."id"`,
    params: { records: json<object[]>(), now: timestamp },
  });
};

/** Sets the raw rows. */
export async function updateImports(
  tx: Transaction,
  { roleWords }: WriteScope,
  changed: readonly ChangedSession[],
  now: Date,
): Promise<void> {
  const records = changed.map(({ row, importId, transcript }) => ({
    ...row.raw,
    id: importId,
    contentHash: contentHashOf(row.rowHash, transcript, roleWords),
    rawTranscriptContent: transcript,
  }));
  await UPDATE_IMPORTS.run(tx, { records: JSON.stringify(records), now });
}

const RAW_COLUMNS = COLUMNS.map(({ column }) => column).filter((column) => column !== "externalSessionId");
const UPDATE_IMPORTS = updateFrom(
  "SessionImport",
  Object.fromEntries(["contentHash", "rawTranscriptContent", ...RAW_COLUMNS].map((column) => [column, "text"])),
);

/** Sets the sessions' fields that are facts of the import. */
export async function updateFields(tx: Transaction, changed: readonly ChangedSession[], now: Date): Promise<void> {
  const records = changed.map(({ row, sessionId, messages }) => ({ id: sessionId, ...sessionValues(row, messages) }));
  await UPDATE_SESSIONS.run(tx, { records: JSON.stringify(records), now });
}

const UPDATE_SESSIONS = updateFrom("Session", {
  startTime: "timestamptz",
  endTime: "timestamptz",
  ipAddress: "text",
  country: "text",
  fullTranscriptUrl: "text",
  avgResponseTime: "double precision",
  initialMsg: "text",
  isEmpty: "boolean",
  messagesSent: "integer",
});
