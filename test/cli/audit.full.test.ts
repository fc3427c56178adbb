import { afterAll, beforeAll, expect, it } from "vitest";
import { actingAs } from "../support/acting.ts";
import { recordSealed } from "../support/audit.ts";
import { runCommand, startCommand } from "../support/cli.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const record = (action: string) => recordSealed(actingAs(database.pool, "SUPER_ADMIN"), action);
const follow = (...args: string[]) => ["audit", "follow", ...args];
const linesIn = (text: string) =>
  text
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line));

it("prints what is sealed as JSON lines, from where one wants", async () => {
  const env = { DATABASE_URL: database.url };
  for (const action of ["one", "two", "three"]) await record(action);
  const all = await runCommand(follow("--once"), env);
  expect({ code: all.code, stderr: all.stderr }).toEqual({ code: 0, stderr: "" });
  expect(linesIn(all.stdout).map(({ sequence, action }) => [sequence, action])).toEqual([
    [1, "one"],
    [2, "two"],
    [3, "three"],
  ]);
  expect(linesIn((await runCommand(follow("--once", "--after", "2"), env)).stdout)).toMatchObject([
    { action: "three" },
  ]);
  const soon = new Date(Date.now() + 60_000).toISOString();
  expect((await runCommand(follow("--once", "--since", soon), env)).stdout).toBe("");
  expect(await runCommand(follow("--after", "two"), env)).toMatchObject({
    code: 1,
    stderr: "livedash: --after two is not the sequence of an entry. Write a number such as 1234.\n",
  });
});

it("goes on with what is sealed later, until it is stopped", async () => {
  const running = startCommand(follow("--since", "1h"), { DATABASE_URL: database.url });
  await running.says(/"action":"one"/);
  await record("later");
  await running.says(/"action":"later"/);
  running.child.kill("SIGINT");
  expect((await running.finished).code).toBe(0);
});

it("says how the head of the chain is written", async () => {
  const { code, stderr } = await runCommand(["doctor", "--audit-head", "12"], { DATABASE_URL: database.url });
  expect(code).toBe(1);
  expect(stderr).toMatch(/^livedash: --audit-head 12 is not a head\. Write SEQUENCE:HASH/);
});
