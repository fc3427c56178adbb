import type { Sql } from "../../../lib/db/pool.ts";

/**
 * Puts rows into a table, in one statement for all that name the same columns. What a row leaves out, or has as
 * undefined, gets the database's own default.
 */
export async function insertRows(
  sql: Sql,
  table: string,
  rows: readonly object[],
  options: { unlessThere?: boolean } = {},
): Promise<void> {
  for (const [columns, alike] of Map.groupBy(rows, columnsOf)) {
    await sql.query(
      `INSERT INTO "${table}" (${columns}) SELECT ${columns} FROM json_populate_recordset(NULL::"${table}", $1::json)
       ${options.unlessThere ? "ON CONFLICT DO NOTHING" : ""}`,
      [JSON.stringify(alike, (_, value) => (typeof value === "bigint" ? String(value) : value))],
    );
  }
}

function columnsOf(row: object): string {
  let columns = "";
  for (const [column, value] of Object.entries(row)) if (value !== undefined) columns += `,"${column}"`;
  return columns.slice(1);
}
