"use client";

import { ConfirmAction } from "../../_kit/ConfirmAction.tsx";
import { callApi } from "../../_kit/callApi.ts";

export function RevokeKey({ id, name }: { id: string; name: string }) {
  return (
    <ConfirmAction
      label="Revoke"
      tone="danger"
      question={`Revoke the key "${name}"?`}
      confirm="Revoke key"
      act={() => callApi(`/api/admin/keys/${id}/revoke`)}
      done="The key has been revoked."
    >
      <p>It stops working immediately and permanently. Anything that uses it will be refused.</p>
    </ConfirmAction>
  );
}
