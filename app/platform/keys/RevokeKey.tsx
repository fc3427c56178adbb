"use client";

import { ConfirmAction } from "../../_kit/ConfirmAction.tsx";
import { callApi } from "../../_kit/callApi.ts";

export function RevokeKey({ id, name }: { id: string; name: string }) {
  return (
    <ConfirmAction
      label="Revoke"
      tone="danger"
      question={`Revoke the key "${name}"?`}
      confirm="Revoke it"
      act={() => callApi(`/api/admin/legacy/keys/${id}/revoke`)}
      done="The key is revoked."
    >
      <p>It stops working at once, for good. What uses it is refused from its next call on.</p>
    </ConfirmAction>
  );
}
