import { LiveDashError } from "../errors.ts";
import { type CsvFormat, describeFormat } from "./csv/format.ts";
import { REPORTED_BAD_ROWS } from "./limits.ts";
import type { ReadChunk } from "./readChunks.ts";
import type { ReportedBadRow } from "./row.ts";
import { addTranscripts, NO_TRANSCRIPTS, type TranscriptCounts } from "./transcripts/counts.ts";
import { type ImportWarning, Warnings } from "./warnings.ts";

export interface ImportCounts {
  /** Rows read; each is one of the four below. */
  rows: number;
  /** New sessions. */
  imported: number;
  /** Sessions that were there and have changed. */
  updated: number;
  /** Rows that changed nothing: seen before, or followed by a later row of the same session. */
  unchanged: number;
  bad: number;
  transcripts: TranscriptCounts;
}

/** What an import found. */
export interface ImportFindings extends ImportCounts {
  /** How the file was written, in words: `UTF-8, separated by commas, lines end with LF`. */
  format: string;
  warnings: ImportWarning[];
  /** The first hundred. */
  badRows: ReportedBadRow[];
}

export interface ImportReport extends ImportFindings {
  importRunId: string;
}

/** What an import counts and has to tell. */
export class ImportTally {
  readonly counts: ImportCounts = {
    rows: 0,
    imported: 0,
    updated: 0,
    unchanged: 0,
    bad: 0,
    transcripts: { ...NO_TRANSCRIPTS },
  };
  readonly warnings = new Warnings();
  readonly #reported: ReportedBadRow[] = [];
  format: CsvFormat | undefined;

  /** What was read; what becomes of the good rows is added as it becomes of them. */
  addRead({ rows, bad, transcripts, warnings }: ReadChunk): void {
    this.counts.rows += rows.length + bad.length;
    this.counts.bad += bad.length;
    for (const { line, code, reason } of bad.slice(0, REPORTED_BAD_ROWS - this.#reported.length)) {
      this.#reported.push({ line, code, reason });
    }
    addTranscripts(this.counts.transcripts, transcripts);
    this.warnings.addFrom(warnings);
  }

  findings(): ImportFindings {
    return {
      ...this.counts,
      format: this.format ? describeFormat(this.format) : "",
      warnings: this.warnings.list(),
      badRows: this.#reported,
    };
  }
}

/**
 * @throws NothingImportedError where a file has rows, and all are bad
 * @throws LiveDashError `csv_empty` where it has none, but delimiters or blanks
 */
export function assertSomethingGood(report: ImportFindings & { importRunId?: string }): void {
  if (report.rows === 0) throw new LiveDashError("csv_empty", "The file contains no sessions: its rows are all empty.");
  if (report.rows > 0 && report.rows === report.bad) throw new NothingImportedError(report);
}

/** A file of which no row could be imported: its import has failed, whatever else it says. */
export class NothingImportedError extends LiveDashError {
  readonly report: ImportFindings & { importRunId?: string };

  constructor(report: ImportFindings & { importRunId?: string }) {
    const { rows, badRows, format } = report;
    const first = badRows[0];
    const why = first ? ` Line ${first.line}: ${first.reason}` : "";
    const none = rows === 1 ? "The only row could not be imported" : `None of the ${rows} rows could be imported`;
    super("nothing_imported", `${none} (${format}).${why}`);
    this.name = "NothingImportedError";
    this.report = report;
  }
}
