import type { Command } from "commander";

/** `livedash erase` and `livedash readmit`: the same operations as the API's. */
export function addErasureCommands(program: Command): void {
  program
    .command("erase")
    .description("erase sessions of a company for good: shows how many, and does it with --yes")
    .argument("[sessions...]", "the company's ids of sessions, or ours")
    .requiredOption("--company <name>", "the company (name or id)")
    .option("--from <time>", "only sessions that started at or after this time: 2026-11-26 or 2026-11-26T10:00:00Z")
    .option("--before <time>", "only sessions that started before this time")
    .option("--imported-from <time>", "only sessions that were first imported at or after this time")
    .option("--imported-before <time>", "only sessions that were first imported before this time")
    .option("--all", "all sessions of the company")
    .option("--reason <text>", "why; recorded in the audit log", "At the command line")
    .option("--dry-run", "show what would happen without doing it (the same as leaving out --yes)")
    .option("--yes", "go ahead and do it; it cannot be undone")
    .option("--json", "print JSON, in the shape of the API")
    .action(async (sessions, options) => (await import("./commands/erasure.ts")).erase(sessions, options));

  program
    .command("readmit")
    .description("let erased sessions in again with the next import")
    .argument("<sessions...>", "the company's ids of them")
    .requiredOption("--company <name>", "the company (name or id)")
    .option("--reason <text>", "why; recorded in the audit log", "At the command line")
    .option("--json", "print JSON, in the shape of the API")
    .action(async (sessions, options) => (await import("./commands/erasure.ts")).readmit(sessions, options));
}
