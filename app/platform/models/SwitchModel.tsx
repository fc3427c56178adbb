"use client";

import { ConfirmAction } from "../../_kit/ConfirmAction.tsx";
import { callApi } from "../../_kit/callApi.ts";

export function SwitchModel({ id, name, isActive }: { id: string; name: string; isActive: boolean }) {
  return (
    <ConfirmAction
      label={isActive ? "Take out of use" : "Take into use"}
      question={isActive ? `Take ${name} out of use?` : `Take ${name} into use?`}
      confirm={isActive ? "Take it out of use" : "Take it into use"}
      act={() => callApi(`/api/admin/legacy/models/${id}`, { method: "PATCH", body: { isActive: !isActive } })}
      done={isActive ? `${name} is out of use.` : `${name} is in use.`}
    >
      <p>
        {isActive
          ? "Companies that had chosen it get the analysis' own model for new requests. What is pending keeps it."
          : "Companies can choose it again."}
      </p>
    </ConfirmAction>
  );
}
