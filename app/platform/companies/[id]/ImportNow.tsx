"use client";

import { useRouter } from "next/navigation";
import { ConfirmAction } from "../../../_kit/ConfirmAction.tsx";
import { callApi } from "../../../_kit/callApi.ts";

/** Asks for the import, and goes to where its progress is. */
export function ImportNow({ id }: { id: string }) {
  const router = useRouter();
  return (
    <ConfirmAction
      label="Import now"
      question="Import the CSV now?"
      confirm="Import now"
      act={async () => {
        const outcome = await callApi<{ job: { id: string } }>(`/api/admin/companies/${id}/import-now`);
        if (outcome.ok) router.push(`/platform/jobs/${outcome.answer.job.id}`);
        return outcome;
      }}
      done="The import has been queued."
    >
      <p>LiveDash fetches the whole CSV from its address. Sessions that have not changed stay as they are.</p>
    </ConfirmAction>
  );
}
