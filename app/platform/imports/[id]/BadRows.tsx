import { type Column, Table } from "../../../_kit/Table.tsx";
import { Time } from "../../../_ui/Time.tsx";
import { spellOut } from "../../../_words/labels.ts";
import { inGroups } from "../../../_words/numbers.ts";

interface BadRow {
  line: number;
  code: string;
  reason: string;
  raw: string | null;
  times: number;
  firstAt: string | null;
  lastAt: string | null;
}

const COLUMNS: readonly Column<BadRow>[] = [
  { name: "Line", isNumber: true, cell: ({ line }) => line },
  { name: "Problem", cell: ({ code }) => spellOut(code) },
  { name: "Details", cell: ({ reason }) => reason },
  { name: "Times seen", isNumber: true, cell: ({ times }) => inGroups(times) },
  { name: "First seen", cell: ({ firstAt }) => (firstAt ? <Time iso={firstAt} /> : "not known") },
  { name: "Last seen", cell: ({ lastAt }) => (lastAt ? <Time iso={lastAt} /> : "not known") },
];

const RAW: Column<BadRow> = {
  name: "Original row",
  cell: ({ raw }) => <code className="font-mono text-xs break-all">{raw}</code>,
};

export function BadRows({ rows }: { rows: readonly BadRow[] }) {
  const isRevealed = rows.some(({ raw }) => raw !== null);
  return (
    <Table
      caption="Rows left out"
      columns={isRevealed ? [...COLUMNS, RAW] : COLUMNS}
      rows={rows}
      keyOf={({ line }) => String(line)}
    />
  );
}
