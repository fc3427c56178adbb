"use client";

import { ConfirmAction } from "../../../_kit/ConfirmAction.tsx";
import { callApi } from "../../../_kit/callApi.ts";
import { Select } from "../../../_kit/Select.tsx";
import { EnableAction } from "../../../_users/EnableAction.tsx";
import { ROLES } from "../../../_users/roles.ts";

interface ActedOn {
  id: string;
  name: string;
  role: string;
  disabledAt: string | null;
}

export function ServiceAccountActions({ account: { id, name, role, disabledAt } }: { account: ActedOn }) {
  const change = (body: object) => callApi(`/api/admin/service-accounts/${id}`, { method: "PATCH", body });
  return (
    <span className="flex flex-wrap gap-2 max-wide:justify-end">
      <ConfirmAction
        label="Role"
        question={`Change role of ${name}?`}
        confirm="Change role"
        fields={<Select name="role" label="Role" options={ROLES.platform} defaultValue={role} />}
        act={({ role: wanted }) => change({ role: wanted })}
        done="The role has been changed."
      >
        <p>Its keys change immediately.</p>
      </ConfirmAction>
      <EnableAction kind="service account" name={name} disabledAt={disabledAt} act={change}>
        {disabledAt ? "Its keys will work again." : "All of its keys stop working immediately."}
      </EnableAction>
    </span>
  );
}
