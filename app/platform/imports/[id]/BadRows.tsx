import { type Column, Table } from "../../../_kit/Table.tsx";
import { Time } from "../../../_ui/Time.tsx";
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
  { name: "What is wrong", cell: ({ code }) => code.replaceAll("_", " ") },
  { name: "Why", cell: ({ reason }) => reason },
  { name: "Times met", isNumber: true, cell: ({ times }) => inGroups(times) },
  { name: "First", cell: ({ firstAt }) => (firstAt ? <Time iso={firstAt} /> : "not known") },
  { name: "Last", cell: ({ lastAt }) => (lastAt ? <Time iso={lastAt} /> : "not known") },
];

const RAW: Column<BadRow> = {
  name: "As it was in the file",
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
