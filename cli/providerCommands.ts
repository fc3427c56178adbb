import { type Command, Option } from "commander";

/** `livedash provider ...`: the accounts beside the one that the variables configure. */
export function addProviderCommands(program: Command): void {
  const provider = program
    .command("provider")
    .description(
      "list, add, check, disable and remove accounts at providers, beside the one that the variables configure",
    );

  provider
    .command("list", { isDefault: true })
    .description("list accounts with their models (the default)")
    .option("--json", "print JSON, in the shape of the API")
    .action(async (options) => (await import("./commands/providers.ts")).list(options));

  provider
    .command("add")
    .description("add an account; its key is read from standard input, or from a file")
    .argument("<account>", "a name for it, such as azure-eu")
    .addOption(new Option("--kind <kind>", "whose API it is").choices(["openai", "azure"]))
    .option("--address <url>", "where its API is; for azure the address of the resource")
    .option("--endpoint <path>", "what its lines are addressed to (default /v1/chat/completions)")
    .option("--organization <id>", "the organization that calls are made for")
    .option("--project <id>", "the project that calls are made for")
    .option("--key-file <file>", "read the key from this file")
    .option("--replace", "only replace the key of an account that exists")
    // Both are how a key would be given as an argument: `add` says what to do instead, and does not repeat it.
    .addOption(new Option("--key [key]").hideHelp())
    .allowExcessArguments()
    .action(async (account, { key, ...options }, { args }: Command) =>
      (await import("./commands/addProvider.ts")).add(account, {
        ...options,
        isKeyArgument: key !== undefined || args.length > 1,
      }),
    );

  provider
    .command("check")
    .description("ask accounts whether they take their key; the exit code is 1 if one does not")
    .argument("[account]", "this one alone")
    .option("--json", "print JSON")
    .action(async (account, options) => (await import("./commands/providers.ts")).check(account, options));

  provider
    .command("disable")
    .description("send nothing new to an account; what runs there is collected, and other accounts continue")
    .argument("<account>", "its name")
    .requiredOption("--reason <text>", "why; recorded in the audit log")
    .action(async (account, options) => (await import("./commands/providers.ts")).disable(account, options));

  provider
    .command("enable")
    .description("send requests to a disabled account again")
    .argument("<account>", "its name")
    .action(async (account) => (await import("./commands/providers.ts")).enable(account));

  provider
    .command("remove")
    .description("remove an account that has no model and no batch in flight")
    .argument("<account>", "its name")
    .action(async (account) => (await import("./commands/providers.ts")).remove(account));
}
