import { afterEach, describe, expect, it } from "vitest";
import { giveUpBatch } from "../../lib/admin/batches/giveUpBatch.ts";
import { doctor } from "../../lib/admin/doctor/doctor.ts";
import { readReadiness } from "../../lib/admin/doctor/readReadiness.ts";
import { callOperation } from "../../lib/api/operation.ts";
import { openInstallation, readInstallation } from "../../lib/installation/installation.ts";
import { lookForCopies } from "../../lib/installation/lookForCopies.ts";
import { batchCreator } from "../../lib/pipeline/batchCreator.ts";
import { batchPoller } from "../../lib/pipeline/batchPoller.ts";
import { claimBatch } from "../../lib/pipeline/create/claimBatch.ts";
import type { StepHook } from "../../lib/step.ts";
import { callerOf } from "../support/caller.ts";
import {
  type CopiedPipeline,
  countCalls,
  keepCopies,
  oneRound,
  rounds,
  takeSnapshot,
  underAnotherName,
} from "../support/copies.ts";
import { expectInvariants } from "../support/invariants.ts";
import { createAs } from "../support/othersAtProvider.ts";
import {
  addSessions,
  runUntilIdle,
  startPipeline,
  startPipelineInOwnTime,
  type TestPipeline,
} from "../support/pipeline.ts";

const SLOW = { validating: 20, inProgress: 60_000, finalizing: 20, cancelling: 20 };

let pipeline: TestPipeline;
const copies = keepCopies();
const copyOf = (options: { place?: "same" } = {}) => copies.add(pipeline, options);
afterEach(async () => {
  await copies.drop();
  await pipeline.close();
});

/** Calls that change something at the provider. */
async function outward(): Promise<Record<string, number>> {
  const calls = await countCalls(pipeline);
  const names = ["POST /v1/files", "POST /v1/batches", "POST /v1/batches/:id/cancel", "DELETE /v1/files/:id"];
  return Object.fromEntries(names.map((name) => [name, calls[name] ?? 0]));
}

const signOf = async ({ ctx }: { ctx: CopiedPipeline["ctx"] }) => (await readInstallation(ctx.db))?.copied?.sign;

