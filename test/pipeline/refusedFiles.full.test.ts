import { afterEach, describe, expect, it } from "vitest";
import { digest } from "../../emulator/random.ts";
import { batchCreator } from "../../lib/pipeline/batchCreator.ts";
import { batchPoller } from "../../lib/pipeline/batchPoller.ts";
import { listLearnedSizes } from "../../lib/throttle/fileSize.ts";
import { readModelStops } from "../../lib/throttle/modelStop.ts";
import { readStop } from "../../lib/throttle/providerStop.ts";
import { setFaults } from "../support/emulatorControl.ts";
import { expectInvariants, readLedger } from "../support/invariants.ts";
import { addSessions, runUntilIdle, startPipelineInOwnTime, type TestPipeline } from "../support/pipeline.ts";
import { countRequests, playRound, untilTrial } from "../support/rounds.ts";
import { asTimeGoesBy, passTime } from "../support/testClock.ts";

const MODEL = "gpt-6-luna";
const LINES = 24;
const BAD = 4;
/** What happens to a batch counts here, not how long it takes. */
const times = { validating: 5, inProgress: 5, finalizing: 5 };

let pipeline: TestPipeline;
afterEach(async () => pipeline.close());

const sql = async (text: string, values: unknown[] = []) => (await pipeline.ctx.db.query(text, values)).rows;
const requests = () => countRequests(pipeline.ctx);

/** A refusal that comes again and again stops the model, and its trials are ever further apart: that time passes, too. */
async function playUntilIdle(): Promise<void> {
  for (let round = 0; (await requests()).pending > 0; round++) {
    expect(round, "rounds until nothing waits").toBeLessThan(LINES * 8);
    await playRound(pipeline.ctx);
  }
  await runUntilIdle(pipeline.ctx);
}

/** The reasons of requests that failed for good, each with the words that were kept. */
async function reasons() {
  return sql(
    `SELECT DISTINCT "errorCode" AS "code", "errorMessage" AS "message" FROM "AIProcessingRequest"
      WHERE "processingStatus" = 'PROCESSING_FAILED'`,
  );
}

/** What n log n allows: each request as often as its file can be halved, once as it was, once for good, and once alone. */
function mostLines(n: number): number {
  return n * (Math.ceil(Math.log2(n)) + 3);
}

/** The `share` of bad_lines at which just so many of these are bad. */
function shareOf(ids: readonly string[], bad: number): number {
  const places = ids.map((id) => Number.parseInt(digest(`bad ${id}`).slice(0, 8), 16) / 2 ** 32);
  return places.sort((a, b) => a - b)[bad] ?? 1;
}

