import { BYTE_ORDER_MARK, type CsvCell, csvLine } from "../../api/csv.ts";
import type { Row } from "./lists.ts";

/** The rows as CSV, a chunk for each page. One that is cut off says so in a last line, of a single cell. */
export async function* writeCsv(
  columns: readonly string[],
  pages: AsyncIterable<readonly Row[]>,
  most: number,
): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  yield encoder.encode(BYTE_ORDER_MARK + csvLine(columns));
  let left = most;
  for await (const page of pages) {
    const rows = page.slice(0, left);
    yield encoder.encode(rows.map((row) => csvLine(columns.map((column) => toCell(row[column])))).join(""));
    if (rows.length < page.length) {
      yield encoder.encode(csvLine([`The export is limited to ${most} rows. Narrow the filter to get the rest.`]));
      return;
    }
    left -= rows.length;
  }
}

function toCell(value: unknown): CsvCell {
  if (value === undefined || value === null) return null;
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  return JSON.stringify(value);
}
