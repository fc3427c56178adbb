"use client";

import { ConfirmAction } from "../../_kit/ConfirmAction.tsx";
import { callApi } from "../../_kit/callApi.ts";
import { TextField } from "../../_kit/TextField.tsx";

export function NewModel() {
  return (
    <ConfirmAction
      label="New model"
      tone="strong"
      question="New model"
      confirm="Add model"
      fields={
        <TextField name="name" label="Name" hint="The provider's name for it." isRequired maxLength={200} autoFocus />
      }
      act={({ name }) => callApi("/api/admin/models", { body: { name } })}
      done="The model has been added. Add its prices next."
    >
      <p>Until it has a price, its requests are recorded as free.</p>
    </ConfirmAction>
  );
}
