import type { z } from "zod";
import type { stuck } from "../../../../lib/admin/batches/batchRow.ts";
import { Time } from "../../../_ui/Time.tsx";

/** Why a batch will not end by itself, and what the provider said last. */
export function StuckNote({ stuck: found }: { stuck: z.output<typeof stuck> }) {
  if (!found) return null;
  return (
    <div className="mb-6 rounded-xl border border-failed bg-surface px-5 py-4">
      <p className="font-medium">This batch is stuck</p>
      <p className="text-ink-soft">
        {found.message} Since <Time iso={found.since} />.
      </p>
      <p className="break-words text-ink-soft">
        {found.lastWords
          ? `Last status from the provider: ${found.lastWords}`
          : "The provider has not reported a status."}
      </p>
    </div>
  );
}
