import { expect, it } from "vitest";
import { runCommand } from "../support/cli.ts";
import { createTestDatabase } from "../support/database.ts";

it("try-now takes the pause from what backs off, and says of how much", async () => {
  const database = await createTestDatabase();
  try {
    const notBefore = new Date(Date.now() + 3_600_000);
    const backsOff = { processingStatus: "PENDING_BATCHING", notBefore } as const;
    await database.rows.requests(2, (n) => ({ ...backsOff, id: `e${n}`, errorCode: "answer_empty" }));
    await database.rows.requests(1, (n) => ({ ...backsOff, id: `t${n}`, errorCode: "line_timed_out" }));
    const waiting = async () =>
      (await database.pool.query(`SELECT "id" FROM "AIProcessingRequest" WHERE "notBefore" IS NOT NULL`)).rows.length;
    const env = { DATABASE_URL: database.url };
    const one = await runCommand(["try-now", "--error", "answer_empty"], env);
    expect({ code: one.code, stdout: one.stdout }).toEqual({ code: 0, stdout: "Tried now: 2 requests.\n" });
    expect(await waiting()).toBe(1);
    const all = await runCommand(["try-now"], env);
    expect(all.stdout).toBe(
      "Tried now: 1 request.\nTried now: 0 batches.\nTried now: 0 models.\nTried now: 0 account holds.\n",
    );
    expect(await waiting()).toBe(0);
    const wrong = await runCommand(["try-now", "--error", "no_such_code"], env);
    expect(wrong.code).toBe(1);
    expect(wrong.stderr).toMatch(/ --error: must be .*answer_empty/);
    expect(wrong.stderr).not.toContain("errorCode");
  } finally {
    await database.drop();
  }
});
