import type { ReactNode } from "react";

export interface Column<Row> {
  /** The head of the column; on a phone it stands before the value. */
  name: string;
  cell: (row: Row) => ReactNode;
  /** Numbers stand at the end of their column, so that their digits can be compared. */
  isNumber?: boolean;
  /** Names such as `gpt-6-luna` are not broken at their hyphens. */
  isWhole?: boolean;
  /** Left out of a table that has little room; cards and wider windows have it. */
  isMinor?: boolean;
}

const PADDING = "px-2.5 py-3 xl:px-3 2xl:px-4";
const MINOR = "wide:max-xl:hidden";

/** Rows with columns; on a phone each row becomes a card. `caption` names it for screen readers. */
export function Table<Row>({ caption, columns, rows, keyOf }: TableProps<Row>) {
  return (
    <div className="overflow-x-auto rounded-xl border border-line bg-surface">
      <table className="w-full border-collapse text-sm">
        <caption className="sr-only">{caption}</caption>
        <thead className="max-wide:sr-only">
          <tr>
            {columns.map(({ name, isNumber, isMinor }) => (
              <th
                key={name}
                scope="col"
                className={`${PADDING} text-sm font-medium text-ink-faint ${isNumber ? "text-right" : "text-left"} ${isMinor ? MINOR : ""}`}
              >
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)} className="border-t border-line align-top max-wide:block max-wide:px-4 max-wide:py-3">
              {columns.map(({ name, cell, isNumber, isWhole, isMinor }) => (
                <td
                  key={name}
                  className={`${PADDING} max-wide:flex max-wide:justify-between max-wide:gap-6 max-wide:px-0 max-wide:py-1 ${isNumber ? "text-right tabular-nums" : ""} ${isWhole ? "wide:whitespace-nowrap" : ""} ${isMinor ? MINOR : ""}`}
                >
                  <span aria-hidden="true" className="shrink-0 text-ink-faint wide:hidden">
                    {name}
                  </span>
                  <span className="min-w-0 max-wide:text-right">{cell(row)}</span>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface TableProps<Row> {
  caption: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  keyOf: (row: Row) => string;
}
