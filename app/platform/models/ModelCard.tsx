import type { z } from "zod";
import type { modelRow } from "../../../lib/admin/models/modelRow.ts";
import { type Column, Table } from "../../_kit/Table.tsx";
import { StatusLabel } from "../../_ui/StatusLabel.tsx";
import { Time } from "../../_ui/Time.tsx";
import { NewPrice } from "./NewPrice.tsx";
import { SwitchModel } from "./SwitchModel.tsx";

type Model = z.output<typeof modelRow>;

const COLUMNS: readonly Column<Model["prices"][number]>[] = [
  { name: "Price", cell: ({ tier }) => (tier === "BATCH" ? "Batch" : "Synchronous") },
  { name: "Input", isNumber: true, cell: ({ inputPerMillion }) => priceOf(inputPerMillion) },
  { name: "Cached input", isNumber: true, cell: ({ cachedInputPerMillion }) => priceOf(cachedInputPerMillion) },
  { name: "Output", isNumber: true, cell: ({ outputPerMillion }) => priceOf(outputPerMillion) },
  { name: "Currency", cell: ({ currency }) => `${currency} per million tokens` },
  { name: "From", cell: ({ effectiveFrom }) => <Time iso={effectiveFrom} withYear /> },
  { name: "Current", cell: ({ isCurrent }) => (isCurrent ? "yes" : "") },
];

/** `2.500000` as `2.50`, `0.012500` as `0.0125`. */
const priceOf = (decimal: string) => decimal.replace(/(\.\d\d\d*?)0+$/, "$1");

export function ModelCard({ model, canWrite }: { model: Model; canWrite: boolean }) {
  return (
    <section aria-label={model.name}>
      <div className="mb-2 flex flex-wrap items-center justify-between gap-x-6 gap-y-2">
        <h2 className="flex flex-wrap items-center gap-3 font-semibold">
          {model.name}
          {model.accountId !== "default" && (
            <span className="font-normal text-ink-soft">
              {model.accountId}
              {model.providerName && `, as ${model.providerName}`}
            </span>
          )}
          <StatusLabel tone={model.isActive ? "done" : "waiting"} word={model.isActive ? "In use" : "Not in use"} />
        </h2>
        {canWrite && (
          <span className="flex flex-wrap gap-3">
            <NewPrice modelId={model.id} name={model.name} />
            <SwitchModel id={model.id} name={model.name} isActive={model.isActive} />
          </span>
        )}
      </div>
      <Table caption={`Prices of ${model.name}`} columns={COLUMNS} rows={model.prices} keyOf={({ id }) => id} />
    </section>
  );
}
