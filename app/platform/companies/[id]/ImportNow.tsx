"use client";

import { ConfirmAction } from "../../../_kit/ConfirmAction.tsx";
import { callApi } from "../../../_kit/callApi.ts";
import { counted } from "../../../_words/numbers.ts";

interface Report {
  imported: number;
  updated: number;
  bad: number;
}

export function ImportNow({ id }: { id: string }) {
  return (
    <ConfirmAction
      label="Import now"
      question="Import the CSV now?"
      confirm="Import now"
      act={() => callApi<Report>(`/api/admin/companies/${id}/import-now`)}
      done={(answer) => {
        const { imported, updated, bad } = answer as Report;
        return `${counted(imported, "new session")}, ${counted(updated, "changed session")}, ${counted(bad, "bad row")}.`;
      }}
    >
      <p>LiveDash fetches the whole CSV from its address. Sessions that have not changed stay as they are.</p>
    </ConfirmAction>
  );
}
