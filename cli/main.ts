import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { runMain } from "./runMain.ts";
import { PROJECT_ROOT } from "./runtime.ts";

const { version } = JSON.parse(readFileSync(join(PROJECT_ROOT, "package.json"), "utf8")) as { version: string };

// Each command is loaded when it is called: `status` need not wait for the web server's code.
const program = new Command("livedash")
  .description(
    "Imports chat sessions, has a language model analyse each through the Batch API, and shows what they say.",
  )
  .version(version)
  .showHelpAfterError()
  .addHelpText("after", "\nConfiguration comes from the environment and from .env: see .env.example.");

program
  .command("start")
  .description("database, provider or emulator, samples into an empty database, schedulers and console, all at once")
  .action(async () => (await import("./commands/start.ts")).start());

program
  .command("import")
  .description("import the chat sessions of a CSV file (16 columns, no header)")
  .argument("<file>", "the CSV file")
  .requiredOption("--company <name>", "the company that the sessions belong to; made if there is none of that name")
  .option("--transcripts <dir>", "a folder that holds <session id>.txt")
  .option("--fetch-transcripts", "fetch the transcripts whose addresses stand in the rows")
  .option("--time-zone <tz>", "the zone in which the file writes its times, such as Europe/Amsterdam")
  .action(async (file, options) => (await import("./commands/import.ts")).importFile(file, options));

program
  .command("run")
  .description("run the schedulers in the foreground")
  .option("--until-idle", "end when nothing is pending or in flight; exit code 1 if requests failed meanwhile")
  .action(async (options) => (await import("./commands/run.ts")).run(options));

program
  .command("status")
  .description("how many requests and batches stand in each status")
  .option("--json", "as JSON")
  .action(async (options) => (await import("./commands/status.ts")).status(options));

program
  .command("doctor")
  .description("check that nothing is lost, doubled or stranded, here and at the provider")
  .option("--fix", "repair what can be repaired safely")
  .option("--json", "as JSON")
  .action(async (options) => (await import("./commands/doctor.ts")).doctor(options));

program
  .command("adopt-copy")
  .description("a database that was moved, upgraded or restored: say what follows from its being the one from now on")
  .option("--yes", "do it")
  .action(async (options) => (await import("./commands/copies.ts")).adoptCopy(options));

program
  .command("detach-copy")
  .description(
    "a copy of a database: say what follows from its standing beside the other, as an installation of its own",
  )
  .option("--yes", "do it")
  .action(async (options) => (await import("./commands/copies.ts")).detachCopy(options));

program
  .command("migrate")
  .description("bring the database up to date")
  .action(async () => (await import("./commands/migrate.ts")).migrate());

const batches = program.command("batches").description("batches of requests at the provider");

batches
  .command("give-up")
  .description(
    "give up a batch that does not end: cancel it, apply what there is, send the rest back 24 hours after its expiry",
  )
  .argument("<id>", "the batch")
  .requiredOption("--reason <text>", "why; it stands in the audit")
  .option("--now", "send the rest back at once: lines may be bought twice (--dry-run says how many, and for how much)")
  .option("--dry-run", "only say what it would come to")
  .action(async (id, options) => (await import("./commands/batches.ts")).giveUp(id, options));

const spending = program.command("spending").description("stop all spending at the provider, and let it go on");

for (const [verb, what] of [
  ["stop", "send nothing new to the provider until it is resumed; what runs there is collected"],
  ["resume", "send again"],
] as const) {
  spending
    .command(verb)
    .description(what)
    .requiredOption("--reason <text>", "why; it stands in the audit")
    .action(async (options) => (await import("./commands/spending.ts")).setSpending(verb, options));
}

const admin = program.command("admin").description("who may enter: users, their passwords, keys for machines");

admin
  .command("create-user")
  .description("make a user, and print their one-time password")
  .requiredOption("--email <address>", "what they sign in with")
  .requiredOption("--role <role>", "SUPER_ADMIN, ADMIN or SUPPORT; of a company ADMIN, USER or AUDITOR")
  .option("--name <name>", "how they are called (default: the address)")
  .option("--company <name>", "make a user who reads the results of this company")
  .action(async (options) => (await import("./commands/admin.ts")).createUser(options));

admin
  .command("create-key")
  .description("make a key for a machine, and print it")
  .requiredOption("--name <name>", "what it is for")
  .requiredOption("--role <role>", "SUPER_ADMIN, ADMIN or SUPPORT")
  .option("--expires <time>", "how long it holds, such as 90d (default: until it is revoked)")
  .option("--scopes <permissions>", "limit it to these, such as pipeline.read,requests.read (docs/admin-api.md)")
  .action(async (options) => (await import("./commands/admin.ts")).createKey(options));

admin
  .command("reset-password")
  .description("print a new one-time password for somebody who cannot get in")
  .requiredOption("--email <address>", "whose")
  .action(async (options) => (await import("./commands/admin.ts")).resetPassword(options));

program
  .command("emulator")
  .description("run the Batch API emulator alone")
  .option("--host <host>", "the address to listen on (default 127.0.0.1)")
  .option("--port <port>", "the port to listen on (default: any free one)")
  .option("--data <dir>", "keep files and batches there over restarts (default: a temporary folder)")
  .option("--api-key <key>", "refuse every other key (default: take any)")
  .option("--seed <number>", "draw the same times, ids and faults each time")
  .option("--validating <time>", "how long a batch is validated, such as 500ms or 1s-3s")
  .option("--in-progress <time>", "how long a batch is in progress")
  .option("--finalizing <time>", "how long a batch is finalizing")
  .option("--cancelling <time>", "how long a batch is cancelling")
  .option("--fault <fault...>", "switch a fault on, such as expired:0.1 or lost_reply_create:once (docs/emulator.md)")
  .option("--answers <file...>", "give the answers of these files to the transcripts they name (docs/emulator.md)")
  .action(async (flags) => (await import("./commands/emulator.ts")).emulator(flags));

await runMain(() => program.parseAsync());
