/** The 16 columns of the legacy CSV, in order. `column` is where SessionImport keeps it; lengths in characters. */
export const COLUMNS = [
  { title: "session id", column: "externalSessionId", maxLength: 200 },
  { title: "start", column: "startTimeRaw", maxLength: 200 },
  { title: "end", column: "endTimeRaw", maxLength: 200 },
  { title: "ip", column: "ipAddress", maxLength: 200 },
  { title: "country", column: "countryCode", maxLength: 200 },
  { title: "language", column: "language", maxLength: 200 },
  { title: "messages sent", column: "messagesSentRaw", maxLength: 200 },
  { title: "sentiment", column: "sentimentRaw", maxLength: 200 },
  { title: "escalated", column: "escalatedRaw", maxLength: 200 },
  { title: "forwarded to HR", column: "forwardedHrRaw", maxLength: 200 },
  { title: "transcript URL", column: "fullTranscriptUrl", maxLength: 4_000 },
  { title: "average response seconds", column: "avgResponseTimeRaw", maxLength: 200 },
  { title: "tokens", column: "tokensRaw", maxLength: 200 },
  { title: "tokens in EUR", column: "tokensEurRaw", maxLength: 200 },
  { title: "category", column: "category", maxLength: 500 },
  { title: "initial message", column: "initialMessage", maxLength: 200_000 },
] as const;

export type RawColumn = (typeof COLUMNS)[number]["column"];

/** A checked row. It is kept as JSON when it has to wait, so it holds no Date. */
export interface ImportRow {
  /** 1-based line of the file on which it begins. */
  line: number;
  id: string;
  /** Each column as it came, without U+0000; null where it is empty. */
  raw: Record<RawColumn, string | null>;
  /** ISO 8601 in UTC. */
  startTime: string;
  endTime: string;
  messagesSent: number | null;
  /** Seconds. */
  avgResponseTime: number | null;
  /** As it stood in the file; null once it waits in the database, where it can go bad no more. */
  text: string | null;
  /** SHA-256 of the columns and the zone that their times were read in. */
  rowHash: string;
  /** Text of the transcript; null if this import brings none. */
  transcript: string | null;
  /** About how much memory it takes. Bytes. */
  size: number;
}

export const BAD_ROW_CODES = [
  "bad_date",
  "bad_number",
  "bad_session_id",
  "broken_quoting",
  "column_count",
  "end_before_start",
  "field_too_long",
  "header_row",
  "invalid_encoding",
  "record_too_long",
  "shifted_cells",
  "transcript_refused",
  "transcript_too_large",
  "transcript_unavailable",
] as const;

export type BadRowCode = (typeof BAD_ROW_CODES)[number];

/** A row that was not imported. `reason` names columns and rules; of the row's text it holds a short date at most. */
export interface ReportedBadRow {
  line: number;
  code: BadRowCode;
  reason: string;
}

/** The same with what a person wrote: it goes into the database, and nowhere else. */
export interface BadRow extends ReportedBadRow {
  /** The row as it stood in the file; its beginning if it is long. */
  raw: string;
  /** Its bytes where `raw` does not hold all of them. */
  bytes?: Buffer;
}

export const isBadRow = (row: ImportRow | BadRow): row is BadRow => "code" in row;
