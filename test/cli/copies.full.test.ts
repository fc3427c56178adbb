import { afterEach, expect, it } from "vitest";
import { batchCreator } from "../../lib/pipeline/batchCreator.ts";
import { runCommand } from "../support/cli.ts";
import { type CopiedPipeline, copyBeside } from "../support/copies.ts";
import { readLedger } from "../support/invariants.ts";
import { addSessions, startPipeline, type TestPipeline } from "../support/pipeline.ts";

let pipeline: TestPipeline;
let copy: CopiedPipeline;
afterEach(async () => {
  await copy.database.drop();
  await pipeline.close();
});

async function startCopied() {
  pipeline = await startPipeline({ emulator: { times: { inProgress: 500 } } });
  await addSessions(pipeline.ctx, 4);
  await batchCreator(pipeline.ctx);
  copy = await copyBeside(pipeline);
  const env = {
    DATABASE_URL: copy.database.url,
    OPENAI_API_KEY: "test-key",
    OPENAI_BASE_URL: pipeline.emulator.url,
    BATCH_SETTLE_TIME: "100ms",
    BATCH_CREATION_INTERVAL: "200ms",
    BATCH_POLLING_INTERVAL: "200ms",
  };
  return (...args: string[]) => runCommand(args, env);
}

it("a copy says so in run, status and doctor, and goes on when it is adopted", async () => {
  const livedash = await startCopied();
  const run = await livedash("run", "--until-idle");
  expect(run).toMatchObject({
    code: 1,
    stdout: expect.stringContaining("This database is a copy, or has been restored"),
  });
  expect(run.stdout).toContain("livedash adopt-copy");
  const status = JSON.parse((await livedash("status", "--json")).stdout);
  expect(status.databaseCopied).toMatchObject({ sign: "database" });
  expect((await livedash("status")).stdout).toContain("livedash detach-copy");
  expect(await livedash("doctor")).toMatchObject({ code: 1, stdout: expect.stringContaining("database_copied: 1") });

  const plan = await livedash("adopt-copy");
  expect(plan).toMatchObject({ code: 0, stdout: expect.stringContaining("1 batch with 4 requests in flight") });
  expect(plan.stdout).toContain("Nothing has been done");
  expect((await livedash("run", "--until-idle")).code).toBe(1);
  expect(await livedash("adopt-copy", "--yes")).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("This database is now the one in use"),
  });
  expect(await livedash("run", "--until-idle")).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("4 requests complete"),
  });
  expect(await readLedger(pipeline)).toMatchObject({ linesExecuted: 4, batches: { created: 1 } });
});

it("a copy is detached without the provider, and says first what that means", async () => {
  const livedash = await startCopied();
  const plan = await livedash("detach-copy");
  expect(plan).toMatchObject({ code: 0, stdout: expect.stringContaining("4 requests become pending") });
  expect(plan.stdout).toContain("Nothing has been done");
  await pipeline.emulator.close();
  const done = await livedash("detach-copy", "--yes");
  expect(done).toMatchObject({ code: 0, stdout: expect.stringContaining("This database is now its own installation") });
  const { rows } = await copy.ctx.db.query(`SELECT "processingStatus" FROM "AIProcessingRequest"`);
  expect(rows.map((row) => row.processingStatus)).toEqual(Array(4).fill("PENDING_BATCHING"));
});
