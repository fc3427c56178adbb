import { Argument, Command, Option } from "commander";
import { VERSION } from "../lib/version.ts";
import { addAdminCommands } from "./adminCommands.ts";
import { addBatchCommands } from "./batchCommands.ts";
import { addErasureCommands } from "./erasureCommands.ts";
import { addJobCommands } from "./jobCommands.ts";
import { addProviderCommands } from "./providerCommands.ts";
import { addRequestCommands } from "./requestCommands.ts";
import { addResultCommands } from "./resultCommands.ts";
import { runMain } from "./runMain.ts";

// Each command is loaded when it is called: `status` need not wait for the web server's code.
const program = new Command("livedash")
  .description(
    "Import chat sessions, analyse each one with a language model through the Batch API, and see the results.",
  )
  .version(VERSION.number)
  .showHelpAfterError()
  .addHelpText("after", "\nLiveDash reads its configuration from the environment and from .env. See .env.example.");

program
  .command("start")
  .description(
    "start everything: database, provider (or emulator), schedulers and console; load samples into an empty database",
  )
  .action(async () => (await import("./commands/start.ts")).start());

program
  .command("import")
  .description("import chat sessions from a CSV file (16 columns, no header), or from the company's CSV address")
  .argument("[file]", "the CSV file; without one, the company's address is read, as a job")
  .requiredOption("--company <name>", "the company the sessions belong to; with a file, created if it does not exist")
  .option("--transcripts <dir>", "a folder of transcripts named <session id>.txt")
  .option("--fetch-transcripts", "fetch transcripts from the addresses in the rows")
  .option("--time-zone <tz>", "the time zone of the times in the file, such as Europe/Amsterdam")
  .option("--dry-run", "only show what would be imported and what its analysis would cost")
  .option("--wait", "without a file: do the job here, or wait until another process has done it")
  .option("--json", "print the report as JSON")
  .action(async (file, options) =>
    file === undefined
      ? (await import("./commands/importAddress.ts")).importFromAddress(options)
      : (await import("./commands/import.ts")).importFile(file, options),
  );

const companies = program.command("companies").description("the companies whose sessions are imported");

companies
  .command("role-words")
  .description("show or set a company's own words for who speaks in its transcripts, in addition to the usual ones")
  .argument("<company>", "its name or id")
  .option("--user <words>", 'such as "Sollicitant, Bewerber", separated by commas; "" removes them')
  .option("--assistant <words>", "the same for the assistant")
  .option("--system <words>", "the same for the system")
  .option("--json", "as JSON")
  .action(async (company, options) => (await import("./commands/companies.ts")).setRoleWords(company, options));

companies
  .command("limit")
  .description(
    "show or set how many of a company's requests may be sent for the first time in a day and in a month (UTC)",
  )
  .argument("<company>", "its name or id")
  .option("--per-day <number>", '"none" takes the limit away')
  .option("--per-month <number>", "the same, for a calendar month")
  .option("--json", "as JSON")
  .action(async (company, options) => (await import("./commands/companies.ts")).setLimit(company, options));

companies
  .command("question-topics")
  .description("show or set whether a company's questions are labelled by topic, which takes further requests")
  .argument("<company>", "its name or id")
  .addArgument(
    new Argument("[switch]", "what has not been sent when it is off is sent once it is on again").choices([
      "on",
      "off",
    ]),
  )
  .option("--json", "as JSON")
  .action(async (company, onOrOff, options) =>
    (await import("./commands/companies.ts")).setQuestionTopics(company, onOrOff, options),
  );

program
  .command("run")
  .description("run the schedulers in the foreground")
  .option("--until-idle", "exit when nothing is pending or in flight; the exit code is 1 if any request failed")
  .action(async (options) => (await import("./commands/run.ts")).run(options));

program
  .command("status")
  .description("show how many requests and batches have each status")
  .option("--json", "print JSON")
  .action(async (options) => (await import("./commands/status.ts")).status(options));

program
  .command("doctor")
  .description("check that nothing is lost, duplicated or stuck, here and at the provider")
  .option("--fix", "repair whatever can be repaired safely")
  .option(
    "--audit-head <sequence:hash>",
    "also check that the audit log still reaches this point, taken from an audit.sealed line of the log",
  )
  .option("--json", "print JSON")
  .action(async (options) => (await import("./commands/doctor.ts")).doctor(options));