describe("a file that is refused at its validation", () => {
  it.each([
    ["an unknown model", "failed_validation:code=model_not_found,param=body.model,line=1"],
    ["the endpoint", "failed_validation:code=invalid_url,param=url,line=1"],
    ["a parameter", "failed_validation:code=unsupported_parameter,param=body.temperature,line=3"],
    ["each line alike", "bad_lines:share=1,code=missing_required_parameter"],
  ])("for what all its lines share (%s) stops the model: no request fails or spends an attempt", async (_, fault) => {
    pipeline = await startPipelineInOwnTime({ emulator: { faults: [fault], times } });
    await addSessions(pipeline.ctx, 20);
    for (let round = 0; round < 4; round++) await playRound(pipeline.ctx);
    const [stop] = await readModelStops(pipeline.ctx);
    expect(stop).toMatchObject({ model: MODEL, code: "batch_model_refused" });
    expect(await requests()).toEqual({ pending: 20, complete: 0, failed: 0, spent: 0 });
    expect((await readLedger(pipeline)).linesSent).toBeLessThan(20 + 3 * 8);
    await setFaults(pipeline.emulator, []);
    await runUntilIdle(pipeline.ctx);
    expect(await requests()).toEqual({ pending: 0, complete: 20, failed: 0, spent: 0 });
    expect(await readModelStops(pipeline.ctx)).toEqual([]);
    await expectInvariants(pipeline);
  });

  it("for the account stops all, whatever else stands before it in the list", async () => {
    pipeline = await startPipelineInOwnTime({
      emulator: {
        faults: ["bad_lines:names=one,share=1", "failed_validation:code=input_no_permissions,message=No rights here"],
      },
    });
    await addSessions(pipeline.ctx, 20);
    await playRound(pipeline.ctx);
    expect(await readStop(pipeline.ctx)).toMatchObject({
      code: "batch_access_refused",
      message: expect.stringContaining("No rights here"),
    });
    expect(await requests()).toEqual({ pending: 20, complete: 0, failed: 0, spent: 0 });
  });

  it("for reasons that nobody knows, again and again, stops the model before the backlog fails", async () => {
    pipeline = await startPipelineInOwnTime({
      emulator: { faults: ["failed_validation:code=out_of_cheese,message=No cheese left"] },
    });
    await addSessions(pipeline.ctx, 32);
    for (let round = 0; round < 12; round++) await playRound(pipeline.ctx);
    expect(await readModelStops(pipeline.ctx)).toMatchObject([
      { code: "refused_again", message: expect.stringContaining("No cheese left") },
    ]);
    expect(await requests()).toEqual({ pending: 32, complete: 0, failed: 0, spent: 0 });
    expect((await readLedger(pipeline)).linesSent).toBeLessThan(mostLines(32));
    await setFaults(pipeline.emulator, []);
    await untilTrial(pipeline.ctx);
    await runUntilIdle(pipeline.ctx);
    expect(await requests()).toMatchObject({ complete: 32, failed: 0 });
    await expectInvariants(pipeline);
  });

  it.each([
    ["each bad line", "each"],
    ["one bad line at a time", "one"],
    ["no line", "none"],
    ["a line that the file does not have", "outside"],
  ])(
    "with %s named: the good ones come through, the bad ones fail, and no more than n log n are sent",
    async (_, names) => {
      pipeline = await startPipelineInOwnTime({ env: { BATCH_MAX_ATTEMPTS: "2" }, emulator: { times } });
      const { requestIds } = await addSessions(pipeline.ctx, LINES);
      const share = shareOf(requestIds, BAD);
      await setFaults(pipeline.emulator, [{ kind: "bad_lines", params: { share, names } }]);
      await playUntilIdle();
      const { complete, failed } = await requests();
      expect({ complete, failed }).toEqual({ complete: LINES - BAD, failed: BAD });
      const { linesSent, linesExecuted } = await expectInvariants(pipeline);
      expect(linesExecuted, "each good line ran once").toBe(complete);
      expect(linesSent).toBeLessThan(mostLines(LINES));
      for (const { message } of await reasons()) expect(message).toContain("The line is not valid.");
    },
  );

  it("with a good line named in place of the bad one: no more than n log n are sent, and few are believed", async () => {
    pipeline = await startPipelineInOwnTime({ env: { BATCH_MAX_ATTEMPTS: "2" } });
    const { requestIds } = await addSessions(pipeline.ctx, LINES);
    const share = shareOf(requestIds, 2);
    await setFaults(pipeline.emulator, [{ kind: "bad_lines", params: { share, names: "wrong" } }]);
    await playUntilIdle();
    const { complete, failed } = await requests();
    expect(complete + failed).toBe(LINES);
    expect(complete).toBeGreaterThan(LINES / 2);
    expect((await expectInvariants(pipeline)).linesSent).toBeLessThan(mostLines(LINES));
  });
});

