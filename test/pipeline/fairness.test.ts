import { afterEach, describe, expect, it } from "vitest";
import { batchCreator } from "../../lib/pipeline/batchCreator.ts";
import { setFaults } from "../support/emulatorControl.ts";
import { expectInvariants } from "../support/invariants.ts";
import { addSessions, runUntilIdle, startPipeline, type TestPipeline } from "../support/pipeline.ts";

const MODEL = "gpt-6-luna";
/** What a line of these tests weighs, roughly, in input tokens by four bytes. */
const LINE_TOKENS = 700;

let pipeline: TestPipeline;
afterEach(async () => pipeline.close());

/** The companies of the batches so far, in their order, each with the status of its batch. */
async function made(): Promise<[string, string][]> {
  const { rows } = await pipeline.ctx.db.query<{ company: string; status: string }>(
    `SELECT c."name" AS "company", b."status" FROM "AIBatchRequest" b JOIN "Company" c ON c."id" = b."companyId"
      ORDER BY b."createdAt", b."id"`,
  );
  return rows.map(({ company, status }) => [company, status]);
}

describe("what fails for one company", () => {
  it("is left to the next round when its file is refused, and the others go on", async () => {
    pipeline = await startPipeline({ emulator: { faults: ["http_error:once:status=400,method=POST,path=/v1/files"] } });
    await addSessions(pipeline.ctx, 30, { company: "A" });
    await addSessions(pipeline.ctx, 3, { company: "B" });
    expect(await batchCreator(pipeline.ctx)).toEqual({ batches: 2, requests: 33 });
    expect(await made()).toEqual([
      ["A", "FAILED"],
      ["B", "VALIDATING"],
    ]);
  });

  it("waits alone when its submission did not get through; two of them are a provider that takes nothing", async () => {
    pipeline = await startPipeline({
      env: { BATCH_POLLING_INTERVAL: "1m" },
      emulator: { faults: ["http_error:once:status=503,method=POST"] },
    });
    await addSessions(pipeline.ctx, 3, { company: "A" });
    await addSessions(pipeline.ctx, 3, { company: "B" });
    await batchCreator(pipeline.ctx);
    expect(await made()).toEqual([["A", "UPLOADING"]]);
    await addSessions(pipeline.ctx, 3, { company: "A" });
    expect(await batchCreator(pipeline.ctx), "B's, and no other of A").toEqual({ batches: 1, requests: 3 });
    expect(await made()).toEqual([
      ["A", "UPLOADING"],
      ["B", "VALIDATING"],
    ]);

    await setFaults(pipeline.emulator, ["http_error:once:status=503,method=POST"]);
    await addSessions(pipeline.ctx, 3, { company: "C" });
    await batchCreator(pipeline.ctx);
    await addSessions(pipeline.ctx, 3, { company: "D" });
    expect(await batchCreator(pipeline.ctx)).toEqual({ batches: 0, requests: 0 });
  });

  it("does not keep the others from their batches when it cannot even be claimed", async () => {
    pipeline = await startPipeline();
    const { companyId } = await addSessions(pipeline.ctx, 3, { company: "A" });
    await addSessions(pipeline.ctx, 3, { company: "B" });
    await pipeline.database.owner.query(
      `ALTER TABLE "AIBatchRequest" ADD CONSTRAINT "none_of_a" CHECK ("companyId" <> '${companyId}')`,
    );
    await expect(batchCreator(pipeline.ctx)).rejects.toThrow("none_of_a");
    expect(await made()).toEqual([["B", "VALIDATING"]]);
    await pipeline.database.owner.query(`ALTER TABLE "AIBatchRequest" DROP CONSTRAINT "none_of_a"`);
    await runUntilIdle(pipeline.ctx);
    expect(await expectInvariants(pipeline)).toMatchObject({ linesExecuted: 6 });
  });
});

describe("a request that is larger than its company's part of the budget", () => {
  const env = { BATCH_TOKEN_BUDGETS: `${MODEL}=${10 * LINE_TOKENS}` };

  it("has its turn like any other", async () => {
    pipeline = await startPipeline({ env });
    await addSessions(pipeline.ctx, 10, { company: "A" });
    await addSessions(pipeline.ctx, 2, { company: "Long", text: () => "x".repeat(10_000) });
    for (const company of ["B", "C", "D"]) await addSessions(pipeline.ctx, 10, { company });
    await batchCreator(pipeline.ctx);
    expect((await made()).map(([company]) => company)).toContain("Long");
    await runUntilIdle(pipeline.ctx);
    expect(await expectInvariants(pipeline)).toMatchObject({ linesExecuted: 42 });
  });

  it("is not overtaken again and again by shorter ones for which there is room", async () => {
    pipeline = await startPipeline({ env });
    await addSessions(pipeline.ctx, 5, { company: "A" });
    await batchCreator(pipeline.ctx);
    await addSessions(pipeline.ctx, 2, { company: "A" });
    await addSessions(pipeline.ctx, 1, { company: "Long", text: () => "x".repeat(20_000) });
    expect(await batchCreator(pipeline.ctx), "what becomes free is kept for it").toEqual({ batches: 0, requests: 0 });
    await runUntilIdle(pipeline.ctx);
    expect(await expectInvariants(pipeline)).toMatchObject({ linesExecuted: 8 });
  });
});
