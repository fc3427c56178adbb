import { afterEach, expect, it } from "vitest";
import { batchCreator } from "../../lib/pipeline/batchCreator.ts";
import { runCommand } from "../support/cli.ts";
import { addSessions, startPipeline, type TestPipeline } from "../support/pipeline.ts";

let pipeline: TestPipeline;
afterEach(async () => pipeline.close());

it("batches give-up says what it will come to, and does it, though the provider does not answer", async () => {
  pipeline = await startPipeline({ emulator: { faults: ["stuck_in_progress"] } });
  await addSessions(pipeline.ctx, 3);
  await batchCreator(pipeline.ctx);
  const { rows } = await pipeline.ctx.db.query(`SELECT "id" FROM "AIBatchRequest"`);
  const [{ id }] = rows;
  const livedash = (...args: string[]) =>
    runCommand(["batches", "give-up", id, "--reason", "it hangs", ...args], {
      DATABASE_URL: pipeline.database.url,
      OPENAI_API_KEY: "k",
      OPENAI_BASE_URL: "http://127.0.0.1:9/v1",
    });
  const plan = /result: 3 requests\.[\s\S]*up to 3 lines, costing about EUR 0\.0/;
  const dry = await livedash("--dry-run");
  expect(dry).toMatchObject({ code: 0, stdout: expect.stringMatching(plan) });
  expect(dry.stdout).toContain("Nothing has changed.");
  const done = await livedash("--now");
  expect(done).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^Given up\.[\s\S]*cancelled, 3 requests requeued/),
  });
  const after = await pipeline.ctx.db.query(
    `SELECT DISTINCT "processingStatus" AS "status" FROM "AIProcessingRequest"`,
  );
  expect(after.rows).toEqual([{ status: "PENDING_BATCHING" }]);
});
