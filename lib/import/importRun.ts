import type { Context } from "../context.ts";
import { inTransaction, type Transaction } from "../db/pool.ts";
import { int, json, nullable, statement, text, timestamp } from "../db/statement.ts";
import { codeOf } from "../errors.ts";
import { explainForeseen } from "../foreseen.ts";
import { describeFormat } from "./csv/format.ts";
import { findErased, idOfRaw } from "./erased.ts";
import { STORED_BAD_ROWS } from "./limits.ts";
import type { BadRow } from "./row.ts";
import { assertSomethingGood, type ImportReport, ImportTally } from "./tally.ts";
import { retryConflicts } from "./write/retryConflicts.ts";
import { type BadRowsOf, createKeyOf, type KeyedBadRow, storeBadRows } from "./write/storeBadRows.ts";

/** One reading of a CSV: its row in ImportRun, with what is counted, the warnings, and the bad rows that it meets. */
export class ImportRun {
  readonly tally = new ImportTally();
  readonly #ctx: Context;
  readonly #of: BadRowsOf;
  readonly #keyOf: (row: BadRow) => string;
  #kept = 0;
  #unsaved: KeyedBadRow[] = [];

  private constructor(ctx: Context, companyId: string, source: string) {
    this.#ctx = ctx;
    this.#of = { importRunId: ctx.newId(), companyId, source };
    this.#keyOf = createKeyOf(this.#of);
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
    const run = new ImportRun(ctx, companyId, source.replaceAll("\0", "").slice(0, 1_000));
    const { importRunId } = run.#of;
    await inTransaction(ctx.db, async (tx) => {
      await BEGIN_RUN.run(tx, { ...run.#of, now: ctx.clock.now() });
      await alongside(tx, importRunId);
    });
    ctx.log.info({ event: "import.started", importRunId, companyId }, "import started");
    return run;
  }

  /** Bad rows to keep, as far as there is room. */
  keep(rows: readonly BadRow[]): void {
    const kept = rows.slice(0, STORED_BAD_ROWS - this.#kept);
    this.#kept += kept.length;
    for (const row of kept) {
      const { line, code, reason } = row;
      this.#unsaved.push({ ...row, key: this.#keyOf(row) });
      const { importRunId } = this.#of;
      this.#ctx.log.warn({ event: "import.bad_row", importRunId, line, code, reason }, "bad row");
    }
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
    const { importRunId, companyId } = this.#of;
    const report = { importRunId, ...this.tally.findings() };
    assertSomethingGood(report);
    await this.#end(null);
    const { counts, warnings } = this.tally;
    const warned = Object.fromEntries(warnings.list().map(({ code, count }) => [code, count]));
    this.#ctx.log.info(
      { event: "import.finished", importRunId, companyId, ...counts, warnings: warned },
      "import finished",
    );
    return report;
  }

  async fail(error: unknown): Promise<void> {
    const { importRunId, companyId } = this.#of;
    const about = { event: "import.failed", importRunId, companyId, ...this.tally.counts, code: codeOf(error) };
    this.#ctx.log.error(about, describe(error));
    await this.#end(describe(error));
  }

  async #end(error: string | null): Promise<void> {
    const { importRunId } = this.#of;
    const now = this.#ctx.clock.now();
    await this.#write((tx) => END_RUN.run(tx, { importRunId, now, error }));
  }

  /** Writes the counts and the bad rows that are not written yet, and something more with them. */
  async #write(more: (tx: Transaction) => Promise<unknown>): Promise<void> {
    const now = this.#ctx.clock.now();
    await retryConflicts(() =>
      inTransaction(this.#ctx.db, async (tx) => {
        await storeBadRows(tx, this.#of, await this.#withoutErased(tx), now);
        await this.#writeTally(tx, now);
        await more(tx);
      }),
    );
    this.#unsaved = [];
  }

