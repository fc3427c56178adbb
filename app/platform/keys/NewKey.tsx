"use client";

import { ConfirmAction } from "../../_kit/ConfirmAction.tsx";
import { callApi } from "../../_kit/callApi.ts";
import { Select } from "../../_kit/Select.tsx";
import { ShownOnce } from "../../_kit/ShownOnce.tsx";
import { TextField } from "../../_kit/TextField.tsx";
import { ROLES } from "../../_users/roles.ts";

const DAY_MS = 86_400_000;
const LIFETIMES = [
  { value: "30", name: "30 days" },
  { value: "90", name: "90 days" },
  { value: "365", name: "a year" },
];

export function NewKey({ permissions }: { permissions: readonly string[] }) {
  const choices = permissions.map((value) => ({ value, name: value }));
  return (
    <ConfirmAction
      label="New key"
      tone="strong"
      question="New API key"
      confirm="Create key"
      fields={
        <div className="space-y-4">
          <TextField name="name" label="Name" hint="The program or machine that will use it." isRequired autoFocus />
          <Select name="role" label="Role" options={ROLES.platform} />
          <Select name="scope" label="Limited to" any="All permissions of its role" options={choices} />
          <Select name="days" label="Valid for" options={LIFETIMES} defaultValue="90" />
        </div>
      }
      act={({ name, role, scope, days }) => {
        const expiresAt = new Date(Date.now() + Number(days) * DAY_MS).toISOString();
        const body = { name, role, scopes: scope ? [scope] : [], expiresAt };
        return callApi("/api/admin/legacy/keys", { body });
      }}
      done="The key has been created."
      show={(answer) => (
        <ShownOnce
          name="The key"
          value={(answer as { key: string }).key}
          advice="Send it as Authorization: Bearer. It will not be shown again. If you lose it, revoke it and create another."
        />
      )}
    >
      <p>Give it no more access than it needs. Use the command line or the API to combine several permissions.</p>
    </ConfirmAction>
  );
}
