import { afterAll, beforeAll, expect, it } from "vitest";
import { runCommand } from "../support/cli.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  const { rows } = database;
  await rows.company({ id: "c1", name: "Acme & Söhne" });
  await rows.requests(4, (n) => ({ id: `old${n}`, companyId: "c1", session: { externalSessionId: `chat-${n}` } }));
  await rows.requests(250, (n) => ({ id: `new${n}`, companyId: "c2" }));
  // As they fail one by one: what is counted of them is counted then.
  await database.pool.query(
    `UPDATE "AIProcessingRequest" SET "processingStatus" = 'PROCESSING_FAILED',
            "completedAt" = now() - CASE WHEN "companyId" = 'c1' THEN interval '3 h' ELSE '0' END,
            "errorCode" = CASE "companyId" WHEN 'c1' THEN 'answer_invalid' ELSE 'line_timed_out' END,
            "errorMessage" = CASE "companyId" WHEN 'c1' THEN 'Wrong' || chr(27) || '[31m' ELSE 'Too late' END`,
  );
  await rows.request({ id: "waits", companyId: "c2" });
  await rows.batch({ id: "b1", companyId: "c2", estimatedCostEur: "0.25", requestCount: 100 });
});
afterAll(() => database.drop());

/** Without a provider: none of this needs one. */
async function livedash(...args: string[]) {
  const { code, stdout, stderr } = await runCommand(args, { DATABASE_URL: database.url });
  return { code, stdout, stderr, json: () => JSON.parse(stdout) };
}
const failed = async (prefix: string) => {
  const { rows } = await database.pool.query<{ n: number }>(
    `SELECT count(*)::int AS n FROM "AIProcessingRequest" WHERE "id" ^@ $1 AND "processingStatus" = 'PROCESSING_FAILED'`,
    [prefix],
  );
  return rows[0]?.n;
};

it("requests lists failed ones, narrowed by company, session, code and time, in the shape of the API", async () => {
  const all = (await livedash("requests", "--limit", "230", "--json")).json();
  expect(all.requests).toHaveLength(230);
  expect(all.nextCursor).toEqual(expect.any(String));
  const narrowed = ["--company", "Acme & Söhne", "--error-code", "answer_invalid", "--session", "chat-"];
  const { requests, nextCursor } = (await livedash("requests", "list", ...narrowed, "--oldest", "--json")).json();
  expect(nextCursor).toBeNull();
  expect(requests.map(({ id }: { id: string }) => id)).toEqual(["old1", "old2", "old3", "old4"]);
  expect(requests[0]).toMatchObject({ externalSessionId: "chat-1", companyId: "c1", status: "processing_failed" });
  expect((await livedash("requests", "list", "--company", "c1", "--since", "2h", "--json")).json().requests).toEqual(
    [],
  );
  const pending = await livedash("requests", "list", "--status", "pending-batching", "--since", "1d");
  expect(pending.stdout).toMatch(/^SESSION {2}REQUEST {2}COMPANY[^\n]*\n {9}waits /);
});

it("requests says what is wrong with what it was given, where, and what to write", async () => {
  for (const [args, message] of [
    [["--company", "Nobody"], 'No company is named "Nobody".'],
    [["--since", "yesterday"], "--since yesterday is not a time: write 2h, 7d, 2026-11-26 or"],
    [["--limit", "0"], "--limit 0 is not a number from 1 to 10000."],
    [["--error-code", "timeout"], "--error-code:"],
    [["--status", "lost"], "status:"],
  ] as const) {
    const refused = await livedash("requests", "list", ...args);
    expect(refused).toMatchObject({ code: 1, stdout: "", stderr: expect.stringContaining(message) });
  }
});

it("requests failures shows groups, which requeue takes, for what they cost, and only when it is told to", async () => {
  const groups = (await livedash("requests", "failures", "--json")).json().groups;
  expect(groups[0]).toMatchObject({ code: "line_timed_out", stillFailed: 250 });
  const shown = await livedash("requests", "failures");
  expect(shown.stdout).toMatch(/^STILL FAILED .*\n250 .*line_timed_out/);
  expect(shown.stdout).not.toContain("\u001b");

  const group = groups.find(({ code }: { code: string }) => code === "answer_invalid");
  const choice = ["requests", "requeue", "--error-code", group.code, "--error-group", group.message];
  const plan = await livedash(...choice);
  expect(plan.stdout).toBe(
    "Failed requests: 4. Requeueing them costs about EUR 0.0100.\nNothing was changed. Run this again with --yes to requeue them.\n",
  );
  expect((await livedash(...choice, "--dry-run", "--json")).json()).toEqual({
    matched: 4,
    atLeast: false,
    estimatedCostEur: "0.010000",
    jobId: null,
    bulk: null,
  });
  expect(await failed("old")).toBe(4);
  const done = await livedash(...choice, "--yes", "--reason", "the prompt was mended");
  expect(done.stdout).toMatch(/\nRequeued: 4; skipped: 0 \(bulk requeue \S+, done\)\.\n$/);
  expect([await failed("old"), await failed("new")]).toEqual([0, 250]);
  const { rows } = await database.pool.query(`SELECT "reason", "status", "requeued" FROM "BulkRequeue"`);
  expect(rows).toEqual([{ reason: "the prompt was mended", status: "DONE", requeued: 4 }]);
});

it("requests requeue takes ids, and does nothing unless it is told which, how and to do it", async () => {
  const ids = ["new1", "new2", "new2", "waits", "gone"];
  const counts = { requeuedCount: 2, skippedCount: 1, notFoundCount: 1, estimatedCostEur: "0.005000" };
  expect((await livedash("requests", "requeue", ...ids, "--json")).json()).toEqual(counts);
  expect(await failed("new")).toBe(250);
  const done = await livedash("requests", "requeue", ...ids, "--yes");
  expect(done.stdout).toBe("Left out: 1 not failed, 1 not found.\nRequeued: 2.\n");
  expect(await failed("new")).toBe(248);
  for (const args of [[], ["new3", "--all"], ["--all", "--model", "gpt-6-luna"], ["new3", "--yes", "--dry-run"]]) {
    expect(await livedash("requests", "requeue", ...args)).toMatchObject({ code: 1, stdout: "" });
  }
  expect(await failed("new")).toBe(248);
  expect((await livedash("requests", "requeue", "--all", "--yes", "--json")).json()).toMatchObject({
    matched: 248,
    bulk: { status: "done", requeued: 248 },
  });
});
