import type { Sql } from "../../db/pool.ts";
import type { ImportRow } from "../row.ts";

/** SQL for an id without spaces, and in small letters. */
export const FOLDED_ID = (id: string) => `lower(translate(${id}, ' \u00A0\u2007\u202F\u200B\u200C\u200D\uFEFF', ''))`;

/**
 * The lines of new sessions whose ids differ from those of others in capitals or spaces alone.
 * @param among further ids that count, as SQL: "SELECT id ..." with its column "id"
 */
export async function findSimilarIds(
  sql: Sql,
  companyId: string,
  rows: readonly Pick<ImportRow, "line" | "id">[],
  among?: string,
): Promise<number[]> {
  if (rows.length === 0) return [];
  const own = among
    ? `UNION ALL SELECT 1 FROM (${among}) a WHERE ${FOLDED_ID('a."id"')} = n."folded" AND a."id" <> n."id"`
    : "";
  const { rows: found } = await sql.query<{ line: number }>(
    // LATERAL with LIMIT has PostgreSQL look each one up, and one expression, as in the index SessionImport_folded_idx, leaves it
    // no index of the company alone, whatever its statistics say.
    `SELECT n."line" FROM (
       SELECT g."line", g."id", ${FOLDED_ID('g."id"')} AS "folded" FROM unnest($2::int[], $3::text[]) AS g("line", "id")) n
      CROSS JOIN LATERAL (
        SELECT 1 FROM (
          SELECT 1 FROM "SessionImport" i
           WHERE i."companyId" || ':' || ${FOLDED_ID('i."externalSessionId"')} = $1 || ':' || n."folded" AND i."externalSessionId" <> n."id"
          ${own}) others LIMIT 1) other
      ORDER BY n."line"`,
    [companyId, rows.map(({ line }) => line), rows.map(({ id }) => id)],
  );
  return found.map(({ line }) => line);
}
