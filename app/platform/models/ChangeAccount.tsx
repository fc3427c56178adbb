"use client";

import { ConfirmAction } from "../../_kit/ConfirmAction.tsx";
import { callApi } from "../../_kit/callApi.ts";
import { AccountKey } from "./AccountKey.tsx";

/** What its owners can do with an account that was added: give it another key, and remove it. */
export function ChangeAccount({ id }: { id: string }) {
  const path = `/api/admin/provider-accounts/${id}`;
  return (
    <>
      <ConfirmAction
        label="Replace key"
        question={`Replace the key of ${id}?`}
        confirm="Replace key"
        fields={<AccountKey autoFocus />}
        act={({ key }) => callApi(`${path}/key`, { body: { key } })}
        done={`The key of ${id} has been replaced.`}
      >
        <p>
          Give another key of the same account. Every process uses it from its next round on. Check the account then.
        </p>
      </ConfirmAction>
      <ConfirmAction
        label="Remove"
        tone="danger"
        question={`Remove ${id}?`}
        confirm="Remove account"
        act={() => callApi(path, { method: "DELETE" })}
        done={`${id} has been removed.`}
      >
        <p>
          Its key is deleted. An account that has models or batches in flight cannot be removed. Disable it instead.
        </p>
      </ConfirmAction>
    </>
  );
}
