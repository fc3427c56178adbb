import type { Command } from "commander";
import { labelOf, nameFields, namesIn } from "../app/_words/labels.ts";

/** Fields of the operations whose options or arguments are called something else, by the path's end. */
const GIVEN_AS: ReadonlyMap<string, readonly string[]> = new Map([
  ["allowedAddresses", ["addresses"]],
  ["Assistant", ["assistant"]],
  ["batchId", ["batch"]],
  ["companyId", ["company"]],
  ["errorCode", ["errorCode", "error"]],
  ["expiresAt", ["expiresIn"]],
  ["externalSessionIdPrefix", ["session"]],
  ["failedSince", ["since"]],
  ["graceHours", ["grace"]],
  ["id", ["id", "account"]],
  // It is read, and no option.
  ["key", []],
  ["newerThan", ["since"]],
  ["order", ["oldest"]],
  ["ownerId", ["owner"]],
  ["requestIds", ["id"]],
  ["requestsPerDay", ["perDay"]],
  ["requestsPerMonth", ["perMonth"]],
  ["serviceAccount.name", ["serviceAccount"]],
  ["serviceAccountId", ["serviceAccount"]],
  ["System", ["system"]],
  ["User", ["user"]],
  ["version", ["ofVersion"]],
]);

/** What is wrong with an input, with each field under the option or argument of the command that it came from. */
export function inOptionNames(command: Command, message: string): string {
  const nameOf = (path: string) => optionOf(command, namesIn(path)) ?? labelOf(path);
  return nameFields(message, nameOf, (name) => name);
}

function optionOf(command: Command, names: readonly string[]): string | undefined {
  const last = names.at(-1) ?? "";
  const given = GIVEN_AS.get(names.join(".")) ?? GIVEN_AS.get(last) ?? [last];
  const option = command.options.find((each) => given.includes(each.attributeName()));
  if (option) return option.long ?? option.flags;
  const argument = command.registeredArguments.find((each) => given.includes(each.name()));
  return argument && `<${argument.name()}>`;
}