describe("a dump that is restored beside a running installation", () => {
  it("does nothing at the provider, whatever it knows, and the original goes on undisturbed", async () => {
    pipeline = await startPipelineInOwnTime({ env: { BATCH_MAX_LINES: "3" }, emulator: { times: SLOW } });
    await addSessions(pipeline.ctx, 3);
    await batchCreator(pipeline.ctx);
    // Of the second batch the copy knows that it was claimed: both would send it under the same mark.
    const { companyId } = await addSessions(pipeline.ctx, 5);
    await claimBatch(pipeline.ctx, { companyId, model: "gpt-6-luna" });
    await pipeline.ctx.db.query(`UPDATE "AIBatchRequest" SET "leaseExpiresAt" = NULL`);
    const copy = await copyOf();
    const before = await outward();
    await rounds(2, copy.ctx);
    expect(await outward()).toEqual(before);
    await rounds(10, pipeline.ctx, copy.ctx);
    expect(await outward()).toEqual({
      "POST /v1/files": 3,
      "POST /v1/batches": 3,
      "POST /v1/batches/:id/cancel": 0,
      "DELETE /v1/files/:id": 0,
    });
    expect(await signOf(copy)).toBe("database");
    expect(await signOf(pipeline)).toBeUndefined();
  });

  it("deletes no results that the original has not read", async () => {
    pipeline = await startPipelineInOwnTime();
    await addSessions(pipeline.ctx, 4);
    await batchCreator(pipeline.ctx);
    const copy = await copyOf();
    await rounds(2, copy.ctx);
    await runUntilIdle(pipeline.ctx);
    expect(await expectInvariants(pipeline)).toMatchObject({ linesExecuted: 4, batches: { created: 1 } });
    const { rows } = await copy.ctx.db.query(`SELECT "status", "epoch" FROM "AIBatchRequest"`);
    expect(rows).toEqual([{ status: "VALIDATING", epoch: 1 }]);
  });

  it("is found out on another server as well", async () => {
    pipeline = await startPipelineInOwnTime();
    await openInstallation(pipeline.ctx);
    await pipeline.ctx.db.query(`UPDATE "Installation" SET "systemIdentifier" = '7000000000000000000'`);
    await oneRound(pipeline.ctx);
    expect(await signOf(pipeline)).toBe("server");
  });

  it("is the same database where it has another name", async () => {
    pipeline = await startPipelineInOwnTime();
    await openInstallation(pipeline.ctx);
    await addSessions(pipeline.ctx, 2);
    await underAnotherName(pipeline, async (ctx) => {
      const { rows } = await ctx.db.query(`SELECT current_database() AS "name"`);
      expect(rows[0].name).toMatch(/^other_/);
      await oneRound(ctx);
      expect((await readInstallation(ctx.db))?.copied?.sign).toBeUndefined();
    });
    await runUntilIdle(pipeline.ctx);
    expect(await signOf(pipeline)).toBeUndefined();
  });

  it("is the same database where PostgreSQL did not say on which server it is", async () => {
    pipeline = await startPipelineInOwnTime();
    await openInstallation(pipeline.ctx);
    await pipeline.ctx.db.query(`UPDATE "Installation" SET "systemIdentifier" = NULL`);
    await addSessions(pipeline.ctx, 2);
    await runUntilIdle(pipeline.ctx);
    expect(await signOf(pipeline)).toBeUndefined();
    const { rows } = await pipeline.ctx.db.query(`SELECT livedash_system_identifier() AS "id"`);
    expect(rows[0].id).toMatch(/^\d{15,20}$/);
  });
});

