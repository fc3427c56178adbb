"use client";

import { ConfirmAction } from "../../_kit/ConfirmAction.tsx";
import { callApi } from "../../_kit/callApi.ts";
import { Select } from "../../_kit/Select.tsx";
import { TextField } from "../../_kit/TextField.tsx";
import { inUtc } from "./inUtc.ts";

const TIERS = [
  { value: "BATCH", name: "Batch" },
  { value: "SYNC", name: "Synchronous (for comparison)" },
];
const DECIMAL = String.raw`\d{1,8}(\.\d{1,6})?`;

export function NewPrice({ modelId, name }: { modelId: string; name: string }) {
  const amount = (field: string, label: string) => (
    <TextField name={field} label={label} inputMode="decimal" pattern={DECIMAL} isRequired />
  );
  return (
    <ConfirmAction
      label="New price"
      question={`New price for ${name}`}
      confirm="Add price"
      fields={
        <div className="space-y-4">
          <Select name="tier" label="Way" options={TIERS} defaultValue="BATCH" />
          <TextField name="currency" label="Currency" defaultValue="USD" pattern="[A-Z]{3}" isRequired />
          {amount("inputPerMillion", "Input, per million tokens")}
          {amount("cachedInputPerMillion", "Cached input, per million tokens")}
          {amount("outputPerMillion", "Output, per million tokens")}
          <TextField
            name="effectiveFrom"
            label="From (your time)"
            type="datetime-local"
            hint="Leave empty to start now."
          />
        </div>
      }
      act={({ effectiveFrom, ...price }) =>
        callApi("/api/admin/prices", { body: { modelId, ...price, ...inUtc(effectiveFrom) } })
      }
      done="The price has been added."
    >
      <p>It applies to results received from that time. Earlier costs do not change.</p>
    </ConfirmAction>
  );
}
