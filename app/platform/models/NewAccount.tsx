"use client";

import { ConfirmAction } from "../../_kit/ConfirmAction.tsx";
import { callApi } from "../../_kit/callApi.ts";
import { Select } from "../../_kit/Select.tsx";
import { TextField } from "../../_kit/TextField.tsx";
import { AccountKey } from "./AccountKey.tsx";

const KINDS = [
  { value: "azure", name: "Azure OpenAI" },
  { value: "openai", name: "OpenAI, or a compatible server" },
];

export function NewAccount() {
  return (
    <ConfirmAction
      label="New account"
      question="New account at a provider"
      confirm="Add account"
      fields={
        <div className="space-y-4">
          <TextField
            name="id"
            label="Name"
            hint="Lowercase letters, digits and hyphens, such as azure-eu."
            pattern="[a-z0-9][a-z0-9\-]{0,39}"
            isRequired
            autoFocus
          />
          <Select name="kind" label="Provider" options={KINDS} defaultValue="azure" />
          <TextField
            name="address"
            label="Address"
            type="url"
            hint="Such as https://name.openai.azure.com. OpenAI's own needs none."
            maxLength={500}
          />
          <AccountKey />
        </div>
      }
      act={({ id, kind, key, address }) =>
        callApi("/api/admin/provider-accounts", { body: { id, kind, key, ...(address ? { address } : {}) } })
      }
      done="The account has been added. Check it, then add a model to it."
    >
      <p>Its key is stored encrypted and never shown. Nothing is sent to it until companies use a model of it.</p>
    </ConfirmAction>
  );
}
