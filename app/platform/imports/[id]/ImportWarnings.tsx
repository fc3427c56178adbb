import { type Column, Table } from "../../../_kit/Table.tsx";
import { spellOut } from "../../../_words/labels.ts";
import { inGroups } from "../../../_words/numbers.ts";

interface Warning {
  code: string;
  reason: string;
  count: number;
  examples: string[];
}

const COLUMNS: readonly Column<Warning>[] = [
  { name: "Count", isNumber: true, cell: ({ count }) => inGroups(count) },
  { name: "Warning", cell: ({ code, reason }) => reason || spellOut(code) },
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