  /** What is wrong with a row of an erased session is counted, and its text is not kept. */
  async #withoutErased(tx: Transaction): Promise<KeyedBadRow[]> {
    if (this.#unsaved.length === 0) return [];
    const delimiter = this.tally.format?.delimiter ?? null;
    const rows = this.#unsaved.map((row) => ({ row, id: idOfRaw(row.raw, delimiter) }));
    const ids = rows.map(({ id }) => id);
    const erased = await findErased(tx, this.#of.companyId, ids);
    return rows.flatMap(({ row, id }) => (erased.has(id) ? [] : [row]));
  }

  async #writeTally(tx: Transaction, now: Date): Promise<void> {
    const { importRunId } = this.#of;
    const { counts, format } = this.tally;
    await WRITE_TALLY.run(tx, {
      importRunId,
      now,
      ...counts,
      ...counts.transcripts,
      format: format ? describeFormat(format) : null,
      delimiter: format?.delimiter ?? null,
      encoding: format?.encoding ?? null,
      lineEnds: format?.lineEnds ?? null,
    });
    const warnings = this.tally.warnings.list();
    if (warnings.length > 0) await WRITE_WARNINGS.run(tx, { importRunId, warnings: JSON.stringify(warnings) });
  }
}

const BEGIN_RUN = statement({
  sql: `INSERT INTO "ImportRun" ("id", "companyId", "source", "startedAt") VALUES ($1, $2, $3, $4)`,
  params: { importRunId: text, companyId: text, source: text, now: timestamp },
});

/** Ends a run whose process ended before it did: another run reads the same. */
export async function endBrokenOff(ctx: Context, tx: Transaction, importRunId: string): Promise<void> {
  const error = "The process that ran this import ended. The import was started again.";
  await END_OPEN_RUN.run(tx, { importRunId, now: ctx.clock.now(), error });
}

const END_OPEN_RUN = statement({
  sql: `UPDATE "ImportRun" SET "finishedAt" = $2, "error" = $3 WHERE "id" = $1 AND "finishedAt" IS NULL`,
  params: { importRunId: text, now: timestamp, error: text },
});

const END_RUN = statement({
  sql: `UPDATE "ImportRun" SET "finishedAt" = $2, "error" = $3 WHERE "id" = $1`,
  params: { importRunId: text, now: timestamp, error: nullable(text) },
});

const WRITE_TALLY = statement({
  sql: `UPDATE "ImportRun"
           SET "progressAt" = $2, "rows" = $3, "imported" = $4, "updated" = $5, "unchanged" = $6, "bad" = $7, "format" = $8,
               "delimiter" = $9, "transcriptsNamed" = $10, "transcriptsFound" = $11, "transcriptsUsed" = $12,
               "transcriptsSkipped" = $13, "transcriptsWithoutSpeakers" = $14, "encoding" = $15, "lineEnds" = $16
         WHERE "id" = $1`,
  params: {
    importRunId: text,
    now: timestamp,
    rows: int,
    imported: int,
    updated: int,
    unchanged: int,
    bad: int,
    format: nullable(text),
    delimiter: nullable(text),
    named: int,
    found: int,
    used: int,
    skipped: int,
    withoutSpeakers: int,
    encoding: nullable(text),
    lineEnds: nullable(text),
  },
});

const WRITE_WARNINGS = statement({
  sql: `INSERT INTO "ImportWarning" ("importRunId", "code", "count", "examples")
        SELECT $1, w."code", w."count", w."examples"
          FROM json_to_recordset($2::json) AS w("code" text, "count" int, "examples" text[])
        ON CONFLICT ("importRunId", "code") DO UPDATE SET "count" = EXCLUDED."count", "examples" = EXCLUDED."examples"`,
  params: { importRunId: text, warnings: json<object[]>() },
});

/** Our own sentences are safe to keep; others may quote what they failed on, so of those only the code is. */
function describe(error: unknown): string {
  return explainForeseen(error)?.message ?? `The import failed unexpectedly (${codeOf(error) ?? "no code"}).`;
}
