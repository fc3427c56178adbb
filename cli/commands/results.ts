import { listResultVersions } from "../../lib/admin/results/listResultVersions.ts";
import { reanalyse } from "../../lib/admin/results/reanalyse.ts";
import { switchResults } from "../../lib/admin/results/switchResults.ts";
import { RefusedError } from "../../lib/api/errors.ts";
import { type CallContext, callOperation } from "../../lib/api/operation.ts";
import type { WatchedJob } from "../../lib/jobs/waitForJob.ts";
import { companyIdOf, momentOf, withoutGaps } from "../given.ts";
import { inEuros, print, printJson } from "../printed.ts";
import { runOrWait } from "../runOrWait.ts";
import { withOperations } from "../withRuntime.ts";

interface ResultOptions {
  analysis: string;
  company?: string;
  ofVersion?: string;
  belowVersion?: string;
  model?: string;
  askModel?: string;
  from?: string;
  to?: string;
  reason: string;
  dryRun?: boolean;
  yes?: boolean;
  json?: boolean;
}

const NOT_DONE = "Nothing was changed. Run this again with --yes to do it.\n";

/** Prints how many results there are of each analysis, version and model. */
export function versions({ company, json }: { company?: string; json?: boolean }): Promise<void> {
  return withOperations(async (ctx) => {
    const companyId = company === undefined ? undefined : await companyIdOf(ctx, company);
    const answer = await callOperation(ctx, listResultVersions, withoutGaps({ companyId }));
    if (json) return printJson(answer);
    for (const { name, version } of answer.analyses) print(`${name} is at version ${version}.\n`);
    if (answer.results.length === 0) print("There are no results yet.\n");
    for (const { analysis, version, model, shown, kept } of answer.results) {
      print(`${analysis}, version ${version ?? "unknown"}, ${model}: ${shown} shown, ${kept} not shown\n`);
    }
  });
}

/** Says what analysing sessions again would come to; with `yes` it requests that. */
export function analyseAgain(options: ResultOptions): Promise<void> {
  return withOperations(async (ctx) => {
    const { askModel, reason, yes = false, json = false } = onlyOne(options);
    const asked = withoutGaps({ filter: await filterOf(ctx, options), askModel, reason });
    const answer = await callOperation(ctx, reanalyse, { ...asked, preview: !yes });
    const job = answer.jobId === null ? undefined : await runOrWait(ctx, answer.jobId);
    if (json) printJson({ ...answer, job: job ?? null });
    refuseUnlessDone(job);
    if (json) return;
    if (!yes) {
      const cost = answer.estimatedCostEur === null ? "an unknown amount" : inEuros(answer.estimatedCostEur);
      return print(`Sessions to analyse again: ${answer.matched}. That costs ${cost}.\n${NOT_DONE}`);
    }
    print(`Requested: ${job?.outcome.requested ?? 0}. They are sent with the next batches.\n`);
    sayWhatIsLeft(job);
  });
}

/** Says how many sessions would show a kept result again; with `yes` they do. */
export function switchBack(options: ResultOptions): Promise<void> {
  return withOperations(async (ctx) => {
    const { reason, yes = false, json = false } = onlyOne(options);
    const asked = { filter: await filterOf(ctx, options), reason };
    const answer = await callOperation(ctx, switchResults, { ...asked, preview: !yes });
    const job = answer.jobId === null ? undefined : await runOrWait(ctx, answer.jobId);
    if (json) printJson({ ...answer, job: job ?? null });
    refuseUnlessDone(job);
    if (json) return;
    if (!yes) return print(`Sessions with such a result that show another one: ${answer.matched}.\n${NOT_DONE}`);
    const { switched = 0, unfit = 0 } = job?.outcome ?? {};
    if (unfit !== 0) print(`Left alone: ${unfit}, which the present version of the analysis would refuse.\n`);
    print(`Switched: ${switched}.\n`);
    sayWhatIsLeft(job);
  });
}

function refuseUnlessDone(job: WatchedJob | undefined): void {
  if (job?.state === "failed") throw new RefusedError("conflict", job.error ?? "The job failed.");
  if (job?.state === "aborted") throw new RefusedError("conflict", "The job was aborted.");
}

/** A worker that stopped leaves the rest to the next. */
function sayWhatIsLeft(job: WatchedJob | undefined): void {
  if (job?.state === "queued" || job?.state === "running") print("The next worker will do the rest.\n");
}

function onlyOne(options: ResultOptions): ResultOptions {
  if (!options.yes || !options.dryRun) return options;
  throw new RefusedError("invalid_input", "Use either --yes or --dry-run, not both.");
}

async function filterOf(ctx: CallContext, options: ResultOptions) {
  const { analysis, company, ofVersion, belowVersion, model, from, to } = options;
  const timeOf = (name: string, text: string | undefined) =>
    text === undefined ? undefined : momentOf(ctx, name, text);
  return withoutGaps({
    analysis,
    companyId: company === undefined ? undefined : await companyIdOf(ctx, company),
    version: ofVersion,
    belowVersion,
    model,
    from: timeOf("--from", from),
    to: timeOf("--to", to),
  });
}
