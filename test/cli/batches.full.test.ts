import { afterEach, expect, it } from "vitest";
import { batchCreator } from "../../lib/pipeline/batchCreator.ts";
import { runCommand } from "../support/cli.ts";
import { addSessions, startPipeline, type TestPipeline } from "../support/pipeline.ts";

let pipeline: TestPipeline;
afterEach(async () => pipeline.close());

it("batches lists, shows and cancels, in the words of the console and in the shape of the API", async () => {
  pipeline = await startPipeline({ emulator: { faults: ["stuck_in_progress"] } });
  await addSessions(pipeline.ctx, 3);
  await batchCreator(pipeline.ctx);
  await pipeline.database.rows.batches(3, (n) => ({
    id: `past${n}`,
    companyId: "other",
    status: "FAILED",
    createdAt: "2026-01-01T00:00:00Z",
    errorCode: "batch_refused",
    errorMessage: "No\tgood",
    errors: [{ code: "invalid_json_line", line: 7, message: "Not JSON", param: null }],
  }));
  const livedash = (...args: string[]) =>
    runCommand(["batches", ...args], {
      DATABASE_URL: pipeline.database.url,
      OPENAI_API_KEY: "test-key",
      OPENAI_BASE_URL: pipeline.emulator.url,
    });
  const idsOf = async (...args: string[]) =>
    JSON.parse((await livedash(...args, "--json")).stdout).batches.map(({ id }: { id: string }) => id);

  const past = ["past3", "past2", "past1"];
  const [own, ...others] = await idsOf();
  expect(others).toEqual(past);
  expect(await idsOf("--status", "failed", "--oldest", "--limit", "2")).toEqual(["past1", "past2"]);
  expect(await idsOf("list", "--since", "1h")).toEqual([own]);
  expect(await idsOf("list", "--since", "2025-12-31", "--company", "Company other")).toEqual(past);
  expect(await idsOf("list", "--stuck")).toEqual([]);
  expect((await livedash("--company", "Acme")).stdout).toMatch(new RegExp(`^BATCH .*\\n${own} +validating +Acme `));
  expect((await livedash("--status", "lost")).stderr).toContain("status:");

  const shown = await livedash("show", "past1");
  expect(shown.stdout).toMatch(/^Error +batch_refused: No good$/m);
  expect(shown.stdout).toMatch(/\nLINE {2}ERROR CODE +MESSAGE\n7 +invalid_json_line {2}Not JSON\n$/);
  const { batch, timeline } = JSON.parse((await livedash("show", own, "--json")).stdout);
  expect(batch).toMatchObject({ id: own, requestCount: 3, companyName: "Acme" });
  expect(timeline.map(({ event }: { event: string }) => event)).toEqual(["claimed", "submitted"]);
  // What its provider can do says when it would be let go: at Azure, no batch expires.
  await pipeline.ctx.db.query(`UPDATE "AIBatchRequest" SET "expiresAt" = NULL WHERE "id" = $1`, [own]);
  const requeueAt = async (env: Record<string, string>) => {
    const { stdout } = await runCommand(["batches", "show", own, "--json"], {
      DATABASE_URL: pipeline.database.url,
      ...env,
    });
    return Date.parse(JSON.parse(stdout).giveUp.requeueAt);
  };
  const openai = await requeueAt({ OPENAI_API_KEY: "test-key", OPENAI_BASE_URL: pipeline.emulator.url });
  const azure = await requeueAt({ AZURE_OPENAI_API_KEY: "test-key", AZURE_OPENAI_ENDPOINT: pipeline.emulator.url });
  expect(openai - azure).toBeGreaterThan(3_600_000);
  expect(await livedash("show", "gone")).toMatchObject({
    code: 1,
    stdout: "",
    stderr: expect.stringContaining("batch"),
  });

  expect((await livedash("cancel", own)).stderr).toContain("--reason");
  const cancelled = await livedash("cancel", own, "--reason", "wrong model", "--json");
  expect(JSON.parse(cancelled.stdout)).toMatchObject({ changed: true, batch: { id: own } });
  expect((await livedash("cancel", own, "--reason", "wrong model")).stdout).toMatch(
    /^This batch was already cancelled/,
  );
  expect(await livedash("cancel", "past1", "--reason", "wrong model")).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("This batch has already ended (failed)."),
  });
  const { rows } = await pipeline.ctx.db.query(
    `SELECT "action", "details"->>'reason' AS "reason" FROM "SecurityAuditLog" WHERE "outcome" = 'done'`,
  );
  expect(rows).toEqual([{ action: "batches.cancel", reason: "wrong model" }]);
});
