import { expect, it } from "vitest";
import { runCommand } from "../support/cli.ts";
import { createTestDatabase } from "../support/database.ts";

it("erase says how many sessions there are, erases them with --yes alone, and readmit lets them in again", async () => {
  const database = await createTestDatabase();
  try {
    await database.rows.company({ id: "acme", name: "Acme" });
    await database.rows.sessions(3, (n) => ({ id: `s${n}`, companyId: "acme", externalSessionId: `chat-${n}` }));
    const run = (...args: string[]) => runCommand(args, { DATABASE_URL: database.url });
    const some = ["erase", "chat-1", "s2", "chat-9", "--company", "Acme"];
    const dry = await run(...some, "--dry-run");
    expect(dry).toMatchObject({ code: 0, stderr: "" });
    expect(dry.stdout).toBe(
      "Not there: 1 session of those named.\nSessions to erase for good: 2.\nNothing was erased. Run this again with --yes to do it.\n",
    );
    expect(await run(...some, "--dry-run", "--yes")).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("not both"),
    });
    expect(await run("erase", "--company", "Acme", "--yes")).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("has to name sessions or a time"),
    });
    expect((await run(...some, "--yes")).stdout).toContain("Erased: 2 sessions.");
    expect(JSON.parse((await run("erase", "--company", "Acme", "--all", "--yes", "--json")).stdout)).toMatchObject({
      sessions: 1,
      unknown: 0,
      job: { state: "done", outcome: { erased: 1 } },
    });
    expect((await run("readmit", "chat-1", "chat-9", "--company", "Acme")).stdout).toBe(
      "1 session can be imported again.\n",
    );
  } finally {
    await database.drop();
  }
});
