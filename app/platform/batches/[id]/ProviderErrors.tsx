import { type Column, Table } from "../../../_kit/Table.tsx";

interface ProviderError {
  line: number | null;
  code: string;
  message: string;
  param: string | null;
}

const COLUMNS: readonly Column<ProviderError>[] = [
  { name: "Line", cell: ({ line }) => line ?? "the whole file", isNumber: true },
  { name: "Code", cell: ({ code }) => code },
  { name: "Message", cell: ({ message }) => message },
  { name: "Parameter", cell: ({ param }) => param ?? "" },
];

/** What the provider found in the input file, by line. */
export function ProviderErrors({ errors }: { errors: readonly ProviderError[] }) {
  return (
    <Table
      caption="The provider's errors"
      columns={COLUMNS}
      rows={errors}
      keyOf={({ line, code, param }) => `${line} ${code} ${param}`}
    />
  );
}
