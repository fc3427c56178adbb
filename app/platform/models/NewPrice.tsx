"use client";

import { ConfirmAction } from "../../_kit/ConfirmAction.tsx";
import { callApi } from "../../_kit/callApi.ts";
import { Select } from "../../_kit/Select.tsx";
import { TextField } from "../../_kit/TextField.tsx";
import { inUtc } from "./inUtc.ts";

const TIERS = [
  { value: "BATCH", name: "Batch" },
  { value: "SYNC", name: "Synchronous, to compare with" },
];
const DECIMAL = String.raw`\d{1,8}(\.\d{1,6})?`;

export function NewPrice({ modelId, name }: { modelId: string; name: string }) {
  const amount = (field: string, label: string) => (
    <TextField name={field} label={label} inputMode="decimal" pattern={DECIMAL} isRequired />
  );
  return (
    <ConfirmAction
      label="New price"
      question={`A new price of ${name}`}
      confirm="Add the price"
      fields={
        <div className="space-y-4">
          <Select name="tier" label="Way" options={TIERS} defaultValue="BATCH" />
          <TextField name="currency" label="Currency" defaultValue="USD" pattern="[A-Z]{3}" isRequired />
          {amount("inputPerMillion", "Input, for a million tokens")}
          {amount("cachedInputPerMillion", "Cached input, for a million tokens")}
          {amount("outputPerMillion", "Output, for a million tokens")}
          <TextField name="effectiveFrom" label="From (your time)" type="datetime-local" hint="Empty: from now on." />
        </div>
      }
      act={({ effectiveFrom, ...price }) =>
        callApi("/api/admin/legacy/prices", { body: { modelId, ...price, ...inUtc(effectiveFrom) } })
      }
      done="The price is added."
    >
      <p>It holds from its moment on, for lines that are received then. What was paid before keeps its price.</p>
    </ConfirmAction>
  );
}
