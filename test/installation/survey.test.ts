import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { atCommandLine } from "../../cli/commandActor.ts";
import { adoptCopy, planAdoption } from "../../lib/admin/copies/adoptCopy.ts";
import type { PipelineContext } from "../../lib/context.ts";
import { openInstallation } from "../../lib/installation/installation.ts";
import { batchCreator } from "../../lib/pipeline/batchCreator.ts";
import { claimBatch } from "../../lib/pipeline/create/claimBatch.ts";
import { metadataOf } from "../../lib/providers/openai/marks.ts";
import { takeSnapshot } from "../support/copies.ts";
import { setFaults } from "../support/emulatorControl.ts";
import { expectInvariants, readLedger } from "../support/invariants.ts";
import { createAs, uploadAs } from "../support/othersAtProvider.ts";
import { addSessions, runUntilIdle, startPipelineInOwnTime, type TestPipeline } from "../support/pipeline.ts";
import { asTimeGoesBy, passTime } from "../support/testClock.ts";

// What the provider has of a database's batches may be in any state by the time that somebody adopts it.

/** Longer than a batch takes that nothing holds up. */
const LONG_MS = 1_000;
const NONE = { batches: 0, requests: 0 };

let pipeline: TestPipeline;
let ctx: PipelineContext;
let installation: string;
beforeEach(async () => {
  pipeline = await startPipelineInOwnTime();
  ctx = pipeline.ctx;
  installation = (await openInstallation(ctx)).id;
});
afterEach(() => pipeline.close());

const plan = () => asTimeGoesBy(ctx, () => planAdoption(ctx));
const adopt = () => asTimeGoesBy(ctx, () => adoptCopy(atCommandLine(ctx)));
const batchesOf = async () => (await ctx.db.query(`SELECT * FROM "AIBatchRequest"`)).rows;
const statuses = async () =>
  (await ctx.db.query(`SELECT DISTINCT "processingStatus" AS "status" FROM "AIProcessingRequest"`)).rows;
const ALL_COMPLETE = [{ status: "PROCESSING_COMPLETE" }];

/** What happens to a batch at the provider. */
type Fate = "completed" | "running" | "cancelled" | "failed";
const FAULTS: Partial<Record<Fate, string>> = { failed: "failed_validation:once", running: "stuck_in_progress:once" };

async function undergo(fate: Fate, create: () => Promise<string>): Promise<string> {
  const fault = FAULTS[fate];
  await setFaults(pipeline.emulator, fault ? [fault] : []);
  const id = await create();
  if (fate === "cancelled") await ctx.provider.cancelBatch(id);
  await passTime(ctx, LONG_MS);
  expect((await ctx.provider.retrieveBatch(id)).state).toBe(fate);
  return id;
}

/** Sends a batch of all that waits; answers its id at the provider. */
const send = (fate: Fate) =>
  undergo(fate, async () => {
    await asTimeGoesBy(ctx, () => batchCreator(ctx));
    return (await batchesOf())[0].openaiBatchId;
  });

/** The same batch once more, under a later epoch: without one, as a version that did not sign made it. */
async function sendAgain(first: string, fate: Fate, epoch?: number): Promise<string> {
  const { mark, inputFileId } = await ctx.provider.retrieveBatch(first);
  if (!mark || !inputFileId) throw new Error("It bears no mark, or names no file.");
  const signed = epoch === undefined ? { ...mark, installation: null, generation: null } : { ...mark, epoch };
  return undergo(fate, async () => (await createAs(pipeline.emulator, inputFileId, metadataOf(signed))).id);
}

async function deleteResults(id: string): Promise<void> {
  const { results } = await ctx.provider.retrieveBatch(id);
  expect(results).not.toEqual([]);
  for (const result of results) await ctx.provider.deleteFile(result.id);
}

