import { type Column, Table } from "../../../_kit/Table.tsx";
import { inGroups } from "../../../_words/numbers.ts";

interface Warning {
  code: string;
  reason: string;
  count: number;
  examples: string[];
}

const COLUMNS: readonly Column<Warning>[] = [
  { name: "How many", isNumber: true, cell: ({ count }) => inGroups(count) },
  { name: "What", cell: ({ code, reason }) => reason || code.replaceAll("_", " ") },
  {
    name: "Where",
    cell: ({ count, examples }) =>
      examples.join(", ") + (count > examples.length ? ` and ${inGroups(count - examples.length)} more` : ""),
  },
];

/** What an import did that costs no row, and that somebody should know. */
export function ImportWarnings({ warnings }: { warnings: readonly Warning[] }) {
  return <Table caption="Warnings" columns={COLUMNS} rows={warnings} keyOf={({ code }) => code} />;
}
