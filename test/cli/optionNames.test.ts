import { Command } from "commander";
import { expect, it } from "vitest";
import { addAdminCommands } from "../../cli/adminCommands.ts";
import { addBatchCommands } from "../../cli/batchCommands.ts";
import { inOptionNames } from "../../cli/optionNames.ts";
import { addRequestCommands } from "../../cli/requestCommands.ts";
import { newKey } from "../../lib/admin/keys/createKey.ts";
import { rotation } from "../../lib/admin/keys/rotateKey.ts";
import { listRequests } from "../../lib/admin/requests/listRequests.ts";
import { newUser } from "../../lib/admin/users/createUser.ts";
import { parseInput } from "../../lib/api/operation.ts";
import { messageOf } from "../../lib/errors.ts";

const program = new Command("livedash");
addAdminCommands(program);
addBatchCommands(program);
addRequestCommands(program);

function find(words: readonly string[]): Command {
  return words.reduce((at, word) => {
    const found = at.commands.find((each) => each.name() === word);
    if (!found) throw new Error(`There is no command ${words.join(" ")}`);
    return found;
  }, program);
}

function refusalOf(parse: () => unknown): string {
  try {
    parse();
  } catch (error) {
    return messageOf(error);
  }
  throw new Error("It was taken");
}

it.each([
  [
    "requests list",
    () => parseInput(listRequests.input, { status: "x", companyId: "?", batchId: "?", errorCode: "?" }),
    ["--status", "--company", "--batch", "--error-code"],
  ],
  [
    "requests list",
    () => parseInput(listRequests.input, { status: "processing_failed", externalSessionIdPrefix: "", errorGroup: "x" }),
    ["--session"],
  ],
  [
    "requests list",
    () => parseInput(listRequests.input, { status: "processing_failed", errorGroup: "x" }),
    ["--error-group: can only be used with --error-code and"],
  ],
  [
    "admin create-user",
    () => parseInput(newUser, { email: "x", role: "KING", name: "" }),
    ["--email", "--role", "--name"],
  ],
  [
    "admin create-key",
    () => parseInput(newKey, { name: "", expiresAt: "?", allowedAddresses: ["?"], scopes: ["?"], ownerId: "a" }),
    ["--name", "--expires-in", "--addresses", "--scopes"],
  ],
  ["admin create-key", () => parseInput(newKey, { name: "a" }), ["one of --owner, --service-account and --company"]],
  ["admin rotate-key", () => parseInput(rotation, { id: "a", graceHours: -1 }), ["--grace"]],
])("what is wrong with what %s was given is said of its options", (command, parse, expected) => {
  const message = refusalOf(parse);
  const said = inOptionNames(find(command.split(" ")), message);
  for (const part of expected) expect(said).toContain(part);
  expect(said).not.toMatch(/\b[a-z]+[A-Z]\w*/);
});

it("what a command has no option for has the name that the pages give it", () => {
  expect(
    inOptionNames(find(["batches", "show"]), "The input is not valid. csvUrl: is required; id: is not an id"),
  ).toBe("The input is not valid. CSV address: is required; <id>: is not an id");
});
