"use client";

import { ConfirmAction } from "../../_kit/ConfirmAction.tsx";
import { callApi } from "../../_kit/callApi.ts";
import { TextField } from "../../_kit/TextField.tsx";

export function NewModel() {
  return (
    <ConfirmAction
      label="New model"
      tone="strong"
      question="A new model"
      confirm="Make it known"
      fields={
        <TextField name="name" label="Name" hint="As the provider writes it." isRequired maxLength={200} autoFocus />
      }
      act={({ name }) => callApi("/api/admin/legacy/models", { body: { name } })}
      done="The model is known. Give it its prices next."
    >
      <p>Its requests cost nothing in the books until it has a price.</p>
    </ConfirmAction>
  );
}