describe("a file that is too large", () => {
  it.each([
    ["for a proxy, with a page of HTML", { faults: ["upload_too_large:bytes=20000"] }],
    ["for the provider, at the upload", { limits: { maxFileBytes: 20_000, maxUploadBytes: 20_000 } }],
    ["for the provider, in lines, at the validation", { limits: { maxLines: 6 } }],
  ])("%s goes in parts at once, and the size is remembered", async (_, emulator) => {
    pipeline = await startPipelineInOwnTime({ emulator });
    await addSessions(pipeline.ctx, 24);
    await runUntilIdle(pipeline.ctx);
    expect(await requests()).toEqual({ pending: 0, complete: 24, failed: 0, spent: 0 });
    const [learned] = await listLearnedSizes(pipeline.ctx);
    expect(learned?.message).toMatch(/too large|too many|more than/i);
    const refused = await sql(`SELECT 1 FROM "AIBatchRequest" WHERE "status" = 'FAILED'`);

    await addSessions(pipeline.ctx, 24);
    await runUntilIdle(pipeline.ctx);
    expect(await requests()).toMatchObject({ complete: 48, spent: 0 });
    const all = await sql(`SELECT 1 FROM "AIBatchRequest" WHERE "status" = 'FAILED'`);
    expect(all.length, "none is refused for its size any more").toBe(refused.length);
    expect(await readModelStops(pipeline.ctx)).toEqual([]);
    await expectInvariants(pipeline);
  });

  it("with one request alone fails that request, with the provider's words, and no other", async () => {
    pipeline = await startPipelineInOwnTime({ emulator: { faults: ["upload_too_large:bytes=20000"] } });
    await addSessions(pipeline.ctx, 10, {
      text: (index) => (index === 4 ? "leave? ".repeat(5_000) : "How much leave?"),
    });
    await runUntilIdle(pipeline.ctx);
    expect(await requests()).toMatchObject({ complete: 9, failed: 1 });
    expect(await reasons()).toEqual([{ code: "line_too_large", message: expect.stringContaining("413") }]);
    await expectInvariants(pipeline);
  });
});

describe("a size that was learned", () => {
  const DAY = 86_400_000;
  const learned = async () => (await listLearnedSizes(pipeline.ctx))[0];

  async function learnSize(env: Record<string, string> = {}): Promise<void> {
    pipeline = await startPipelineInOwnTime({ env, emulator: { faults: ["upload_too_large:bytes=20000"] } });
    await addSessions(pipeline.ctx, 24);
    await runUntilIdle(pipeline.ctx);
  }

  async function sendMore(options: Parameters<typeof addSessions>[2] = {}): Promise<void> {
    await addSessions(pipeline.ctx, 24, options);
    await runUntilIdle(pipeline.ctx);
  }

  it("holds for a day, and then for nothing that the provider takes again", async () => {
    await learnSize();
    const first = await learned();
    await setFaults(pipeline.emulator, []);
    await sendMore();
    expect(await learned()).toEqual(first);
    await passTime(pipeline.ctx, DAY);
    await sendMore();
    const grown = Number((await learned())?.maxBytes);
    expect(grown).toBeGreaterThan(Number(first?.maxBytes));
    for (let more = 0; more < 4; more++) await sendMore();
    const [{ most }] = await sql(
      `SELECT max("requestCount") AS "most" FROM "AIBatchRequest" WHERE "status" = 'PROCESSED'`,
    );
    expect(most).toBe(24);
    expect(await requests()).toMatchObject({ pending: 0, failed: 0, spent: 0 });
  });

  it("is forgotten where files are no larger by themselves", async () => {
    await learnSize({ BATCH_MAX_BYTES: "40000" });
    await setFaults(pipeline.emulator, []);
    await passTime(pipeline.ctx, DAY);
    for (let more = 0; more < 3; more++) await sendMore();
    expect(await learned()).toBeUndefined();
  });

  it("grows also where single requests leave much of each file free", async () => {
    await learnSize();
    await setFaults(pipeline.emulator, []);
    await passTime(pipeline.ctx, DAY);
    const before = Number((await learned())?.maxBytes);
    // One and a bit would fill it: less than four fifths are used of what it allows.
    await sendMore({ text: (index) => "x".repeat(before * 0.55 + index) });
    expect((await learned())?.maxBytes ?? Number.POSITIVE_INFINITY).toBeGreaterThan(before);
  });

  it("that is still the limit is learned anew from one refusal a day, and costs no request an attempt", async () => {
    await learnSize();
    const refusals = async () => (await sql(`SELECT 1 FROM "AIBatchRequest" WHERE "status" = 'FAILED'`)).length;
    for (let day = 0; day < 3; day++) {
      await passTime(pipeline.ctx, DAY);
      const before = await refusals();
      for (let more = 0; more < 3; more++) await sendMore();
      expect((await refusals()) - before).toBeLessThanOrEqual(1);
    }
    expect(await requests()).toMatchObject({ pending: 0, failed: 0, spent: 0 });
    await expectInvariants(pipeline);
  });
});

