import type { Context } from "../context.ts";
import { copyRows } from "../db/copy.ts";
import { inTransaction, type Transaction } from "../db/pool.ts";
import { codeOf, LiveDashError } from "../errors.ts";
import { type CsvFormat, describeFormat } from "./csv/format.ts";
import { REPORTED_BAD_ROWS, STORED_BAD_ROWS } from "./limits.ts";
import type { BadRow, ReportedBadRow } from "./row.ts";

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
}

export interface ImportReport extends ImportCounts {
  importRunId: string;
  /** How the file was written, in words: `UTF-8, separated by commas, lines end with LF`. */
  format: string;
  /** The first hundred. */
  badRows: ReportedBadRow[];
}

/** One reading of a CSV: its row in ImportRun, what it counts, and the bad rows it meets. */
export class ImportRun {
  readonly id: string;
  readonly companyId: string;
  readonly counts: ImportCounts = { rows: 0, imported: 0, updated: 0, unchanged: 0, bad: 0 };
  readonly #ctx: Context;
  readonly #reported: ReportedBadRow[] = [];
  #format: string | null = null;
  #unsaved: BadRow[] = [];

  private constructor(ctx: Context, companyId: string) {
    this.#ctx = ctx;
    this.id = ctx.newId();
    this.companyId = companyId;
  }

  /**
   * Records that a reading begins; `source` holds no credentials. A run that never ends keeps `finishedAt` null.
   * @param alongside what else is written in the same transaction
   */
  static async start(
    ctx: Context,
    companyId: string,
    source: string,
    alongside: (tx: Transaction, importRunId: string) => Promise<void> = async () => {},
  ): Promise<ImportRun> {
    const run = new ImportRun(ctx, companyId);
    await inTransaction(ctx.db, async (tx) => {
      await tx.query(`INSERT INTO "ImportRun" ("id", "companyId", "source", "startedAt") VALUES ($1, $2, $3, $4)`, [
        run.id,
        companyId,
        source.replaceAll("\0", "").slice(0, 1_000),
        ctx.clock.now(),
      ]);
      await alongside(tx, run.id);
    });
    ctx.log.info({ event: "import.started", importRunId: run.id, companyId }, "import started");
    return run;
  }

  addBadRow(row: BadRow): void {
    const { raw: _, ...reported } = row;
    this.counts.bad += 1;
    if (this.counts.bad <= REPORTED_BAD_ROWS) this.#reported.push(reported);
    if (this.counts.bad > STORED_BAD_ROWS) return;
    this.#unsaved.push(row);
    this.#ctx.log.warn({ event: "import.bad_row", importRunId: this.id, ...reported }, "bad row");
  }

  /** Records how the file is written. */
  setFormat(format: CsvFormat): void {
    this.#format = describeFormat(format);
  }

  /** Shows everybody how far it has come. */
  async save(): Promise<void> {
    await this.#write(async () => {});
  }

  /**
   * Ends the reading.
   * @throws NothingImportedError where no row was good
   */
  async finish(): Promise<ImportReport> {
    const report = {
      importRunId: this.id,
      ...this.counts,
      format: this.#format ?? "",
      badRows: this.#reported,
    };
    if (this.counts.rows > 0 && this.counts.rows === this.counts.bad) throw new NothingImportedError(report);
    await this.#end(null);
    const ids = { importRunId: this.id, companyId: this.companyId };
    this.#ctx.log.info({ event: "import.finished", ...ids, ...this.counts }, "import finished");
    return report;
  }

  async fail(error: unknown): Promise<void> {
    const ids = { importRunId: this.id, companyId: this.companyId };
    this.#ctx.log.error({ event: "import.failed", ...ids, ...this.counts, code: codeOf(error) }, describe(error));
    await this.#end(describe(error));
  }

  async #end(error: string | null): Promise<void> {
    const now = this.#ctx.clock.now();
    await this.#write((tx) =>
      tx.query(`UPDATE "ImportRun" SET "finishedAt" = $2, "error" = $3 WHERE "id" = $1`, [this.id, now, error]),
    );
  }

  /** Writes the counts and the bad rows that are not written yet, and something more with them. */
  async #write(more: (tx: Transaction) => Promise<unknown>): Promise<void> {
    const { rows, imported, updated, unchanged, bad } = this.counts;
    const columns = ["importRunId", "line", "code", "reason", "raw"];
    const badRows = this.#unsaved.map((row) => [this.id, row.line, row.code, row.reason, row.raw]);
    await inTransaction(this.#ctx.db, async (tx) => {
      if (badRows.length > 0) await copyRows(tx, "ImportBadRow", columns, badRows);
      await tx.query(
        `UPDATE "ImportRun" SET "progressAt" = $2, "rows" = $3, "imported" = $4, "updated" = $5, "unchanged" = $6,
                "bad" = $7, "format" = $8 WHERE "id" = $1`,
        [this.id, this.#ctx.clock.now(), rows, imported, updated, unchanged, bad, this.#format],
      );
      await more(tx);
    });
    this.#unsaved = [];
  }
}

/** A file of which no row could be imported: its import has failed, whatever else it says. */
export class NothingImportedError extends LiveDashError {
  readonly report: ImportReport;

  constructor(report: ImportReport) {
    const { rows, badRows, format } = report;
    const first = badRows[0];
    const why = first ? ` Line ${first.line}: ${first.reason}` : "";
    super("nothing_imported", `None of the ${rows} rows could be imported (${format}).${why}`);
    this.name = "NothingImportedError";
    this.report = report;
  }
}

/** Our own sentences are safe to keep; others may quote what they failed on, so of those only the code is. */
function describe(error: unknown): string {
  if (error instanceof LiveDashError) return error.message;
  return `The import failed unexpectedly (${codeOf(error) ?? "no code"}).`;
}