program
  .command("adopt-copy")
  .description(
    "after moving, upgrading or restoring a database: show what would happen if you use this one from now on",
  )
  .option("--yes", "go ahead and do it")
  .action(async (options) => (await import("./commands/copies.ts")).adoptCopy(options));

program
  .command("detach-copy")
  .description(
    "for a copy of a database: show what would happen if it runs alongside the original, as its own installation",
  )
  .option("--yes", "go ahead and do it")
  .action(async (options) => (await import("./commands/copies.ts")).detachCopy(options));

program
  .command("build")
  .description("build the web console, as an installation needs once for each version")
  .action(async () => (await import("./commands/build.ts")).build());

program
  .command("migrate")
  .description("apply pending database migrations, as the owner that DIRECT_DATABASE_URL names")
  .addOption(
    new Option("--check", "only list what is missing: exit code 0 if nothing is, 2 if something is").conflicts(
      "printGrants",
    ),
  )
  .option("--print-grants", "only print the SQL that an administrator runs to set up the database's roles")
  .action(async (options) => (await import("./commands/migrate.ts")).migrate(options));

program
  .command("try-now")
  .description("retry now whatever is waiting after a failure: requests, batches, and refused models or accounts")
  .option("--error <code>", "only requests with this failure, such as answer_empty")
  .option("--model <name>", "only this model")
  .action(async (options) => (await import("./commands/tryNow.ts")).tryNow(options));

addProviderCommands(program);
addJobCommands(program);
addBatchCommands(program);
addRequestCommands(program);
addResultCommands(program);
addErasureCommands(program);

const spending = program.command("spending").description("stop or resume all spending at the provider");

for (const [operation, what] of [
  ["stop", "send nothing new to the provider until you resume; results of running batches are still collected"],
  ["resume", "start sending again"],
] as const) {
  spending
    .command(operation)
    .description(what)
    .requiredOption("--reason <text>", "why; recorded in the audit log")
    .action(async (options) => (await import("./commands/spending.ts")).setSpending(operation, options));
}

program
  .command("audit")
  .description("the audit log")
  .command("follow")
  .description("print its sealed entries as JSON lines, oldest first, and new ones as they are sealed")
  .option("--since <time>", "only from then on: 2h, 7d, 2026-11-26 or 2026-11-26T10:00:00Z")
  .option("--after <sequence>", "only after this entry, such as the last one you have")
  .option("--once", "stop at the end instead of waiting for more")
  .action(async (options) => (await import("./commands/auditFollow.ts")).follow(options));

addAdminCommands(program);

program
  .command("emulator")
  .description("run only the Batch API emulator")
  .option("--host <host>", "the address to listen on (default 127.0.0.1: this machine only)")
  .option("--allow-host <name...>", "host names it accepts besides localhost, --host and IP addresses")
  .option("--port <port>", "the port to listen on (default: any free port)")
  .option("--data <dir>", "where to keep files and batches between restarts (default: a temporary folder)")
  .option("--api-key <key>", "accept only this key (default: accept any)")
  .addOption(new Option("--shape <shape>", "whose Batch API to be like (default: openai)").choices(["openai", "azure"]))
  .option("--seed <number>", "seed for reproducible times, ids and faults")
  .option("--validating <time>", "how long a batch stays in validating, such as 500ms or 1s-3s")
  .option("--in-progress <time>", "how long a batch stays in progress")
  .option("--finalizing <time>", "how long a batch stays in finalizing")
  .option("--cancelling <time>", "how long a batch stays in cancelling")
  .option("--manual-clock", "time stands still until POST /_emulator/advance (see docs/emulator.md)")
  .option(
    "--fault <fault...>",
    "switch on a fault, such as expired:0.1 or lost_reply_create:once (see docs/emulator.md)",
  )
  .option("--answers <file...>", "give the answers in these files for the transcripts they name (see docs/emulator.md)")
  .action(async (flags) => (await import("./commands/emulator.ts")).emulator(flags));

let called = program;
program.hook("preAction", (_, command) => {
  called = command;
});
await runMain(
  () => program.parseAsync(),
  async (message) => (await import("./optionNames.ts")).inOptionNames(called, message),
);
