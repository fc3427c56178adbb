import { expect, it } from "vitest";
import { runCommand } from "../support/cli.ts";
import { createTestDatabase } from "../support/database.ts";

it("companies question-topics switches the labels of a company's questions, and keeps what was not sent", async () => {
  const database = await createTestDatabase();
  try {
    const { rows } = database;
    const { id: companyId } = await rows.company({ name: "Acme" });
    const topics = (switchTo?: string) =>
      runCommand(["companies", "question-topics", "Acme", ...(switchTo ? [switchTo] : [])], {
        DATABASE_URL: database.url,
      });
    expect(await topics()).toMatchObject({ code: 0, stdout: "The questions of Acme are not labelled by topic.\n" });
    expect(await topics("on")).toMatchObject({ code: 0, stdout: "The questions of Acme are labelled by topic.\n" });
    await rows.requests(3, (n) => ({
      id: `r${n}`,
      companyId,
      processingType: n === 3 ? "session-analysis" : "question-topics",
      attempt: n - 1,
    }));
    expect(await topics("off")).toMatchObject({
      code: 0,
      stdout: "The questions of Acme are not labelled by topic.\n",
    });
    const { rows: left } = await database.pool.query(`SELECT "id" FROM "AIProcessingRequest" ORDER BY "id"`);
    expect(left.map(({ id }) => id)).toEqual(["r1", "r2", "r3"]);
    expect(await topics("perhaps")).toMatchObject({ code: 1, stderr: expect.stringContaining("on, off") });
  } finally {
    await database.drop();
  }
});
