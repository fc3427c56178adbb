"use client";

import { useRouter } from "next/navigation";
import { Button } from "../_kit/Button.tsx";
import { callApi } from "../_kit/callApi.ts";
import { Refusal } from "../_kit/Refusal.tsx";
import { useAction } from "../_kit/useAction.ts";

interface PrepareExportProps {
  list: string;
  filter: Readonly<Record<string, string | undefined>>;
}

/** Has a list exported by a job, and leads to that job's own page: for lists that take long. */
export function PrepareExport({ list, filter }: PrepareExportProps) {
  const router = useRouter();
  const { isPending, refusal, run } = useAction();
  const prepare = async () => {
    const body = { list, ...filter };
    const answer = await run(() => callApi<{ job: { id: string } }>("/api/admin/exports", { body }));
    if (answer) router.push(`/platform/jobs/${answer.job.id}`);
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
