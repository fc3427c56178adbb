import { afterEach, expect, it } from "vitest";
import { runCommand } from "../support/cli.ts";
import { addSessions, runUntilIdle, startPipeline, type TestPipeline } from "../support/pipeline.ts";

let pipeline: TestPipeline;
afterEach(async () => pipeline.close());

it("spending stop holds what is pending, every command says so, and spending resume lets it go on", async () => {
  pipeline = await startPipeline();
  const livedash = (...args: string[]) =>
    runCommand(args, {
      DATABASE_URL: pipeline.database.url,
      OPENAI_API_KEY: "k",
      OPENAI_BASE_URL: pipeline.emulator.url,
      BATCH_CREATION_INTERVAL: "200ms",
      BATCH_POLLING_INTERVAL: "200ms",
    });
  await addSessions(pipeline.ctx, 5);
  const stopped = await livedash("spending", "stop", "--reason", "the invoice");
  expect(stopped).toMatchObject({ code: 0, stdout: expect.stringMatching(/stopped all spending at .*the invoice/) });
  expect(await livedash("run", "--until-idle")).toMatchObject({
    code: 1,
    stdout: expect.stringMatching(/stopped all spending at .*the invoice.* 5 requests pending, 0 in batches/),
  });
  const { stdout } = await livedash("status", "--json");
  expect(JSON.parse(stdout)).toMatchObject({ spendingStop: { reason: "the invoice" }, stuck: { count: 0 } });
  expect((await livedash("status")).stdout).toMatch(/stopped all spending at .*the invoice/);

  expect((await livedash("spending", "resume", "--reason", "it is paid")).code).toBe(0);
  await runUntilIdle(pipeline.ctx);
});

it("status names a batch that is stuck, with the provider's last words, and tells programs so", async () => {
  pipeline = await startPipeline();
  const { companyId } = await addSessions(pipeline.ctx, 1);
  await pipeline.database.rows.batch({
    id: "lost1",
    companyId,
    status: "FINALIZING",
    requestCount: 1,
    openaiBatchId: "batch_1",
    providerStatus: "finalizing",
    expiresAt: new Date(Date.now() - 3 * 86_400_000),
  });
  const env = { DATABASE_URL: pipeline.database.url };
  const { stdout } = await runCommand(["status"], env);
  expect(stdout).toMatch(
    /Stuck batches that need your attention: 1\n {2}.*lost1.*passed its expiry time.*"finalizing"/,
  );
  const asJson = JSON.parse((await runCommand(["status", "--json"], env)).stdout);
  expect(asJson.stuck).toMatchObject({ count: 1, oldest: [{ id: "lost1", stuck: { reason: "past_expiry" } }] });
});
