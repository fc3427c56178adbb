import { type Command, Option } from "commander";

/** `livedash admin ...`: who may enter. */
export function addAdminCommands(program: Command): void {
  const admin = program.command("admin").description("manage access: users, passwords, service accounts and API keys");

  admin
    .command("create-user")
    .description("create a user and print their one-time password")
    .requiredOption("--email <address>", "the email address they sign in with")
    .requiredOption("--role <role>", "SUPER_ADMIN, ADMIN or SUPPORT; for a company user: ADMIN, USER or AUDITOR")
    .option("--name <name>", "their name (default: the email address)")
    .option("--company <name>", "create a user of this company, who can read its results")
    .action(async (options) => (await import("./commands/admin.ts")).createUser(options));

  admin
    .command("reset-password")
    .description("give a user who cannot sign in a new one-time password")
    .requiredOption("--email <address>", "the user's email address")
    .action(async (options) => (await import("./commands/admin.ts")).resetPassword(options));

  admin
    .command("rotate-secret")
    .description("replace LIVEDASH_SECRET: encrypt what is stored with the new one (see docs/operations/secret.md)")
    .option("--lost", "the old secret is lost: seal the audit log again without checking it")
    .action(async (options) => (await import("./commands/rotateSecret.ts")).rotateSecret(options));

  addKeyCommands(admin);
  addServiceAccountCommands(admin);
}

function addKeyCommands(admin: Command): void {
  admin
    .command("create-key")
    .description("create an API key of a person, a service account or a company, and print it")
    .requiredOption("--name <name>", "what the key is for")
    .option("--owner <address>", "the key of this platform user: it stops when they do")
    .option("--service-account <name>", "the key of this service account; created if it does not exist")
    .option("--company <name>", "the key of this company, limited to its own sessions")
    .option(
      "--role <role>",
      "the role of a service account that does not exist yet (default: the least that has the scopes)",
    )
    .option(
      "--scopes <permissions>",
      "limit the key to these permissions, such as pipeline.read,requests.read (see docs/admin-api.md)",
    )
    .option("--expires-in <time>", "how long it works, such as 30d: at most a year (default 90d)")
    .option("--addresses <list>", "work only from these IP addresses and ranges, such as 192.0.2.0/24,2001:db8::/32")
    .addOption(new Option("--expires <time>", "the same as --expires-in, as it was called before").hideHelp())
    .action(async (options) => (await import("./commands/admin/createKey.ts")).createKey(options));

  admin
    .command("list-keys")
    .description("list API keys: whose they are, until when they work and when they were used last")
    .option("--all", "also keys that do not work any more")
    .option("--json", "print JSON, in the shape of the API")
    .action(async (options) => (await import("./commands/admin/keys.ts")).listAllKeys(options));

  admin
    .command("rotate-key")
    .description("create a second key with the same owner and scopes as one that works, and print it")
    .argument("<key>", "the name or id of the key")
    .option("--expires-in <time>", "how long the new key works (default: as long as the old one was meant to)")
    .option(
      "--grace <time>",
      "the old key stops after this time, in whole hours such as 24h (default: when it expires)",
    )
    .action(async (key, options) => (await import("./commands/admin/keys.ts")).rotate(key, options));

  admin
    .command("revoke-key")
    .description("revoke an API key permanently")
    .argument("<key>", "the name or id of the key")
    .action(async (key) => (await import("./commands/admin/keys.ts")).revoke(key));
}

function addServiceAccountCommands(admin: Command): void {
  admin
    .command("create-service-account")
    .description("create a service account: a program with keys of its own")
    .requiredOption("--name <name>", "what the program is called")
    .requiredOption("--role <role>", "SUPER_ADMIN, ADMIN or SUPPORT")
    .action(async (options) => (await import("./commands/admin/serviceAccounts.ts")).createAccount(options));

  admin
    .command("list-service-accounts")
    .description("list service accounts, their roles and how many keys they have")
    .option("--json", "print JSON, in the shape of the API")
    .action(async (options) => (await import("./commands/admin/serviceAccounts.ts")).listAccounts(options));

  for (const [operation, what] of [
    ["disable", "disable a service account: its keys stop working immediately"],
    ["enable", "enable a service account again: its keys work as before"],
  ] as const) {
    admin
      .command(`${operation}-service-account`)
      .description(what)
      .argument("<name>", "its name or id")
      .action(async (name) =>
        (await import("./commands/admin/serviceAccounts.ts")).setDisabled(name, operation === "disable"),
      );
  }
}
