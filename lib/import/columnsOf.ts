import { BAD_ROW_CODES, COLUMNS } from "./row.ts";

const CODES: ReadonlySet<string> = new Set(BAD_ROW_CODES);

/** A record's own fields, and the codes that earlier imports gave it, if they stand behind them. */
export function columnsOf(record: string[]): { fields: string[]; codes: string[] } {
  const { fields, codes } = withoutReports(record);
  return { fields: withoutPadding(fields), codes };
}

/** Spreadsheets pad every row to the widest one with empty columns. */
function withoutPadding(fields: string[]): string[] {
  let end = fields.length;
  while (end > COLUMNS.length && fields[end - 1]?.trim() === "") end -= 1;
  return end === fields.length ? fields : fields.slice(0, end);
}

/**
 * Bad rows are given back with their code and reason as two more columns, wherever these begin: whoever has mended them can
 * leave those in, and a spreadsheet may have added empty cells behind them.
 */
export function withoutReports(record: string[]): { fields: string[]; codes: string[] } {
  const codes: string[] = [];
  let fields = record;
  for (;;) {
    const last = fields.findLastIndex((field) => field.trim() !== "");
    const code = fields[last - 1];
    if (code === undefined || !CODES.has(code)) return { fields, codes };
    codes.push(code);
    fields = fields.slice(0, last - 1);
  }
}