describe("a refused submission", () => {
  it("whose words name the model stops that model alone", async () => {
    pipeline = await startPipelineInOwnTime({
      emulator: { faults: ["http_error:status=404,code=model_not_found,method=POST,path=/v1/batches"] },
    });
    await addSessions(pipeline.ctx, 5, { company: "A" });
    await addSessions(pipeline.ctx, 5, { company: "B" });
    expect(await batchCreator(pipeline.ctx)).toEqual({ batches: 1, requests: 5 });
    expect(await readModelStops(pipeline.ctx)).toMatchObject([{ model: MODEL, code: "provider_model_refused" }]);
    expect(await readStop(pipeline.ctx)).toBeUndefined();
    await setFaults(pipeline.emulator, []);
    await runUntilIdle(pipeline.ctx);
    expect(await requests()).toEqual({ pending: 0, complete: 10, failed: 0, spent: 0 });
  });

  it("for a scope that is missing stays a stop, though the key is good for reading", async () => {
    pipeline = await startPipelineInOwnTime();
    await addSessions(pipeline.ctx, 5, { company: "A" });
    await batchCreator(pipeline.ctx);
    const fault = "http_error:status=403,code=missing_scope,message=Missing scopes: api.files.write,method=POST";
    await setFaults(pipeline.emulator, [fault]);
    await addSessions(pipeline.ctx, 5, { company: "B" });
    await batchCreator(pipeline.ctx);
    expect(await readStop(pipeline.ctx)).toMatchObject({ code: "provider_key_refused" });
    for (let round = 0; round < 20; round++) {
      await passTime(pipeline.ctx, 50);
      await asTimeGoesBy(pipeline.ctx, () => batchPoller(pipeline.ctx));
    }
    expect(await requests(), "what ran is collected").toMatchObject({ complete: 5, failed: 0, spent: 0 });
    expect(await readStop(pipeline.ctx)).toMatchObject({ code: "provider_key_refused" });
    await setFaults(pipeline.emulator, []);
    await runUntilIdle(pipeline.ctx);
    expect(await readStop(pipeline.ctx)).toBeUndefined();
  });

  it("that is refused for no known reason goes back uncounted, and after three in a row its model stops", async () => {
    pipeline = await startPipelineInOwnTime({
      emulator: { faults: ["http_error:status=400,method=POST,path=/v1/batches"] },
    });
    await addSessions(pipeline.ctx, 16);
    for (let round = 0; round < 8; round++) await playRound(pipeline.ctx);
    expect(await readModelStops(pipeline.ctx)).toMatchObject([{ model: MODEL, code: "refused_again" }]);
    expect(await requests()).toEqual({ pending: 16, complete: 0, failed: 0, spent: 0 });
    await setFaults(pipeline.emulator, []);
    await runUntilIdle(pipeline.ctx);
    expect(await requests()).toMatchObject({ complete: 16, failed: 0 });
    await expectInvariants(pipeline);
  });
});
