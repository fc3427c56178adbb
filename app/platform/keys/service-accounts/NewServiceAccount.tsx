"use client";

import { ConfirmAction } from "../../../_kit/ConfirmAction.tsx";
import { callApi } from "../../../_kit/callApi.ts";
import { Select } from "../../../_kit/Select.tsx";
import { TextField } from "../../../_kit/TextField.tsx";
import { ROLES } from "../../../_users/roles.ts";

export function NewServiceAccount() {
  return (
    <ConfirmAction
      label="New service account"
      tone="strong"
      question="New service account"
      confirm="Create service account"
      fields={
        <div className="space-y-4">
          <TextField name="name" label="Name" hint="What the program is called." maxLength={90} isRequired autoFocus />
          <Select name="role" label="Role" options={ROLES.platform} />
        </div>
      }
      act={(body) => callApi("/api/admin/service-accounts", { body })}
      done="The service account has been created."
    >
      <p>Its keys have its role, and are independent of any person.</p>
    </ConfirmAction>
  );
}
