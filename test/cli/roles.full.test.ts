import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { runCommand } from "../support/cli.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { addressOf, onServer } from "../support/testServer.ts";

// What each command says to whom the database lets in and shows nothing, or not all: never that there is nothing.

let database: TestDatabase;
const role = `bare_${randomUUID().slice(0, 8)}`;
const password = randomUUID();
let bare: string;

beforeAll(async () => {
  database = await createTestDatabase();
  await database.rows.session({ id: "s1" });
  await onServer(inject("serverUrl"), `CREATE ROLE ${role} LOGIN PASSWORD '${password}'`);
  bare = as(database.url);
});
afterAll(async () => {
  await database.owner.query(`DROP OWNED BY ${role}`);
  await database.drop();
  await onServer(inject("serverUrl"), `DROP ROLE ${role}`);
});

/** The same address for the role that may nothing. */
function as(address: string): string {
  const url = new URL(address);
  url.username = role;
  url.password = password;
  return url.href;
}

const COMMANDS = [["run", "--until-idle"], ["status"], ["status", "--json"], ["doctor"], ["requests", "list"]];

async function expectRefusals(env: Record<string, string>, sentence: RegExp): Promise<void> {
  for (const command of COMMANDS) {
    const { code, stdout, stderr } = await runCommand(command, {
      OPENAI_API_KEY: "sk-test",
      LOG_LEVEL: "fatal",
      ...env,
    });
    expect({ command, code, stdout, stderr }).toEqual({
      command,
      code: 1,
      stdout: "",
      stderr: expect.stringMatching(/^livedash: [^\n]+\.\n$/),
    });
    expect(stderr).toMatch(sentence);
    expect(stderr).not.toContain(password);
  }
}

describe("a command whose database user", () => {
  it("may connect and nothing else ends with the sentence that helps", async () => {
    await expectRefusals({ DATABASE_URL: bare }, new RegExp(`"${role}" cannot read and write .*GRANT livedash_app TO`));
  });

  it("is told by row-level security that there are no rows ends in the same way", async () => {
    await database.owner.query(
      `GRANT USAGE ON SCHEMA public, pgboss TO ${role}; GRANT ALL ON ALL TABLES IN SCHEMA public, pgboss TO ${role}`,
    );
    const sentence = new RegExp(`"${role}" cannot read and write .*\\b(Company|Session)\\b.*GRANT livedash_app TO`);
    await expectRefusals({ DATABASE_URL: bare }, sentence);
    await expectRefusals({ DATABASE_URL: bare, DIRECT_DATABASE_URL: database.ownerUrl }, sentence);
    await database.owner.query(`DROP OWNED BY ${role}`);
  });

  it("comes to a database in which there is nothing yet is told what to run there", async () => {
    const name = `${inject("template")}_empty`;
    await onServer(inject("serverUrl"), `CREATE DATABASE ${name}`);
    try {
      const empty = as(addressOf(inject("serverUrl"), name));
      await expectRefusals({ DATABASE_URL: empty }, /cannot create tables .*GRANT USAGE, CREATE ON SCHEMA/);
    } finally {
      await onServer(inject("serverUrl"), `DROP DATABASE ${name} WITH (FORCE)`);
    }
  });
});
