import { expect, it } from "vitest";
import { runCommand } from "../support/cli.ts";
import { createTestDatabase } from "../support/database.ts";

it("companies limit sets and shows what a company may send, and refuses what is no number", async () => {
  const database = await createTestDatabase();
  try {
    const { id } = await database.rows.company({ name: "Acme" });
    const limit = (...options: string[]) =>
      runCommand(["companies", "limit", "Acme", ...options], { DATABASE_URL: database.url });
    expect(await limit()).toMatchObject({
      code: 0,
      stdout: "Requests a day (UTC): no limit\nRequests a month (UTC): no limit\n",
    });
    await database.pool.query(
      `INSERT INTO "CompanyDraw" ("companyId", "day", "requests") VALUES ($1, (now() AT TIME ZONE 'UTC')::date, 7)`,
      [id],
    );
    const { stdout } = await limit("--per-day", "5", "--per-month", "1000");
    expect(stdout).toMatch(
      /^Requests a day \(UTC\): 5, of which 7 are used\n.*1000, of which 7 are used\nIts other requests are waiting until /,
    );
    expect(await runCommand(["companies", "limit", id], { DATABASE_URL: database.url })).toMatchObject({ stdout });
    expect(await limit("--per-day", "none")).toMatchObject({
      stdout: expect.stringContaining("a day (UTC): no limit"),
    });
    expect(await limit("--per-day", "many")).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("--per-day:"),
    });
  } finally {
    await database.drop();
  }
});
