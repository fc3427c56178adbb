import type { Command } from "commander";

/** `livedash results ...` and `livedash reanalyse`: the same operations as the API's. */
export function addResultCommands(program: Command): void {
  const results = program.command("results").description("the answers that are kept, and which of them sessions show");

  results
    .command("versions", { isDefault: true })
    .description("show how many results there are of each analysis, version and model (the default)")
    .option("--company <name>", "only this company (name or id)")
    .option("--json", "print JSON, in the shape of the API")
    .action(async (options) => (await import("./commands/results.ts")).versions(options));

  withFilters(results.command("switch"))
    .description("have sessions show kept results of a version or model again; shows how many, and does it with --yes")
    .option("--of-version <number>", "the version to show")
    .option("--model <model>", "the model whose answers to show")
    .action(async (options) => (await import("./commands/results.ts")).switchBack(options));

  withFilters(program.command("reanalyse"))
    .description(
      "analyse sessions again: shows how many and what it would cost, and does it with --yes. They show their old results until the new ones come",
    )
    .option("--of-version <number>", "only sessions that show a result of this version")
    .option("--below-version <number>", "only sessions that show a result of an earlier or unknown version")
    .option("--model <model>", "only sessions that show a result of this model")
    .option("--ask-model <model>", "the model to ask (default: the company's, or the analysis' own)")
    .action(async (options) => (await import("./commands/results.ts")).analyseAgain(options));
}

function withFilters(command: Command): Command {
  return command
    .option("--analysis <name>", "session-analysis or question-topics", "session-analysis")
    .option("--company <name>", "only this company (name or id)")
    .option("--from <time>", "only sessions that started at or after this time: 2026-11-26 or 2026-11-26T10:00:00Z")
    .option("--to <time>", "only sessions that started before this time")
    .option("--reason <text>", "why; recorded in the audit log", "At the command line")
    .option("--dry-run", "show what would happen without doing it (the same as leaving out --yes)")
    .option("--yes", "go ahead and do it")
    .option("--json", "print JSON, in the shape of the API");
}
