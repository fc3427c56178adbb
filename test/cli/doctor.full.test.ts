import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { doctor } from "../../lib/admin/doctor/doctor.ts";
import { INVARIANTS } from "../../lib/admin/doctor/invariants.ts";
import { batchCreator } from "../../lib/pipeline/batchCreator.ts";
import { runCommand } from "../support/cli.ts";
import { setFaults } from "../support/emulatorControl.ts";
import { expectInvariants } from "../support/invariants.ts";
import { createAs } from "../support/othersAtProvider.ts";
import { addSessions, runUntilIdle, startPipeline, type TestPipeline } from "../support/pipeline.ts";

let pipeline: TestPipeline;
beforeEach(async () => {
  pipeline = await startPipeline();
  await addSessions(pipeline.ctx, 12);
  await runUntilIdle(pipeline.ctx);
});
afterEach(async () => pipeline.close());

const sql = (text: string) => pipeline.ctx.db.query(text);

/** Each spoils the database in one way; the invariant that must notice it, and whether the doctor can mend it. */
const HARM: Record<string, { harm: string; fixable: boolean }> = {
  "1 in-progress": {
    harm: `WITH gone AS (DELETE FROM "AIRequestAttempt" WHERE "requestId" = (SELECT min("id") FROM "AIProcessingRequest") RETURNING 1)
           UPDATE "AIProcessingRequest" SET "processingStatus" = 'BATCHING_IN_PROGRESS'
            WHERE "id" = (SELECT min("id") FROM "AIProcessingRequest")`,
    fixable: true,
  },
  "1 not-in-progress": {
    harm: `WITH gone AS (DELETE FROM "AIRequestAttempt")
           UPDATE "AIBatchRequest" SET "status" = 'IN_PROGRESS', "processedAt" = NULL`,
    fixable: false,
  },
  "2 applied-once": {
    harm: `UPDATE "AIRequestAttempt" SET "outcome" = 'FAILED' WHERE "requestId" = (SELECT min("id") FROM "AIProcessingRequest")`,
    fixable: false,
  },
  "2 session-analysed": {
    harm: `UPDATE "Session" SET "analysedAt" = NULL WHERE "id" = (SELECT min("id") FROM "Session")`,
    fixable: false,
  },
  "2 results-kept": {
    harm: `DELETE FROM "AnalysisResult" WHERE "requestId" = (SELECT min("id") FROM "AIProcessingRequest")`,
    fixable: true,
  },
  "4 unaccounted": {
    harm: `DELETE FROM "AIProcessingRequest" WHERE "id" = (SELECT min("id") FROM "AIProcessingRequest")`,
    fixable: false,
  },
  "4 miscounted": { harm: `UPDATE "AIBatchRequest" SET "appliedCount" = 3`, fixable: true },
  "4 over": { harm: `UPDATE "AIBatchRequest" SET "leaseOwner" = 'ghost'`, fixable: true },
  "5 bought-again": {
    harm: `INSERT INTO "AIRequestAttempt" ("requestId", "attempt", "batchId", "outcome", "code")
           SELECT "requestId", 2, "batchId", 'FAILED', 'line_missing' FROM "AIRequestAttempt" LIMIT 1`,
    fixable: false,
  },
  "6 cost": { harm: `UPDATE "AIProcessingRequest" SET "totalCostEur" = 1`, fixable: false },
  "7 counters": {
    harm: `UPDATE "StatusCounter" SET "count" = "count" + 2 WHERE "status" = 'PROCESSING_COMPLETE'`,
    fixable: true,
  },
};

