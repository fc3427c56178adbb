"use client";

import { ConfirmAction } from "../../_kit/ConfirmAction.tsx";
import { callApi } from "../../_kit/callApi.ts";
import { Select } from "../../_kit/Select.tsx";
import { TextField } from "../../_kit/TextField.tsx";

export function NewModel({ accounts }: { accounts: readonly string[] }) {
  const isOne = accounts.length < 2;
  return (
    <ConfirmAction
      label="New model"
      tone="strong"
      question="New model"
      confirm="Add model"
      fields={
        <div className="space-y-4">
          <TextField name="name" label="Name" hint="The provider's name for it." isRequired maxLength={200} autoFocus />
          {!isOne && (
            <>
              <Select
                name="accountId"
                label="Account"
                options={accounts.map((id) => ({ value: id, name: id }))}
                defaultValue="default"
                hint="Where its requests are sent. This cannot be changed later."
              />
              <TextField
                name="providerName"
                label="Name in the account"
                hint="Such as a deployment. Leave empty if it is the same."
                maxLength={200}
              />
            </>
          )}
        </div>
      }
      act={({ name, accountId, providerName }) =>
        callApi("/api/admin/models", {
          body: { name, ...(accountId ? { accountId } : {}), ...(providerName ? { providerName } : {}) },
        })
      }
      done="The model has been added. Add its prices next."
    >
      <p>Until it has a price, its requests are recorded as free.</p>
    </ConfirmAction>
  );
}
