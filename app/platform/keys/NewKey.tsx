"use client";

import { ConfirmAction } from "../../_kit/ConfirmAction.tsx";
import { callApi } from "../../_kit/callApi.ts";
import { Select } from "../../_kit/Select.tsx";
import { ShownOnce } from "../../_kit/ShownOnce.tsx";
import { TextField } from "../../_kit/TextField.tsx";
import { ROLES } from "../users/roles.ts";

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
      question="A new API key"
      confirm="Make the key"
      fields={
        <div className="space-y-4">
          <TextField name="name" label="Name" hint="Of the machine or program that will use it." isRequired autoFocus />
          <Select name="role" label="Role" options={ROLES.platform} />
          <Select name="scope" label="Limited to" any="All that its role may" options={choices} />
          <Select name="days" label="Works for" options={LIFETIMES} defaultValue="90" />
        </div>
      }
      act={({ name, role, scope, days }) => {
        const expiresAt = new Date(Date.now() + Number(days) * DAY_MS).toISOString();
        const body = { name, role, scopes: scope ? [scope] : [], expiresAt };
        return callApi("/api/admin/legacy/keys", { body });
      }}
      done="The key is made."
      show={(answer) => (
        <ShownOnce
          name="The key"
          value={(answer as { key: string }).key}
          advice="Send it as Authorization: Bearer. It is not shown again; if it is lost, revoke it and make another."
        />
      )}
    >
      <p>Give it no more than it needs. Several permissions at once can be given with the command or the API.</p>
    </ConfirmAction>
  );
}
