import type { Command } from "commander";

/** `livedash batches ...`: the same operations as the API's. */
export function addBatchCommands(program: Command): void {
  const batches = program.command("batches").description("list, show, cancel and give up on batches");

  batches
    .command("list", { isDefault: true })
    .description("list batches, newest first (the default)")
    .option(
      "--status <status>",
      "pending, uploading, validating, in-progress, finalizing, completed, processed, failed or cancelled",
    )
    .option("--company <name>", "only this company (name or id)")
    .option("--model <model>", "only this model")
    .option("--since <time>", "created since then: 2h, 7d, 2026-11-26 or 2026-11-26T10:00:00Z")
    .option("--stuck", "only batches that will not finish on their own")
    .option("--oldest", "oldest first")
    .option("--limit <number>", "how many to show (default 50)")
    .option("--json", "print JSON, in the shape of the API")
    .action(async (options) => (await import("./commands/batches/list.ts")).list(options));

  batches
    .command("show")
    .description("show one batch: its status, its history, the results of its lines and the provider's errors")
    .argument("<id>", "the batch id")
    .option("--json", "print JSON, in the shape of the API")
    .action(async (id, options) => (await import("./commands/batches/show.ts")).show(id, options));

  batches
    .command("cancel")
    .description("cancel a batch: finished lines are paid for and applied, the rest is requeued")
    .argument("<id>", "the batch id")
    .requiredOption("--reason <text>", "why; recorded in the audit log")
    .option("--dry-run", "show what would happen without doing it")
    .option("--json", "print JSON, in the shape of the API")
    .action(async (id, options) => (await import("./commands/batches/cancel.ts")).cancel(id, options));

  batches
    .command("give-up")
    .description(
      "give up on a stuck batch: cancel it, keep the results it has, and requeue the rest 24 hours after its expiry",
    )
    .argument("<id>", "the batch id")
    .requiredOption("--reason <text>", "why; recorded in the audit log")
    .option(
      "--now",
      "requeue the rest immediately; some lines may be paid for twice (--dry-run shows how many, and the cost)",
    )
    .option("--dry-run", "show what would happen without doing it")
    .action(async (id, options) => (await import("./commands/batches/giveUp.ts")).giveUp(id, options));
}
