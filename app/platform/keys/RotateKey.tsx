"use client";

import { ConfirmAction } from "../../_kit/ConfirmAction.tsx";
import { callApi } from "../../_kit/callApi.ts";
import { Select } from "../../_kit/Select.tsx";
import { LIFETIMES, untilIn } from "./lifetimes.ts";
import { NewKeyShown } from "./NewKeyShown.tsx";

const GRACE = [
  { value: "24", name: "stops after a day" },
  { value: "168", name: "stops after a week" },
  { value: "", name: "works until it expires" },
];

export function RotateKey({ id, name }: { id: string; name: string }) {
  return (
    <ConfirmAction
      label="Rotate"
      question={`Rotate the key "${name}"?`}
      confirm="Create new key"
      fields={
        <div className="space-y-4">
          <Select name="days" label="The new key is valid for" options={LIFETIMES} defaultValue="90" />
          <Select name="graceHours" label="The old key" options={GRACE} defaultValue="168" />
        </div>
      }
      act={({ days, graceHours }) => {
        const grace = graceHours ? { graceHours: Number(graceHours) } : {};
        return callApi(`/api/admin/keys/${id}/rotate`, { body: { expiresAt: untilIn(days), ...grace } });
      }}
      done="The new key has been created."
      show={(answer) => <NewKeyShown answer={answer} />}
    >
      <p>The new key has the same owner, permissions and addresses. Both work until the old one stops.</p>
    </ConfirmAction>
  );
}