describe("a database that is the same to PostgreSQL", () => {
  it("is a copy when the provider has a batch that it does not know", async () => {
    pipeline = await startPipelineInOwnTime({ emulator: { times: SLOW } });
    await addSessions(pipeline.ctx, 3);
    await openInstallation(pipeline.ctx);
    const copy = await copyOf({ place: "same" });
    await batchCreator(pipeline.ctx);
    const before = await outward();
    await rounds(3, copy.ctx, pipeline.ctx);
    expect(await outward()).toEqual(before);
    expect(await signOf(copy)).toBe("batch");
    expect(await signOf(pipeline)).toBeUndefined();
    const { rows } = await copy.ctx.db.query(`SELECT count(*)::int AS "batches" FROM "AIBatchRequest"`);
    expect(rows).toEqual([{ batches: 0 }]);
  });

  it("is a copy when the provider has a later submission of its batch", async () => {
    pipeline = await startPipelineInOwnTime({
      emulator: { times: SLOW, faults: ["http_error:once:status=503,method=POST,path=/v1/files"] },
    });
    await addSessions(pipeline.ctx, 3);
    await batchCreator(pipeline.ctx);
    const copy = await copyOf({ place: "same" });
    await pipeline.ctx.db.query(`UPDATE "AIBatchRequest" SET "notBefore" = NULL`);
    await batchPoller(pipeline.ctx);
    const before = await outward();
    expect(before["POST /v1/batches"]).toBe(1);
    await copy.ctx.db.query(`UPDATE "AIBatchRequest" SET "notBefore" = NULL`);
    await rounds(3, copy.ctx, pipeline.ctx);
    expect(await outward()).toEqual(before);
    expect(await signOf(copy)).toBe("epoch");
  });

  it.each([
    ["", null],
    [", in the round in which it had given up another file", 2],
  ])("was set back when the provider has what it never sent, as far as it knows%s", async (_, filesGivenUpIn) => {
    pipeline = await startPipelineInOwnTime({ emulator: { times: SLOW } });
    const { companyId } = await addSessions(pipeline.ctx, 3);
    await claimBatch(pipeline.ctx, { companyId, model: "gpt-6-luna" });
    await pipeline.ctx.db.query(`UPDATE "AIBatchRequest" SET "leaseExpiresAt" = NULL`);
    const setBack = await takeSnapshot(pipeline.database.owner);
    await batchPoller(pipeline.ctx);
    const before = await outward();
    await setBack();
    // As it was while the worker that sent it held it.
    await pipeline.ctx.db.query(`UPDATE "AIBatchRequest" SET "epoch" = 2, "filesGivenUpIn" = $1`, [filesGivenUpIn]);
    await rounds(3, pipeline.ctx);
    expect(await outward()).toEqual(before);
    expect(await signOf(pipeline)).toBe("submission");
  });

  it("was set back when the provider has batches from the time that is lost", async () => {
    pipeline = await startPipelineInOwnTime({ emulator: { times: SLOW } });
    await openInstallation(pipeline.ctx);
    await addSessions(pipeline.ctx, 3);
    const setBack = await takeSnapshot(pipeline.database.owner);
    await batchCreator(pipeline.ctx);
    const before = await outward();
    await setBack();
    await rounds(3, pipeline.ctx);
    expect(await outward()).toEqual(before);
    expect(await signOf(pipeline)).toBe("batch");
  });

  it("was set back when only a file shows it, from which a batch may yet be made", async () => {
    pipeline = await startPipelineInOwnTime({
      emulator: { times: SLOW, faults: ["http_error:once:status=503,method=POST,path=/v1/batches"] },
    });
    await openInstallation(pipeline.ctx);
    await addSessions(pipeline.ctx, 3);
    const setBack = await takeSnapshot(pipeline.database.owner);
    await batchCreator(pipeline.ctx);
    await setBack();
    await oneRound(pipeline.ctx);
    expect(await signOf(pipeline)).toBe("file");
  });

  it("is stopped at the create when the other one has sent something since the round began", async () => {
    pipeline = await startPipelineInOwnTime({ emulator: { times: SLOW } });
    await addSessions(pipeline.ctx, 3);
    await openInstallation(pipeline.ctx);
    const copy = await copyOf({ place: "same" });
    const steps: StepHook = async (step, action) => {
      const result = await action();
      if (step === "claim") await batchCreator(pipeline.ctx);
      return result;
    };
    await batchCreator({ ...copy.ctx, steps });
    expect((await outward())["POST /v1/batches"]).toBe(1);
    expect(await signOf(copy)).toBe("batch");
  });
});

describe("what is no sign of a copy", () => {
  it("a batch that went with its company", async () => {
    pipeline = await startPipelineInOwnTime({ emulator: { times: SLOW } });
    const { companyId } = await addSessions(pipeline.ctx, 3, { company: "Gone" });
    await batchCreator(pipeline.ctx);
    await pipeline.ctx.db.query(`DELETE FROM "Company" WHERE "id" = $1`, [companyId]);
    await addSessions(pipeline.ctx, 2, { company: "Staying" });
    expect(await batchCreator(pipeline.ctx)).toEqual({ batches: 1, requests: 2 });
    expect(await signOf(pipeline)).toBeUndefined();
  });

  it("batches and files of another installation, of another tool, and of a version that did not sign", async () => {
    pipeline = await startPipelineInOwnTime({ emulator: { times: SLOW } });
    await addSessions(pipeline.ctx, 2);
    await batchCreator(pipeline.ctx);
    const { rows } = await pipeline.ctx.db.query(`SELECT "inputFileId" FROM "AIBatchRequest"`);
    const foreign = [
      { installation: "another", generation: "1", batch_id: "theirs", epoch: "1" },
      { batch_id: "of-an-older-version", epoch: "9" },
      { of: "somebody else" },
      { installation: "another", batch_id: "theirs", epoch: "not a number", generation: "" },
    ];
    for (const metadata of foreign) await createAs(pipeline.emulator, rows[0].inputFileId, metadata);
    await addSessions(pipeline.ctx, 2);
    expect(await batchCreator(pipeline.ctx)).toEqual({ batches: 1, requests: 2 });
    await oneRound(pipeline.ctx);
    expect(await signOf(pipeline)).toBeUndefined();
    expect((await outward())["POST /v1/batches/:id/cancel"]).toBe(0);
  });

  it("the work of many at once, with replies that are lost and creates that land late", async () => {
    pipeline = await startPipeline({
      env: { BATCH_MAX_LINES: "2", BATCH_LEASE_DURATION: "1s" },
      emulator: { faults: ["lost_reply_create:0.4", "late_create:0.3:ms=400", "http_error:0.05:status=500"] },
    });
    await addSessions(pipeline.ctx, 24);
    const workers = [pipeline.ctx, pipeline.anotherWorker(), pipeline.anotherWorker()];
    await Promise.all(workers.map((ctx) => runUntilIdle(ctx, 2_000)));
    await oneRound(pipeline.ctx);
    expect(await signOf(pipeline)).toBeUndefined();
    await expectInvariants(pipeline);
  });
});

