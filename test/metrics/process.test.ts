import { afterAll, beforeAll, expect, it } from "vitest";
import { updateBatch } from "../../lib/batches/lease.ts";
import { claimBatch } from "../../lib/pipeline/create/claimBatch.ts";
import { workOnBatch } from "../../lib/pipeline/workOnBatch.ts";
import { type EndedCall, measuredProvider } from "../../lib/providers/measuredProvider.ts";
import { collect, providerThat } from "../providers/support.ts";
import { addSessions, runUntilIdle, startPipelineInOwnTime, type TestPipeline } from "../support/pipeline.ts";
import { readMetricsText, readValue } from "./read.ts";
import { measure } from "./support.ts";

let pipeline: TestPipeline;
beforeAll(async () => {
  pipeline = await startPipelineInOwnTime({ emulator: { faults: ["lost_reply_create:once"] } });
});
afterAll(() => pipeline?.close());

it("counts a provider batch that is adopted, and the create whose reply was lost", async () => {
  const ctx = measure(pipeline.ctx);
  await addSessions(ctx, 3);
  await runUntilIdle(ctx);
  const metrics = readMetricsText(await ctx.metrics.render());
  expect(readValue(metrics, "livedash_batches_adopted_total")).toBe(1);
  expect(readValue(metrics, "livedash_lease_losses_total")).toBe(0);
  const lost = { call: "create_batch", outcome: "provider_unreachable" };
  expect(readValue(metrics, "livedash_provider_call_duration_seconds_count", lost)).toBe(1);
});

it("counts a lease that another worker has taken meanwhile", async () => {
  const ctx = measure(pipeline.ctx);
  const { companyId } = await addSessions(ctx, 1, { company: "Stolen" });
  const { batch } = await claimBatch(ctx, { companyId, model: "gpt-6-luna" });
  if (!batch) return expect.fail("Nothing was claimed");
  const claimed = { ...batch, openaiBatchId: null, callFailures: 0, failedCalls: 0, failingSince: null };
  const result = await workOnBatch(ctx, { ...claimed, requeueAt: null, errorCode: null }, async (lease) => {
    const { owner } = pipeline.database;
    await owner.query(`UPDATE "AIBatchRequest" SET "epoch" = "epoch" + 1 WHERE "id" = $1`, [batch.id]);
    await updateBatch(ctx.db, lease, { failedCalls: 0 });
  });
  await batch.spool.remove();
  expect(result.kind).toBe("broken_off");
  expect(readValue(readMetricsText(await ctx.metrics.render()), "livedash_lease_losses_total")).toBe(1);
});

it("measures a listing as one call that lasts as long as the provider is waited for", async () => {
  const ended: EndedCall[] = [];
  let ms = 0;
  const pages = ["batch_1", "batch_2"].map((id) => ({
    object: "list",
    data: [{ id, object: "batch" }],
    has_more: id === "batch_1",
  }));
  const provider = await providerThat(() => {
    ms += 100;
    return pages.shift();
  });
  const measured = measuredProvider(provider, { now: () => ms, ended: (call) => ended.push(call) });
  for await (const _ of measured.listBatches(new Date(0))) ms += 5_000;
  expect(ended).toEqual([{ account: "openai", call: "list_batches", outcome: "ok", seconds: 0.2 }]);
});

it("names what was refused, and a listing that was broken off", async () => {
  const ended: EndedCall[] = [];
  const provider = await providerThat(() => ({ nothing: "that is expected" }));
  const measured = measuredProvider(provider, { now: () => 0, ended: (call) => ended.push(call) });
  await expect(measured.retrieveBatch("batch_1")).rejects.toThrow();
  await expect(collect(measured.listInputFiles())).rejects.toThrow();
  const failed = { account: "openai", outcome: "provider_unreachable", seconds: 0 };
  expect(ended).toEqual([
    { ...failed, call: "retrieve_batch" },
    { ...failed, call: "list_input_files" },
  ]);
});
