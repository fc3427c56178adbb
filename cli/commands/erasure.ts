import { counted } from "../../app/_words/numbers.ts";
import { eraseSessions } from "../../lib/admin/erasure/eraseSessions.ts";
import { readmitSessions } from "../../lib/admin/erasure/readmitSessions.ts";
import { RefusedError } from "../../lib/api/errors.ts";
import { type CallContext, callOperation } from "../../lib/api/operation.ts";
import { companyIdOf, momentOf, withoutGaps } from "../given.ts";
import { print, printJson } from "../printed.ts";
import { runOrWait } from "../runOrWait.ts";
import { withOperations } from "../withRuntime.ts";

interface ErasureOptions {
  company: string;
  from?: string;
  before?: string;
  importedFrom?: string;
  importedBefore?: string;
  all?: boolean;
  reason: string;
  dryRun?: boolean;
  yes?: boolean;
  json?: boolean;
}

/** Says how many sessions would be erased; with `yes` they are. */
export function erase(sessions: string[], options: ErasureOptions): Promise<void> {
  return withOperations(async (ctx) => {
    const { reason, yes = false, dryRun = false, json = false } = options;
    if (yes && dryRun) throw new RefusedError("invalid_input", "Use either --yes or --dry-run, not both.");
    const filter = await filterOf(ctx, sessions, options);
    const answer = await callOperation(ctx, eraseSessions, { filter, reason, preview: !yes });
    const job = answer.jobId === null ? undefined : await runOrWait(ctx, answer.jobId);
    if (json) printJson({ ...answer, job: job ?? null });
    if (job?.state === "failed") throw new RefusedError("conflict", job.error ?? "The job failed.");
    if (job?.state === "aborted") throw new RefusedError("conflict", "The job was aborted.");
    if (json) return;
    if (answer.unknown > 0) print(`Not there: ${counted(answer.unknown, "session")} of those named.\n`);
    if (!yes) {
      const many = answer.sessions === null ? "too many to count in time" : String(answer.sessions);
      print(`Sessions to erase for good: ${many}.\n`);
      if (answer.inFlight) print(`Answers to come that are paid for and dropped: ${answer.inFlight}.\n`);
      return print("Nothing was erased. Run this again with --yes to do it.\n");
    }
    print(`Erased: ${counted(Number(job?.outcome.erased ?? 0), "session")}.\n`);
    if (job?.state !== "done") print("The next worker will do the rest.\n");
  });
}

export function readmit(
  sessions: string[],
  { company, reason, json = false }: Pick<ErasureOptions, "company" | "reason" | "json">,
): Promise<void> {
  return withOperations(async (ctx) => {
    const companyId = await companyIdOf(ctx, company);
    const answer = await callOperation(ctx, readmitSessions, { companyId, sessions, reason });
    if (json) return printJson(answer);
    print(`${counted(answer.readmitted, "session")} can be imported again.\n`);
  });
}

async function filterOf(ctx: CallContext, sessions: string[], options: ErasureOptions) {
  const { company, all, ...given } = options;
  const timeOf = (name: string, text: string | undefined) =>
    text === undefined ? undefined : momentOf(ctx, name, text);
  return withoutGaps({
    companyId: await companyIdOf(ctx, company),
    sessions: sessions.length === 0 ? undefined : sessions,
    from: timeOf("--from", given.from),
    before: timeOf("--before", given.before),
    importedFrom: timeOf("--imported-from", given.importedFrom),
    importedBefore: timeOf("--imported-before", given.importedBefore),
    all,
  });
}
