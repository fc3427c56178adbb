import { copyRows } from "../../db/copy.ts";
import type { Transaction } from "../../db/pool.ts";
import type { Scratch } from "../../db/scratch.ts";
import { CHANGED_CHUNK_ROWS, CHUNK_BYTES } from "../limits.ts";
import type { ImportRow } from "../row.ts";

/**
 * Changed rows wait here until the file is read to its end, in a temporary table: only then is it known which row of a
 * session is its last. Writing each as it comes would flip a session that a file holds twice at every import, and have
 * it analysed again each time. There is no table until there is a changed row.
 */
export class WaitingRows {
  #isMade = false;
  /** Rises with each row, so that they are taken in the order of the file. */
  #position = 0;
  readonly #scratch: Scratch;
  readonly #companyId: string;

  constructor(scratch: Scratch, companyId: string) {
    this.#scratch = scratch;
    this.#companyId = companyId;
  }

  /** Puts the newest row of each session in the place of an older one; null takes the older one out. */
  async put(rows: ReadonlyMap<string, ImportRow | null>): Promise<void> {
    const changed = [...rows].flatMap(([id, row]) => (row ? [{ id, row }] : []));
    if (changed.length === 0 && !this.#isMade) return;
    const values = changed.map(({ id, row }) => {
      this.#position += 1;
      return [this.#position, id, row.size, row.transcript !== null, JSON.stringify({ ...row, text: null })];
    });
    await this.#scratch.write(async (tx) => {
      await this.#make(tx);
      await tx.query("DELETE FROM waiting_row WHERE id = ANY($1::text[])", [[...rows.keys()]]);
      await copyRows(tx, "waiting_row", ["position", "id", "size", "has_transcript", "row"], values);
    });
  }

  /** The rows, chunk by chunk; with a row counts the stored transcript that has to be read again for it. */
  async *take(): AsyncGenerator<ImportRow[]> {
    if (!this.#isMade) return;
    await this.#scratch.write((tx) => tx.query("ANALYZE waiting_row"));
    for (let position = 0; ; ) {
      const rows = await this.#scratch.read((tx) => this.#next(tx, position));
      if (rows.length === 0) return;
      position = Number(rows.at(-1)?.position);
      yield rows.map(({ row }) => row);
    }
  }

  async #next(tx: Transaction, position: number): Promise<{ position: string; row: ImportRow }[]> {
    const { rows } = await tx.query<{ position: string; row: ImportRow }>(
      `SELECT "position", "row" FROM (
           SELECT w.*, row_number() OVER running AS "count", sum("bytes") OVER running AS "total" FROM (
             SELECT w."position", w."row",
                    w."size" + CASE WHEN w."has_transcript" THEN 0
                                    ELSE COALESCE(octet_length(i."rawTranscriptContent"), 0) END AS "bytes"
               FROM waiting_row w
               LEFT JOIN "SessionImport" i ON i."companyId" = $1 AND i."externalSessionId" = w."id"
              WHERE w."position" > $2 ORDER BY w."position" LIMIT $3) w
           WINDOW running AS (ORDER BY w."position")) counted
          WHERE "count" = 1 OR "total" <= $4 ORDER BY "position"`,
      [this.#companyId, position, CHANGED_CHUNK_ROWS, CHUNK_BYTES],
    );
    return rows;
  }

  async #make(tx: Transaction): Promise<void> {
    if (this.#isMade) return;
    await tx.query(
      `CREATE TEMP TABLE waiting_row ("position" bigint PRIMARY KEY, "id" text NOT NULL UNIQUE, "size" bigint NOT NULL,
         "has_transcript" boolean NOT NULL, "row" json NOT NULL) ON COMMIT DROP`,
    );
    this.#isMade = true;
  }
}
