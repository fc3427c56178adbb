import { hash } from "node:crypto";
import { columnsOf } from "./columnsOf.ts";
import { keptOf } from "./csv/rawText.ts";
import type { CsvRecord } from "./csv/recordSplitter.ts";
import { isHeader } from "./headerRow.ts";
import { isMonthFirst, momentOf, writtenTime } from "./readCsvTime.ts";
import { readNumber, readWholeNumber } from "./readNumber.ts";
import { type BadRow, type BadRowCode, COLUMNS, type ImportRow, type RawColumn } from "./row.ts";
import { faultOfId, tidyId } from "./sessionId.ts";
import { findShifted } from "./shiftedCells.ts";
import type { TimeReader } from "./timeZone.ts";

export interface RowReader {
  timeZone: string;
  readTime: TimeReader;
}

/** How spreadsheets are told to leave a cell as it is, where the cell itself is quoted. */
const FORMULA = /^="([^"]*)"$/;
const MESSAGE = COLUMNS.length - 1;
/** What may be shown of a wrong date: no letters, so no text of a shifted column. */
const SHOWABLE_DATE = /^[\d.:/ TZ+-]{1,25}$/;
const MOST_MESSAGES = 1_000_000;

/**
 * Checks one record and reads what its session needs. U+0000, which PostgreSQL cannot hold, is taken out of the columns.
 * The decimal sign of numbers may be a comma. Columns beyond id, start and end may be empty.
 */
export function parseRow(record: CsvRecord, reader: RowReader): ImportRow | BadRow {
  const { line } = record;
  const bad = (code: BadRowCode, reason: string): BadRow => ({ line, code, reason, ...keptOf(record.text) });
  const { fields: given, codes } = columnsOf(record.fields);
  if (codes.includes("invalid_encoding") && given.some((field) => field.includes("\uFFFD"))) {
    const remedy = "Replace it with the right character.";
    return bad(
      "invalid_encoding",
      `The row still contains U+FFFD (\uFFFD) where a character could not be read. ${remedy}`,
    );
  }
  if (isHeader(given, line)) {
    return bad(
      "header_row",
      "The row contains column names instead of a session. Remove it: columns are known by their order.",
    );
  }
  if (given.length !== COLUMNS.length) return bad("column_count", wrongCount(given.length));

  const fields = given.map((field, index) => {
    const stored = field.includes("\0") ? field.replaceAll("\0", "") : field;
    return index === MESSAGE ? stored : stored.replace(FORMULA, "$1");
  });
  const tooLong = fields.findIndex((field, index) => field.length > (COLUMNS[index]?.maxLength ?? 0));
  if (tooLong !== -1) {
    const limit = `has more than ${COLUMNS[tooLong]?.maxLength} characters.`;
    return bad(tooLong === 0 ? "bad_session_id" : "field_too_long", `${nameOf(tooLong)} ${limit}`);
  }
  const raw = toRaw(fields);
  const id = tidyId(raw.externalSessionId ?? "");
  const start = raw.startTimeRaw?.trim() ?? "";
  const end = raw.endTimeRaw?.trim() ?? "";
  const shifted = findShifted(fields);
  if (shifted) {
    const { index, what } = shifted;
    return bad(
      "shifted_cells",
      `${nameOf(index)} contains ${what}. The cells of this row have shifted into the wrong columns.`,
    );
  }
  const unusable = faultOfId(id);
  if (unusable) return bad("bad_session_id", `${nameOf(0)} ${unusable}`);
  if (given[0]?.includes("\0")) return bad("bad_session_id", `${nameOf(0)} contains control characters.`);

  const times = readTimes(start, end, reader.readTime);
  if (!times.start) return bad("bad_date", wrongDate(1, start));
  if (!times.end) return bad("bad_date", wrongDate(2, end));
  if (times.end < times.start) return bad("end_before_start", `${nameOf(2)} is before ${nameOf(1)}.`);

  const messagesSent = readWholeNumber(raw.messagesSentRaw);
  const avgResponseTime = readNumber(raw.avgResponseTimeRaw);
  if (
    messagesSent !== null &&
    !(Number.isInteger(messagesSent) && messagesSent >= 0 && messagesSent <= MOST_MESSAGES)
  ) {
    return bad("bad_number", `${nameOf(6)} is not a whole number from 0 to ${MOST_MESSAGES.toLocaleString("en")}.`);
  }
  if (avgResponseTime !== null && !(avgResponseTime >= 0)) {
    return bad("bad_number", `${nameOf(11)} is not a number of at least 0.`);
  }
  if (Number.isNaN(readNumber(raw.tokensRaw))) return bad("bad_number", `${nameOf(12)} is not a number.`);
  if (Number.isNaN(readNumber(raw.tokensEurRaw))) return bad("bad_number", `${nameOf(13)} is not a number.`);

  return {
    line,
    id,
    raw,
    startTime: times.start.toISOString(),
    endTime: times.end.toISOString(),
    messagesSent,
    avgResponseTime,
    text: record.text,
    rowHash: hash("sha256", JSON.stringify([reader.timeZone, fields]), "hex"),
    transcript: null,
    size: record.bytes,
  };
}

function toRaw(fields: readonly string[]): Record<RawColumn, string | null> {
  const at = (index: number) => fields[index] || null;
  return {
    externalSessionId: at(0),
    startTimeRaw: at(1),
    endTimeRaw: at(2),
    ipAddress: at(3),
    countryCode: at(4),
    language: at(5),
    messagesSentRaw: at(6),
    sentimentRaw: at(7),
    escalatedRaw: at(8),
    forwardedHrRaw: at(9),
    fullTranscriptUrl: at(10),
    avgResponseTimeRaw: at(11),
    tokensRaw: at(12),
    tokensEurRaw: at(13),
    category: at(14),
    initialMessage: at(15),
  };
}

/** In the night in which an hour repeats, 02:50 to 02:10 is twenty minutes; where one is left out, 02:30 to 03:05 is 35. */
function readTimes(start: string, end: string, readTime: TimeReader) {
  const [from, to] = [writtenTime(start), writtenTime(end)];
  const first = momentOf(from, readTime);
  const last = momentOf(to, readTime, first);
  return { start: first && last && last < first ? momentOf(from, readTime, undefined, last) : first, end: last };
}

function nameOf(index: number): string {
  return `Column ${index + 1} (${COLUMNS[index]?.title})`;
}

function wrongCount(count: number): string {
  const hint = Math.abs(count - COLUMNS.length) === 1 ? " Its cells may have shifted by one." : "";
  return `The row has ${count} ${count === 1 ? "column" : "columns"} instead of ${COLUMNS.length}.${hint}`;
}

function wrongDate(index: number, text: string): string {
  if (text === "") return `${nameOf(index)} is empty.`;
  if (isMonthFirst(text))
    return `${nameOf(index)} has its month first. Write the dates of the file as YYYY-MM-DD HH:mm:ss.`;
  const shown = SHOWABLE_DATE.test(text) ? `: ${text}` : ".";
  return `${nameOf(index)} is not a date in the form DD.MM.YYYY HH:mm:ss${shown}`;
}
