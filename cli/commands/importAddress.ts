import { importNow } from "../../lib/admin/companies/importNow.ts";
import { RefusedError } from "../../lib/api/errors.ts";
import { callOperation } from "../../lib/api/operation.ts";
import { companyIdOf } from "../given.ts";
import { print, printJson } from "../printed.ts";
import { openProgress } from "../progress.ts";
import { runOrWait } from "../runOrWait.ts";
import { withOperations } from "../withRuntime.ts";
import type { ImportOptions } from "./import.ts";

interface Options extends Omit<ImportOptions, "company"> {
  company: string;
  wait?: boolean;
}

/** What would be passed over in silence: the import would be done, and paid for. */
function refuseWhatNeedsAFile({ transcripts, fetchTranscripts, timeZone, dryRun }: Options): void {
  const given = [
    transcripts !== undefined && "--transcripts",
    fetchTranscripts && "--fetch-transcripts",
    timeZone !== undefined && "--time-zone",
    dryRun && "--dry-run",
  ].filter((name) => typeof name === "string");
  if (given.length === 0) return;
  throw new RefusedError("invalid_input", `Name the CSV file: ${given.join(" and ")} cannot be used without one.`);
}

/** Has the CSV of a company imported from its address, as a job; with `wait`, shows how far it is until it has ended. */
export function importFromAddress(options: Options): Promise<void> {
  refuseWhatNeedsAFile(options);
  return withOperations(async (ctx) => {
    const { job } = await callOperation(ctx, importNow, { id: await companyIdOf(ctx, options.company) });
    if (!options.wait) {
      if (options.json) printJson({ job });
      else print(`The import is queued as job ${job.id}. A process with schedulers will do it; --wait does it here.\n`);
      return;
    }
    const view = openProgress();
    const ended = await runOrWait(ctx, job.id, ({ done, total }) => {
      if (!options.json && done > 0) view.set("import", done, total ?? done);
    }).finally(view.close);
    if (options.json) printJson({ job: { id: job.id, ...ended } });
    if (ended?.state === "failed") throw new RefusedError("import_failed", ended.error ?? "The import failed.");
    if (ended?.state === "aborted") throw new RefusedError("conflict", `Job ${job.id} was aborted.`);
    if (ended?.state !== "done")
      throw new RefusedError("stopping", `Job ${job.id} is not done. It continues in another process.`);
    const { rows = 0, imported = 0, updated = 0, unchanged = 0, bad = 0, importRunId } = ended.outcome;
    if (options.json) return;
    print(
      `${rows} rows: ${imported} imported, ${updated} updated, ${unchanged} unchanged, ${bad} bad (import ${importRunId}).\n`,
    );
  });
}
