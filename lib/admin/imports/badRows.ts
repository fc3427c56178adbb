import { z } from "zod";
import { notFound } from "../../api/errors.ts";
import { time } from "../../api/fields.ts";
import type { Sql } from "../../db/pool.ts";
import { bigint, bytes, int, nullable, type RowOf, statement, text, timestamp } from "../../db/statement.ts";

export const badRow = z.object({
  line: z.number().int().meta({ description: "The line of the file on which the row starts, from 1." }),
  code: z.string(),
  reason: z.string(),
  times: z.number().int().meta({ description: "How many imports from this source contained it." }),
  firstAt: time.nullable().meta({ description: "When the first of them ran; null for rows older than this record." }),
  lastAt: time.nullable(),
});

export type StoredBadRow = RowOf<typeof READ_BAD_ROWS>;

/** So many bad rows of an import after a line, in the order of the file. */
export const READ_BAD_ROWS = statement({
  sql: `SELECT "line", "code", "reason", "times", "firstAt", "lastAt", "raw", "bytes" FROM "ImportBadRow"
         WHERE "importRunId" = $1 AND "line" > $2 AND ($3::text IS NULL OR "code" = $3) ORDER BY "line" LIMIT $4`,
  params: { importRunId: text, after: int, code: nullable(text), limit: bigint },
  row: {
    line: int,
    code: text,
    reason: text,
    times: int,
    firstAt: nullable(timestamp),
    lastAt: nullable(timestamp),
    /** Null for a row of before LiveDash kept their texts. */
    raw: nullable(text),
    /** Its bytes where `raw` does not hold all of them. */
    bytes: nullable(bytes),
  },
});

/** @throws RefusedError `not_found` */
export async function readCompanyOfImport(sql: Sql, importRunId: string): Promise<string> {
  const found = await FIND_COMPANY.first(sql, { importRunId });
  if (!found) throw notFound("import");
  return found.companyId;
}

const FIND_COMPANY = statement({
  sql: `SELECT "companyId" FROM "ImportRun" WHERE "id" = $1`,
  params: { importRunId: text },
  row: { companyId: text },
});
