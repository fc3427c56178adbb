import type { Command } from "commander";

/** `livedash jobs ...`: the same operations as the API's. */
export function addJobCommands(program: Command): void {
  const jobs = program
    .command("jobs")
    .description("list, follow, abort and retry jobs, such as imports and bulk requeues");

  jobs
    .command("list", { isDefault: true })
    .description("list jobs, newest first (the default)")
    .option("--state <state>", "queued, running, done, failed or aborted")
    .option(
      "--kind <kind>",
      "bulk-requeue, import, list-export, sessions-export, upload, reanalysis, result-switch or erasure",
    )
    .option("--company <name>", "only this company (name or id)")
    .option("--limit <number>", "how many to show (default 50)")
    .option("--json", "print JSON, in the shape of the API")
    .action(async (options) => (await import("./commands/jobs.ts")).list(options));

  jobs
    .command("show")
    .description("show one job")
    .argument("<id>", "the job id")
    .option("--wait", "follow it until it has ended")
    .option("--json", "print JSON, in the shape of the API")
    .action(async (id, options) => (await import("./commands/jobs.ts")).show(id, options));

  jobs
    .command("abort")
    .description("abort a job: at once if it is waiting, else at its next safe point; what it has done stays")
    .argument("<id>", "the job id")
    .action(async (id) => (await import("./commands/jobs.ts")).abort(id));

  jobs
    .command("retry")
    .description("retry a job that failed or was aborted")
    .argument("<id>", "the job id")
    .action(async (id) => (await import("./commands/jobs.ts")).retry(id));
}