describe("the doctor", () => {
  it("finds nothing where nothing is", async () => {
    const { findings, checked, estimates } = await doctor(pipeline.ctx, { fix: false });
    expect({ findings, checked }).toEqual({ findings: [], checked: INVARIANTS.length });
    expect(estimates).toMatchObject([{ model: "gpt-6-luna", batches: 1 }]);
  });

  it("has a case here for every invariant", () => {
    expect(INVARIANTS.map((invariant) => invariant.id).sort()).toEqual(Object.keys(HARM).sort());
  });

  for (const [id, { harm, fixable }] of Object.entries(HARM)) {
    it(`notices ${id}, and ${fixable ? "mends it" : "says what a person can do"}`, async () => {
      await sql(harm);
      const found = await doctor(pipeline.ctx, { fix: false });
      const finding = found.findings.find((one) => one.id === id);
      expect(finding).toMatchObject({ repaired: 0 });
      expect(finding?.count).toBeGreaterThan(0);
      if (!fixable) {
        expect(finding?.advice).toBeTruthy();
        return;
      }
      await doctor(pipeline.ctx, { fix: true });
      await doctor(pipeline.ctx, { fix: true });
      expect((await doctor(pipeline.ctx, { fix: false })).findings).toEqual([]);
      await runUntilIdle(pipeline.ctx);
      expect((await doctor(pipeline.ctx, { fix: false })).findings).toEqual([]);
    });
  }

  it("keeps what a process of the version before has applied over a kept answer, which then is no longer the one shown", async () => {
    const { rows } = await sql(`SELECT min("sessionId") AS "id" FROM "AnalysisResult"`);
    const [session] = rows;
    await pipeline.database.rows.requests([{ sessionId: session.id }]);
    await runUntilIdle(pipeline.ctx);
    const newest = `(SELECT "requestId" FROM "AnalysisResult" WHERE "sessionId" = '${session.id}' ORDER BY "appliedAt" DESC LIMIT 1)`;
    await sql(`DELETE FROM "AnalysisResult" WHERE "requestId" = ${newest}`);
    await sql(`UPDATE "AnalysisResult" SET "replacedAt" = NULL WHERE "sessionId" = '${session.id}'`);
    await doctor(pipeline.ctx, { fix: true });
    await expectInvariants(pipeline);
  });

  it("cancels live batches at the provider that nobody waits for", async () => {
    await setFaults(pipeline.emulator, ["slow_batch:2x:factor=60"]);
    await addSessions(pipeline.ctx, 3, { company: "B" });
    await batchCreator(pipeline.ctx);
    const { rows } = await sql(
      `SELECT "id", "inputFileId" FROM "AIBatchRequest" ORDER BY "createdAt" DESC, "id" DESC LIMIT 1`,
    );
    const metadata = { batch_id: rows[0].id };
    // Else it may be over before the doctor gets to it.
    await setFaults(pipeline.emulator, ["slow_batch:factor=1000"]);
    await createAs(pipeline.emulator, rows[0].inputFileId, metadata);
    const { findings } = await doctor(pipeline.ctx, { fix: true });
    expect(findings).toMatchObject([{ id: "3 live-duplicates", count: 1, repaired: 1 }]);
    await runUntilIdle(pipeline.ctx);
  });

  it("names batches that the provider does not know", async () => {
    await sql(
      `UPDATE "AIBatchRequest" SET "status" = 'IN_PROGRESS', "processedAt" = NULL, "openaiBatchId" = 'batch_gone'`,
    );
    const { findings } = await doctor(pipeline.ctx, { fix: false });
    expect(findings.map((finding) => finding.id)).toContain("provider-unknown");
  });

  it("checks the database also when the provider is silent, and says that this was not all", async () => {
    const env = { DATABASE_URL: pipeline.database.url, OPENAI_API_KEY: "k", OPENAI_BASE_URL: "http://127.0.0.1:9/v1" };
    await sql(HARM["4 over"]?.harm ?? "");
    const { code, stdout } = await runCommand(["doctor"], env);
    expect(code).toBe(1);
    expect(stdout).toContain("4 over: 1");
    expect(stdout).toContain("The provider's list could not be checked");
  });

  it("is a command whose exit code tells", async () => {
    const env = { DATABASE_URL: pipeline.database.url, OPENAI_API_KEY: "k", OPENAI_BASE_URL: pipeline.emulator.url };
    const well = await runCommand(["doctor"], env);
    expect(well).toMatchObject({ code: 0, stdout: expect.stringContaining("All is well") });
    await sql(HARM["4 over"]?.harm ?? "");
    expect(await runCommand(["doctor"], env)).toMatchObject({ code: 1, stdout: expect.stringContaining("4 over: 1") });
    expect(await runCommand(["doctor", "--fix"], env)).toMatchObject({ code: 0 });
    expect(await runCommand(["doctor", "--json"], env)).toMatchObject({ code: 0 });
    await expectInvariants(pipeline);
  });

  it("names each account whose files are limited, as status does", async () => {
    await sql(`INSERT INTO "FileSizeLimit" ("provider", "maxBytes", "maxLines", "message", "learnedAt")
               VALUES ('openai', 5000000, NULL, 'Too large', '2026-01-01T10:00:00Z'), ('azure-eu', NULL, 250, 'Too many', '2026-01-02T10:00:00Z')`);
    const env = { DATABASE_URL: pipeline.database.url, OPENAI_API_KEY: "k", OPENAI_BASE_URL: pipeline.emulator.url };
    for (const command of ["status", "doctor"]) {
      const { stdout } = await runCommand([command], env);
      expect(stdout).toContain("Batch files to openai are limited to 5,000,000 bytes since it refused a larger one");
      expect(stdout).toContain("Batch files to azure-eu are limited to 250 lines since");
      const asJson = JSON.parse((await runCommand([command, "--json"], env)).stdout);
      expect(asJson).toMatchObject({
        fileSize: { provider: "azure-eu" },
        fileSizes: [{ provider: "azure-eu", maxLines: 250 }, { provider: "openai" }],
      });
    }
  });
});
