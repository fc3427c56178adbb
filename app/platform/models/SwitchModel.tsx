"use client";

import { ConfirmAction } from "../../_kit/ConfirmAction.tsx";
import { callApi } from "../../_kit/callApi.ts";

export function SwitchModel({ id, name, isActive }: { id: string; name: string; isActive: boolean }) {
  return (
    <ConfirmAction
      label={isActive ? "Deactivate" : "Activate"}
      question={isActive ? `Deactivate ${name}?` : `Activate ${name}?`}
      confirm={isActive ? "Deactivate model" : "Activate model"}
      act={() => callApi(`/api/admin/models/${id}`, { method: "PATCH", body: { isActive: !isActive } })}
      done={isActive ? `${name} has been deactivated.` : `${name} has been activated.`}
    >
      <p>
        {isActive
          ? "Companies that use it get the default model for new requests. Pending requests keep it."
          : "Companies can choose it again."}
      </p>
    </ConfirmAction>
  );
}
