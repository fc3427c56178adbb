import { z } from "zod";
import { notFound } from "../../api/errors.ts";
import { time } from "../../api/fields.ts";
import type { Sql } from "../../db/pool.ts";

export const badRow = z.object({
  line: z.number().int().meta({ description: "The line of the file on which the row starts, from 1." }),
  code: z.string(),
  reason: z.string(),
  times: z.number().int().meta({ description: "How many imports from this source contained it." }),
  firstAt: time.nullable().meta({ description: "When the first of them ran; null for rows older than this record." }),
  lastAt: time.nullable(),
});

export interface StoredBadRow {
  line: number;
  code: string;
  reason: string;
  times: number;
  firstAt: Date | null;
  lastAt: Date | null;
  /** Null for a row of before LiveDash kept their texts. */
  raw: string | null;
  /** Its bytes where `raw` does not hold all of them. */
  bytes: Buffer | null;
}

/** So many bad rows of an import after a line, in the order of the file. */
export async function readBadRows(
  sql: Sql,
  importRunId: string,
  page: { after: number; limit: number; code?: string | undefined },
): Promise<StoredBadRow[]> {
  const { rows } = await sql.query<StoredBadRow>(
    `SELECT "line", "code", "reason", "times", "firstAt", "lastAt", "raw", "bytes" FROM "ImportBadRow"
      WHERE "importRunId" = $1 AND "line" > $2 AND ($3::text IS NULL OR "code" = $3) ORDER BY "line" LIMIT $4`,
    [importRunId, page.after, page.code ?? null, page.limit],
  );
  return rows;
}

/** @throws RefusedError `not_found` */
export async function readCompanyOfImport(sql: Sql, importRunId: string): Promise<string> {
  const { rows } = await sql.query<{ companyId: string }>(`SELECT "companyId" FROM "ImportRun" WHERE "id" = $1`, [
    importRunId,
  ]);
  if (!rows[0]) throw notFound("import");
  return rows[0].companyId;
}
