import { afterEach, describe, expect, it } from "vitest";
import { batchCreator } from "../../lib/batch/batchCreator.ts";
import { batchPoller } from "../../lib/batch/batchPoller.ts";
import { readStop } from "../../lib/batch/providerStop.ts";
import { systemClock } from "../../lib/clock.ts";
import { expectInvariants } from "../support/invariants.ts";
import { addSessions, runUntilIdle, startPipeline, type TestPipeline } from "../support/pipeline.ts";

let pipeline: TestPipeline;
afterEach(async () => pipeline.close());

async function setFaults(faults: string[]): Promise<void> {
  const reply = await fetch(new URL("/_emulator/faults", pipeline.emulator.url), {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(faults),
  });
  expect(reply.status).toBe(200);
}

describe("a provider that only a person can mend", () => {
  it.each([
    ["insufficient_quota", "provider_quota_exhausted", /no credit/],
    ["http_error:status=401", "provider_key_refused", /does not accept the key/],
  ])("%s stops new batches with a clear state, and nothing is lost", async (fault, code, message) => {
    pipeline = await startPipeline({ emulator: { faults: [fault] } });
    await addSessions(pipeline.ctx, 10, { company: "A" });
    await addSessions(pipeline.ctx, 10, { company: "B" });
    await batchCreator(pipeline.ctx);
    expect(await readStop(pipeline.ctx)).toMatchObject({ code, message: expect.stringMatching(message) });
    expect(await batchCreator(pipeline.ctx)).toEqual({ batches: 0, requests: 0 });
    await systemClock.sleep(150);
    await batchPoller(pipeline.ctx);
    const { rows } = await pipeline.ctx.db.query(`SELECT "status", "errorCode" FROM "AIBatchRequest"`);
    expect(rows).toEqual([{ status: "UPLOADING", errorCode: code }]);

    await setFaults([]);
    await runUntilIdle(pipeline.ctx);
    expect(await readStop(pipeline.ctx)).toBeUndefined();
    expect(await expectInvariants(pipeline)).toMatchObject({ linesExecuted: 20 });
  });

  it("goes on collecting what runs while new batches are stopped", async () => {
    pipeline = await startPipeline();
    await addSessions(pipeline.ctx, 10, { company: "A" });
    await batchCreator(pipeline.ctx);
    await setFaults(["http_error:status=429,code=insufficient_quota,method=POST"]);
    await addSessions(pipeline.ctx, 10, { company: "B" });
    await batchCreator(pipeline.ctx);
    await expect(runUntilIdle(pipeline.ctx, 10)).rejects.toThrow("not idle");
    const { rows } = await pipeline.ctx.db.query(
      `SELECT count(*)::int AS "n" FROM "AIProcessingRequest" WHERE "processingStatus" = 'PROCESSING_COMPLETE'`,
    );
    expect(rows[0].n).toBe(10);
    expect(await readStop(pipeline.ctx)).toMatchObject({ code: "provider_quota_exhausted" });
  });
});
