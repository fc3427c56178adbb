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
      question="Import its CSV now?"
      confirm="Import now"
      act={() => callApi<Report>(`/api/admin/legacy/companies/${id}/import-now`)}
      done={(answer) => {
        const { imported, updated, bad } = answer as Report;
        return `${counted(imported, "new session")}, ${counted(updated, "changed one")}, ${counted(bad, "bad row")}.`;
      }}
    >
      <p>It is fetched from its address and read to its end. What is there already stays as it is.</p>
    </ConfirmAction>
  );
}
