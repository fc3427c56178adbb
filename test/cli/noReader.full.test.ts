import { afterAll, beforeAll, expect, it } from "vitest";
import { startCommand } from "../support/cli.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

/** As in `livedash … | true`: what it writes, nobody reads. */
function withoutReader(...args: string[]) {
  const { child, finished } = startCommand(args, { DATABASE_URL: database.url });
  child.stdout?.destroy();
  return finished;
}

it("a command whose output nobody reads comes to its end without an error", async () => {
  await database.rows.company({ name: "Acme" });
  expect(await withoutReader("companies", "limit", "Acme", "--per-day", "5")).toEqual({
    code: 0,
    stdout: "",
    stderr: "",
  });
  const { rows } = await database.owner.query(`SELECT "requestsPerDay" FROM "Company"`);
  expect(rows).toEqual([{ requestsPerDay: 5 }]);
});

it("one that would go on for ever ends as if it had been asked to", async () => {
  expect(await withoutReader("emulator")).toEqual({ code: 0, stdout: "", stderr: "" });
});