describe("a copy", () => {
  it("is named by the doctor, which repairs nothing at the provider", async () => {
    pipeline = await startPipelineInOwnTime({ emulator: { times: SLOW } });
    await addSessions(pipeline.ctx, 3);
    await batchCreator(pipeline.ctx);
    const copy = await copyOf();
    const before = await outward();
    const { findings } = await doctor(copy.ctx, { fix: true });
    expect(findings).toMatchObject([
      { id: "database_copied", count: 1, advice: expect.stringContaining("adopt-copy") },
    ]);
    expect(await outward()).toEqual(before);
    expect((await doctor(pipeline.ctx, { fix: false })).findings).toEqual([]);
  });

  it("is told by /api/ready, and refuses to give a batch up", async () => {
    pipeline = await startPipeline({ emulator: { times: SLOW } });
    await addSessions(pipeline.ctx, 3);
    await batchCreator(pipeline.ctx);
    const copy = await copyOf();
    expect(await readReadiness(copy.ctx)).toEqual({ ok: true, databaseCopied: true });
    expect(await readReadiness(pipeline.ctx)).toEqual({ ok: true });
    const { rows } = await copy.ctx.db.query(`SELECT "id" FROM "AIBatchRequest"`);
    const before = await outward();
    const input = { id: rows[0].id, reason: "it hangs", requeueNow: true };
    const refused = callOperation(callerOf(copy.ctx, "ADMIN"), giveUpBatch, input);
    await expect(refused).rejects.toMatchObject({
      code: "database_copied",
      message: expect.stringMatching(/adopt-copy/),
    });
    const left = await copy.ctx.db.query(`SELECT 1 FROM "AIBatchRequest" WHERE "givenUpAt" IS NOT NULL`);
    expect(left.rows).toEqual([]);
    expect(await outward()).toEqual(before);
    await callOperation(callerOf(pipeline.ctx, "ADMIN"), giveUpBatch, input);
  });

  it("is found by the doctor also where only the provider shows it, and by every caller at once", async () => {
    pipeline = await startPipelineInOwnTime({ emulator: { times: SLOW } });
    await addSessions(pipeline.ctx, 3);
    await openInstallation(pipeline.ctx);
    const copy = await copyOf({ place: "same" });
    await batchCreator(pipeline.ctx);
    expect((await doctor(copy.ctx, { fix: false })).findings).toMatchObject([
      { id: "database_copied", examples: [expect.stringMatching(/^batch batch_/)] },
    ]);
    await expect(lookForCopies(copy.ctx)).rejects.toMatchObject({ code: "database_copied" });
    const recorded = pipeline.logged().filter(({ event }) => event === "database.copied");
    expect(recorded).toHaveLength(1);
  });
});
