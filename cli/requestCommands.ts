import type { Command } from "commander";

/** `livedash requests ...`: the same operations as the API's. */
export function addRequestCommands(program: Command): void {
  const requests = program
    .command("requests")
    .description("list and requeue requests (one request is one analysis of one session)");

  withFilters(requests.command("list", { isDefault: true }))
    .description("list requests with one status, newest first (the default)")
    .option(
      "--status <status>",
      "pending-batching, batching-in-progress, processing-complete or processing-failed",
      "processing-failed",
    )
    .option("--oldest", "oldest first")
    .option("--limit <number>", "how many to show (default 50)")
    .option("--json", "print JSON, in the shape of the API")
    .action(async (options) => (await import("./commands/requests/list.ts")).list(options));

  requests
    .command("failures")
    .description("show what failed in the last hour, day and week, grouped by error code and message")
    .option("--limit <number>", "how many groups to show (default 50)")
    .option("--json", "print JSON, in the shape of the API")
    .action(async (options) => (await import("./commands/requests/failures.ts")).failures(options));

  withFilters(requests.command("requeue"))
    .description("requeue failed requests: shows how many and what it would cost, and does it with --yes")
    .argument("[id...]", "the request ids, or use the filters below instead")
    .option("--all", "every failed request")
    .option("--reason <text>", "why; recorded in the audit log", "Requeued at the command line")
    .option("--dry-run", "show what would happen without doing it (the same as leaving out --yes)")
    .option("--yes", "go ahead and do it")
    .option("--json", "print JSON, in the shape of the API")
    .action(async (ids, options) => (await import("./commands/requests/requeue.ts")).requeue(ids, options));
}

function withFilters(command: Command): Command {
  return command
    .option("--company <name>", "only this company (name or id)")
    .option("--model <model>", "only this model")
    .option("--batch <id>", "only requests in this batch")
    .option("--session <id>", "only sessions whose external id is this or starts with this")
    .option("--error-code <code>", "only this error code, such as line_timed_out")
    .option(
      "--error-group <message>",
      "only this error group, as `requests failures` shows it (goes with --error-code)",
    )
    .option(
      "--since <time>",
      "failed since then (for other statuses: requested since then): 2h, 7d, 2026-11-26 or 2026-11-26T10:00:00Z",
    );
}
