import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { runCommand } from "../support/cli.ts";
import { addressOf, onServer } from "../support/testServer.ts";

const name = `check_${randomUUID().replaceAll("-", "")}`;
const DATABASE_URL = addressOf(inject("serverUrl"), name);
beforeAll(() => onServer(inject("serverUrl"), `CREATE DATABASE ${name} TEMPLATE template0`));
afterAll(() => onServer(inject("serverUrl"), `DROP DATABASE ${name} WITH (FORCE)`));

it("says what a database lacks and how it gets it, with an exit code of its own", async () => {
  const env = { DATABASE_URL, LIVEDASH_SECRET: "a secret that only tests know, thirty-two" };
  const before = await runCommand(["migrate", "--check"], env);
  expect(before).toMatchObject({ code: 2, stderr: "" });
  const lines = before.stdout.trimEnd().split("\n");
  expect(lines.at(-1)).toBe(
    "The database lacks what this release needs. Run `livedash migrate` as the owner of its tables.",
  );
  expect(lines.at(-2)).toBe("missing the schedulers' tables");
  for (const line of lines.slice(0, -2)) expect(line).toMatch(/^missing \d{14}_\w+$/);
  const applied = await runCommand(["migrate"], env);
  expect(applied.stdout.replaceAll("applied", "missing").split("\n").slice(0, -1)).toEqual(lines.slice(0, -2));
  const after = await runCommand(["migrate", "--check"], env);
  expect(after).toEqual({ code: 0, stdout: "The database is up to date.\n", stderr: "" });
});

it("says in one sentence why it could not look", async () => {
  const env = { DATABASE_URL: "postgresql://nobody@127.0.0.1:9/none" };
  const refused = await runCommand(["migrate", "--check"], env);
  expect(refused).toMatchObject({ code: 1, stdout: "" });
  expect(refused.stderr).toMatch(/^livedash: Cannot reach PostgreSQL[^\n]+\n$/);
});

it.each([
  ["--check", "Nothing was checked"],
  ["--print-grants", "There are no grants to print"],
])(
  "does not say that all is well where there is no address, as in a configuration that was not read: %s",
  async (option, said) => {
    const { code, stdout, stderr } = await runCommand(["migrate", option], {});
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(new RegExp(`^livedash: ${said}: DATABASE_URL is not set\\. [^\\n]+\\n$`));
  },
);
