import { afterEach, describe, expect, it } from "vitest";
import { readModelStops } from "../../lib/throttle/modelStop.ts";
import { readStop } from "../../lib/throttle/providerStop.ts";
import { setFaults } from "../support/emulatorControl.ts";
import { expectInvariants, readLedger } from "../support/invariants.ts";
import { addSessions, runUntilIdle, startPipelineInOwnTime, type TestPipeline } from "../support/pipeline.ts";
import { countRequests, playRound } from "../support/rounds.ts";

const MODEL = "gpt-6-luna";

let pipeline: TestPipeline;
afterEach(async () => pipeline.close());

const sql = async (text: string, values: unknown[] = []) => (await pipeline.ctx.db.query(text, values)).rows;
const requests = () => countRequests(pipeline.ctx);

describe("an account or a model that is refused in each line", () => {
  it.each([
    ["a refused key", "line_error:status=401", "line_access_refused", /Incorrect API key provided/],
    [
      "a region",
      "line_error:status=403,in=response,code=unsupported_country_region_territory",
      "line_access_refused",
      /403/,
    ],
    ["no credit, by its status", "line_error:status=402,message=Payment required", "line_quota_exhausted", /Payment/],
    ["no credit, by its type", "line_error:status=429,type=insufficient_quota", "line_quota_exhausted", /credit/],
    [
      "a full storage, in a refusal",
      "line_error:status=403,code=storage_quota_exceeded",
      "line_storage_full",
      /no room for more files/,
    ],
  ])("%s stops the account, and costs no request an attempt", async (_, fault, code, message) => {
    pipeline = await startPipelineInOwnTime({ emulator: { faults: [fault] } });
    await addSessions(pipeline.ctx, 20);
    await playRound(pipeline.ctx);
    expect(await readStop(pipeline.ctx)).toMatchObject({ code, message: expect.stringMatching(message) });
    expect(await requests()).toEqual({ pending: 20, complete: 0, failed: 0, spent: 0 });
    const trial = await playRound(pipeline.ctx);
    expect(trial.batches, "one batch tries").toBe(1);
    expect(trial.requests, "and a small one").toBeLessThan(10);
    expect(await readStop(pipeline.ctx)).toMatchObject({ code });

    await setFaults(pipeline.emulator, []);
    await runUntilIdle(pipeline.ctx);
    expect(await readStop(pipeline.ctx)).toBeUndefined();
    expect(await requests()).toEqual({ pending: 0, complete: 20, failed: 0, spent: 0 });
    await expectInvariants(pipeline);
  });

  it.each([
    ["an unknown model", `line_error:status=404,model=${MODEL}`],
    ["a parameter", `line_error:status=400,model=${MODEL},in=response,code=unsupported_parameter`],
    ["the same in unknown words", `line_error:status=400,model=${MODEL},message=No cheese today`],
  ])("%s stops that model alone", async (_, fault) => {
    pipeline = await startPipelineInOwnTime({ emulator: { faults: [fault] } });
    await addSessions(pipeline.ctx, 20, { company: "A" });
    await addSessions(pipeline.ctx, 6, { company: "B" });
    await addSessions(pipeline.ctx, 7, { company: "B", model: "gpt-6-sol" });
    await playRound(pipeline.ctx);
    expect(await readModelStops(pipeline.ctx)).toEqual([expect.objectContaining({ model: MODEL })]);
    expect(await readStop(pipeline.ctx)).toBeUndefined();
    expect(await requests()).toEqual({ pending: 26, complete: 7, failed: 0, spent: 0 });
    await addSessions(pipeline.ctx, 9, { company: "C", model: "gpt-6-sol" });
    const { batches, requests: sent } = await playRound(pipeline.ctx);
    expect(batches, "the other model's, and one that tries").toBe(2);
    expect(sent).toBeLessThan(9 + 9);
    expect(await requests()).toMatchObject({ complete: 16, failed: 0, spent: 0 });

    await setFaults(pipeline.emulator, []);
    await runUntilIdle(pipeline.ctx);
    expect(await readModelStops(pipeline.ctx)).toEqual([]);
    expect(await requests()).toEqual({ pending: 0, complete: 42, failed: 0, spent: 0 });
    await expectInvariants(pipeline);
  });

  it("is not the account when one line among good answers says so: that line goes again, and it counts", async () => {
    pipeline = await startPipelineInOwnTime({ emulator: { faults: ["line_error:once:status=401"] } });
    await addSessions(pipeline.ctx, 20);
    await playRound(pipeline.ctx);
    expect(await readStop(pipeline.ctx)).toBeUndefined();
    expect(await requests()).toEqual({ pending: 1, complete: 19, failed: 0, spent: 1 });
    await runUntilIdle(pipeline.ctx);
    expect(await requests()).toMatchObject({ complete: 20, failed: 0 });
  });

  it("is the account when the key was revoked half-way", async () => {
    pipeline = await startPipelineInOwnTime({
      emulator: { faults: [{ kind: "line_error", skip: 5, params: { status: 401 } }] },
    });
    await addSessions(pipeline.ctx, 20);
    await playRound(pipeline.ctx);
    expect(await readStop(pipeline.ctx)).toMatchObject({ code: "line_access_refused" });
    expect(await requests()).toEqual({ pending: 15, complete: 5, failed: 0, spent: 0 });
  });

  it("is a line's own fault after all, once others of its model are answered beside it: it fails with the provider's words", async () => {
    pipeline = await startPipelineInOwnTime();
    const { requestIds } = await addSessions(pipeline.ctx, 5, { company: "A" });
    const params = { status: 400, code: "odd", message: "It rhymes.", in: "response" };
    const faults = requestIds.map((id) => ({ kind: "line_error", filter: { custom_id: id }, params }));
    await setFaults(pipeline.emulator, faults);
    await playRound(pipeline.ctx);
    expect(await readModelStops(pipeline.ctx)).toMatchObject([{ message: expect.stringContaining("It rhymes.") }]);
    await addSessions(pipeline.ctx, 30, { company: "A" });
    await runUntilIdle(pipeline.ctx);
    expect(await readModelStops(pipeline.ctx)).toEqual([]);
    expect(await requests()).toMatchObject({ complete: 30, failed: 5 });
    const failed = await sql(
      `SELECT DISTINCT "errorCode", "errorMessage" FROM "AIProcessingRequest" WHERE NOT "success"`,
    );
    expect(failed).toEqual([{ errorCode: "line_rejected", errorMessage: expect.stringContaining("It rhymes.") }]);
  });

  it("stops the model when no line of a batch can be read: what was paid for is not bought again by the whole backlog", async () => {
    pipeline = await startPipelineInOwnTime({ emulator: { faults: ["line_malformed"] } });
    await addSessions(pipeline.ctx, 20);
    await playRound(pipeline.ctx);
    expect(await readModelStops(pipeline.ctx)).toMatchObject([{ model: MODEL, code: "line_model_refused" }]);
    for (let round = 0; round < 3; round++) await playRound(pipeline.ctx);
    expect(await requests()).toMatchObject({ pending: 20, failed: 0 });
    expect((await readLedger(pipeline)).linesExecuted).toBeLessThan(20 + 3 * 8);
    expect(await sql(`SELECT DISTINCT "code" FROM "AIRequestAttempt"`)).toEqual([{ code: "line_unreadable" }]);
    await setFaults(pipeline.emulator, []);
    await runUntilIdle(pipeline.ctx);
    expect(await requests()).toMatchObject({ complete: 20, failed: 0 });
  });

  it("is the provider's fault when whole batches are not served: after three the model stops, and nothing fails for good", async () => {
    pipeline = await startPipelineInOwnTime({ emulator: { faults: ["line_error:status=500"] } });
    await addSessions(pipeline.ctx, 12);
    for (let round = 0; round < 6; round++) await playRound(pipeline.ctx);
    expect(await readModelStops(pipeline.ctx)).toMatchObject([{ model: MODEL, code: "refused_again" }]);
    expect(await requests()).toMatchObject({ pending: 12, failed: 0, spent: 24 });
    await setFaults(pipeline.emulator, []);
    await runUntilIdle(pipeline.ctx);
    expect(await requests()).toMatchObject({ complete: 12 });
  });
});
