"use client";

import { ConfirmAction } from "../../_kit/ConfirmAction.tsx";
import { callApi } from "../../_kit/callApi.ts";
import { TextField } from "../../_kit/TextField.tsx";
import { inUtc } from "./inUtc.ts";

export function NewRate() {
  return (
    <ConfirmAction
      label="New rate"
      question="New exchange rate"
      confirm="Add rate"
      fields={
        <div className="space-y-4">
          <TextField name="currency" label="Currency" defaultValue="USD" pattern="[A-Z]{3}" isRequired />
          <TextField
            name="eurPerUnit"
            label="Euros per unit"
            inputMode="decimal"
            pattern="\d{1,8}(\.\d{1,6})?"
            isRequired
          />
          <TextField
            name="effectiveFrom"
            label="From (your time)"
            type="datetime-local"
            hint="Leave empty to start now."
          />
        </div>
      }
      act={({ effectiveFrom, ...rate }) =>
        callApi("/api/admin/exchange-rates", { body: { ...rate, ...inUtc(effectiveFrom) } })
      }
      done="The rate has been added."
    >
      <p>It is used to convert the cost of results received from that time.</p>
    </ConfirmAction>
  );
}
