"use client";

import { useRouter } from "next/navigation";
import { Button } from "../../_kit/Button.tsx";
import { callApi } from "../../_kit/callApi.ts";
import { Refusal } from "../../_kit/Refusal.tsx";
import { useAction } from "../../_kit/useAction.ts";
import type { Filter } from "../_filter/filter.ts";

/** Has what the filter finds exported in the background, and leads to where it can be watched and fetched. */
export function PrepareExport({ filter }: { filter: Filter }) {
  const router = useRouter();
  const { isPending, refusal, run } = useAction();
  const prepare = async () => {
    const answer = await run(() => callApi("/api/company/sessions/exports", { body: filter }));
    if (answer) router.push("/dashboard/sessions/exports");
  };
  return (
    <>
      <Button isPending={isPending} onPress={prepare}>
        Export in the background
      </Button>
      <Refusal message={refusal} />
    </>
  );
}