describe("a batch that was forgotten", () => {
  it.each<[Fate[], number | undefined]>([
    [["cancelled", "failed", "completed", "running"], 2],
    [["cancelled", "running", "failed"], 1],
    [["cancelled", "cancelled", "failed"], 1],
    [["completed", "completed"], 1],
    [["failed", "failed"], undefined],
  ])("and was sent several times, %j, is taken as the one of them that brings most", async (fates, best) => {
    await addSessions(ctx, 3);
    const setBack = await takeSnapshot(pipeline.database.owner);
    const sent: string[] = [];
    for (const fate of fates) {
      const [first] = sent;
      sent.push(first === undefined ? await send(fate) : await sendAgain(first, fate, sent.length + 1));
    }
    await setBack();
    const forgotten = best === undefined ? NONE : { batches: 1, requests: 3 };
    expect(await plan()).toMatchObject({ forgotten, known: NONE, found: NONE, lost: NONE });
    expect(await adopt()).toMatchObject({ forgotten });
    const taken = (await batchesOf()).map(({ openaiBatchId }) => openaiBatchId);
    expect(taken).toEqual(best === undefined ? [] : [sent[best]]);
  });

  it("and was sent twice under one epoch is taken as the earlier, whose lines ran first", async () => {
    await addSessions(ctx, 3);
    const setBack = await takeSnapshot(pipeline.database.owner);
    const earlier = await send("completed");
    await sendAgain(earlier, "completed", 1);
    await setBack();
    expect(await adopt()).toMatchObject({ forgotten: { batches: 1, requests: 3 } });
    expect(await batchesOf()).toMatchObject([{ openaiBatchId: earlier, epoch: 1 }]);
  });

  it.each([
    ["deleted", (fileId: string) => ctx.provider.deleteFile(fileId)],
    ["not named", () => setFaults(pipeline.emulator, ["odd_batches:how=no_input_file"])],
  ])("has its answers applied though its input file is %s: its results say whose they are", async (_, lose) => {
    await addSessions(ctx, 4);
    const setBack = await takeSnapshot(pipeline.database.owner);
    const { inputFileId } = await ctx.provider.retrieveBatch(await send("completed"));
    await setBack();
    await lose(inputFileId ?? "");
    expect(await adopt()).toMatchObject({ forgotten: { batches: 1, requests: 4 }, lost: NONE });
    await runUntilIdle(ctx);
    expect(await statuses()).toEqual(ALL_COMPLETE);
    expect(await expectInvariants(pipeline)).toMatchObject({ linesExecuted: 4, batches: { created: 1 } });
  });

  it("has those of its requests taken whose lines can be read; what others made of the same file is left alone", async () => {
    const { requestIds } = await addSessions(ctx, 2);
    const line = (id?: string) => JSON.stringify({ custom_id: id, method: "POST", url: "/v1/chat/completions" });
    const content = [line(requestIds[0]), "no line of anybody", line(requestIds[1])].join("\n");
    const fileId = await uploadAs(pipeline.emulator, `${installation}-1-lost-1.jsonl`, `${content}\n`);
    // Else it fails when such a line is found.
    await setFaults(pipeline.emulator, ["stuck_in:status=validating"]);
    const mark = { installation, generation: 1, batchId: "lost", epoch: 1, hash: null };
    const { id } = await createAs(pipeline.emulator, fileId, metadataOf(mark));
    await createAs(pipeline.emulator, fileId, { of: "somebody else" });
    expect(await plan()).toMatchObject({ forgotten: { batches: 1, requests: 2 }, left: NONE, unusedFiles: 0 });
    expect(await adopt()).toMatchObject({ forgotten: { batches: 1, requests: 2 } });
    expect(await batchesOf()).toMatchObject([{ id: "lost", openaiBatchId: id, requestCount: 2 }]);
  });

  it("is not taken for one without a file where that cannot be opened for now: nothing is decided", async () => {
    await addSessions(ctx, 3);
    const setBack = await takeSnapshot(pipeline.database.owner);
    await send("running");
    await setBack();
    await setFaults(pipeline.emulator, ["http_error:status=403,method=GET,path=/v1/files/*/content"]);
    await expect(adopt()).rejects.toMatchObject({ name: "ProviderError" });
    expect(await batchesOf()).toEqual([]);
    expect(await statuses()).toEqual([{ status: "PENDING_BATCHING" }]);
    await setFaults(pipeline.emulator, []);
    expect(await adopt()).toMatchObject({ forgotten: { batches: 1, requests: 3 } });
  });
});

describe("a batch that is known", () => {
  it("and is over there, its results deleted, is counted as gone: its requests are bought again", async () => {
    await addSessions(ctx, 3);
    await deleteResults(await send("completed"));
    expect(await plan()).toMatchObject({ known: NONE, gone: { batches: 1, requests: 3 }, lost: NONE });
    expect(await adopt()).toMatchObject({ gone: { batches: 1, requests: 3 } });
    await runUntilIdle(ctx);
    expect(await statuses()).toEqual(ALL_COMPLETE);
    expect(await readLedger(pipeline)).toMatchObject({ linesExecuted: 6 });
  });

  it("and was sent again after what is recorded had failed, goes on as what was sent last", async () => {
    await addSessions(ctx, 3);
    const failed = await send("failed");
    const again = await sendAgain(failed, "completed", 2);
    expect(await plan()).toMatchObject({ known: NONE, found: { batches: 1, requests: 3 } });
    expect(await batchesOf()).toMatchObject([{ openaiBatchId: failed, epoch: 1 }]);
    expect(await adopt()).toMatchObject({ found: { batches: 1, requests: 3 } });
    expect(await batchesOf()).toMatchObject([{ openaiBatchId: again }]);
    await runUntilIdle(ctx);
    expect(await statuses()).toEqual(ALL_COMPLETE);
    expect(await readLedger(pipeline)).toMatchObject({ linesExecuted: 3 });
  });

  it.each([
    ["under a later epoch", 2],
    ["by a version that did not sign", undefined],
  ])("stays what is recorded while that runs, though it was sent once more %s", async (_, epoch) => {
    await addSessions(ctx, 3);
    const recorded = await send("running");
    await sendAgain(recorded, "completed", epoch);
    expect(await adopt()).toMatchObject({ generation: 2, known: { batches: 1, requests: 3 }, found: NONE });
    expect(await batchesOf()).toMatchObject([{ openaiBatchId: recorded }]);
  });

  it("and that the provider has nothing of waits on, and a file that it might yet be made from is deleted", async () => {
    const { companyId } = await addSessions(ctx, 2);
    await claimBatch(ctx, { companyId, model: "gpt-6-luna" });
    const [{ id }] = await batchesOf();
    await uploadAs(pipeline.emulator, `${installation}-1-${id}-1.jsonl`, "{}\n");
    const adoption = { known: { batches: 1, requests: 2 }, found: NONE, unusedFiles: 1 };
    expect(await plan()).toMatchObject(adoption);
    expect(await adopt()).toMatchObject(adoption);
    const names: unknown[] = [];
    for await (const { label } of ctx.provider.listInputFiles()) names.push(label?.kind);
    expect(names).toEqual(["takeover"]);
  });
});
