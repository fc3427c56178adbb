import { describe, expect, it } from "vitest";
import { dryRunCsv } from "../../lib/admin/imports/dryRunCsv.ts";
import { listImports } from "../../lib/admin/imports/listImports.ts";
import { readImport } from "../../lib/admin/imports/readImport.ts";
import { uploadCsv } from "../../lib/admin/imports/uploadCsv.ts";
import { JOB_KINDS } from "../../lib/admin/jobs/kinds.ts";
import { readJob } from "../../lib/admin/jobs/readJob.ts";
import { retryJob } from "../../lib/admin/jobs/retryJob.ts";
import { type CallContext, callOperation } from "../../lib/api/operation.ts";
import { removeOldFiles } from "../../lib/files/storedFiles.ts";
import { runJob } from "../../lib/jobs/runJob.ts";
import { csv, serve } from "../import/support.ts";
import { auditOf } from "../support/audit.ts";
import { jobsOf, runJobs } from "../support/jobs.ts";
import { pagesOf } from "../support/pages.ts";
import { refusal } from "../support/refusal.ts";
import { admin, database, MIXED, newCompany, startForImports, streamOf, support, upload } from "./importSupport.ts";

startForImports();

const dryRun = (companyId: string, content: string, ctx = admin) =>
  callOperation(ctx, dryRunCsv, { companyId }, streamOf(content));

describe("uploading a CSV", () => {
  it("becomes a job that says what became of its rows, is one of the imports, and records who did it", async () => {
    const companyId = await newCompany({ name: "Thuiszorg" });
    const report = await upload(companyId, MIXED, { name: "november.csv" });
    const transcripts = { named: 0, found: 0, used: 0, skipped: 0, withoutSpeakers: 0 };
    const counts = { rows: 5, imported: 2, updated: 0, unchanged: 0, bad: 3, transcripts };
    expect(report).toMatchObject({
      ...counts,
      format: "UTF-8, separated by commas, lines end with LF",
      warnings: [],
      badRows: [{ line: 2 }, { line: 4 }, { line: 6 }].map((row) => expect.objectContaining(row)),
    });
    const { import: run, badRows } = await callOperation(support, readImport, { id: report.importRunId });
    expect(run).toEqual({
      id: report.importRunId,
      companyId,
      companyName: "Thuiszorg",
      source: "november.csv",
      state: "finished",
      startedAt: expect.any(String),
      progressAt: expect.any(String),
      finishedAt: expect.any(String),
      ...counts,
      format: "UTF-8, separated by commas, lines end with LF",
      error: null,
    });
    expect(badRows.map(({ line, code }) => [line, code])).toEqual([
      [2, "bad_date"],
      [4, "bad_number"],
      [6, "column_count"],
    ]);
    expect(JSON.stringify(badRows)).not.toContain("SECRET");
    expect(await auditOf(database.pool, "job", report.jobId)).toEqual([
      { action: "imports.upload", outcome: "done", actorId: admin.actor.id, companyId, details: null },
    ]);
    expect(await upload(companyId, MIXED)).toMatchObject({ imported: 0, unchanged: 2, bad: 3 });
  });

  it("reads times in the zone that is given, and fetches the transcripts that its rows name", async () => {
    const companyId = await newCompany({ timeZone: "Europe/Amsterdam" });
    const server = await serve((_, response) => response.end("[01.03.2024 10:00:00] User: From the transcript"));
    try {
      const text = csv({ id: "t", url: `${server.origin}/t` }, { id: "r", url: "/r" });
      const report = await upload(companyId, text, { timeZone: "Asia/Tokyo" });
      const transcripts = { named: 2, found: 1, used: 1, skipped: 1, withoutSpeakers: 0 };
      const code = "transcript_relative";
      const warnings = [{ code, reason: expect.stringContaining("no CSV address"), count: 1, examples: ["line 2"] }];
      expect(report).toMatchObject({ imported: 2, transcripts, warnings });
      const read = await callOperation(support, readImport, { id: report.importRunId });
      expect(read).toMatchObject({ import: { transcripts }, warnings });
      expect((await callOperation(support, listImports, { companyId })).imports).toMatchObject([{ transcripts }]);
    } finally {
      await server.close();
    }
    const { rows } = await database.pool.query(
      `SELECT s."startTime", m."content" FROM "Session" s JOIN "Message" m ON m."sessionId" = s."id" WHERE s."companyId" = $1
        ORDER BY m."content"`,
      [companyId],
    );
    const startTime = new Date("2024-03-01T01:00:00Z");
    expect(rows).toEqual([
      { startTime, content: "From the transcript" },
      { startTime, content: "Question of r" },
    ]);
  });

  it("only says what it would come to as a dry run, and leaves no trace", async () => {
    const companyId = await newCompany();
    const report = await dryRun(companyId, MIXED);
    expect(report).toMatchObject({ rows: 5, imported: 2, bad: 3 });
    expect(Number(report.estimatedCostEur)).toBeGreaterThan(0);
    expect(report.badRows.map(({ line }) => line)).toEqual([2, 4, 6]);
    expect((await callOperation(support, listImports, { companyId })).imports).toEqual([]);
    const { rows } = await database.pool.query(`SELECT 1 FROM "Session" WHERE "companyId" = $1`, [companyId]);
    expect(rows).toEqual([]);
    await expect(dryRun("nobody", MIXED)).rejects.toEqual(refusal("not_found"));
    await expect(dryRun(companyId, "a,b")).rejects.toEqual(
      refusal("import_failed", "The only row could not be imported"),
    );
    await expect(dryRun(companyId, MIXED, support)).rejects.toEqual(refusal("forbidden"));
    expect(await upload(companyId, MIXED)).toMatchObject({ imported: 2 });
  });

  it("at the same time as another of the same company brings each session once", async () => {
    const companyId = await newCompany();
    const text = csv(...Array.from({ length: 300 }, (_, index) => ({ id: `s${index}` })));
    const send = async () => (await callOperation(admin, uploadCsv, { companyId }, streamOf(text))).job.id;
    const ids = await Promise.all([send(), send(), send()]);
    await Promise.all(ids.map((id) => runJob(admin, JOB_KINDS, { id, round: 1 })));
    const jobs = (await jobsOf(admin)).filter(({ id }) => ids.includes(id));
    expect(jobs.map(({ state }) => state)).toEqual(["DONE", "DONE", "DONE"]);
    expect(jobs.reduce((sum, { outcome }) => sum + Number(outcome.imported), 0)).toBe(300);
    const { rows } = await database.pool.query(
      `SELECT count(*)::int AS "n" FROM "AIProcessingRequest" WHERE "companyId" = $1`,
      [companyId],
    );
    expect(rows).toEqual([{ n: 300 }]);
  });

  it("is not taken when twenty wait or are arriving; one that has ended does not count", async () => {
    const companyId = await newCompany();
    const job = { kind: "upload", targetType: "upload" };
    await database.rows.jobs(10, (n) => ({ ...job, id: `waits${n}`, targetId: `waits${n}` }));
    await database.rows.job({ ...job, id: "waits-ended", targetId: "waits-ended", state: "FAILED" });
    await database.pool.query(
      `INSERT INTO "FilePart" ("fileId", "index", "bytes", "createdAt")
       SELECT "id", "index", 'x', now() FROM generate_series(0, 1) "index",
              unnest(ARRAY(SELECT 'waits' || n FROM generate_series(1, 19) n) || ARRAY['waits-ended']) "id"`,
    );
    const send = () => callOperation(admin, uploadCsv, { companyId }, streamOf(MIXED));
    expect((await send()).job.state).toBe("queued");
    await expect(send()).rejects.toEqual(refusal("too_many_calls", "20 uploads are waiting"));
    await database.pool.query(`DELETE FROM "Job" WHERE "state" = 'QUEUED'`);
    await database.pool.query(`DELETE FROM "FilePart"`);
    expect(await upload(companyId, MIXED)).toMatchObject({ imported: 2 });
  });

  it("goes with its company", async () => {
    const companyId = await newCompany();
    await callOperation(admin, uploadCsv, { companyId }, streamOf(MIXED));
    await database.owner.query(`DELETE FROM "Company" WHERE "id" = $1`, [companyId]);
    const left = await database.pool.query(`SELECT 1 FROM "FilePart" WHERE "companyId" = $1 OR "companyId" IS NULL`, [
      companyId,
    ]);
    expect(left.rows).toEqual([]);
  });

  it("is there in pieces until it is imported, then removed; for a day where that fails, to be retried", async () => {
    const companyId = await newCompany();
    const kept = async () =>
      (await database.pool.query(`SELECT octet_length("bytes")::int AS "n" FROM "FilePart"`)).rows;
    const { job } = await callOperation(admin, uploadCsv, { companyId }, streamOf(MIXED));
    expect(await kept()).toEqual([{ n: Buffer.byteLength(MIXED) }]);
    await runJobs(admin);
    expect(await kept()).toEqual([]);
    expect((await callOperation(admin, readJob, { id: job.id })).job).toMatchObject({
      kind: "upload",
      state: "done",
      companyId,
      outcome: { imported: 2, bad: 3 },
    });

    const { job: bad } = await callOperation(admin, uploadCsv, { companyId }, streamOf("a,b"));
    await runJobs(admin);
    expect(await kept()).toEqual([{ n: 3 }]);
    const permissions: CallContext["actor"]["permissions"] = new Set(["jobs.read", "jobs.control"]);
    const controller = { ...admin, actor: { ...admin.actor, permissions } as CallContext["actor"] };
    await expect(callOperation(controller, retryJob, { id: bad.id })).rejects.toEqual(
      refusal("forbidden", "imports.write"),
    );
    expect((await callOperation(admin, retryJob, { id: bad.id })).job).toMatchObject({ state: "queued" });
    await runJobs(admin);
    expect(await removeOldFiles(admin)).toBe(0);
    await database.pool.query(`UPDATE "FilePart" SET "createdAt" = now() - interval '25 hours'`);
    expect(await removeOldFiles(admin)).toBe(1);
    await expect(callOperation(admin, retryJob, { id: bad.id })).rejects.toEqual(refusal("conflict", "Send it again"));
  });

  it("says what is wrong with it, in the import too", async () => {
    const companyId = await newCompany();
    await expect(upload("nobody", MIXED)).rejects.toEqual(refusal("not_found"));
    await expect(callOperation(admin, uploadCsv, { companyId })).rejects.toEqual(
      refusal("invalid_input", "body is empty"),
    );
    await expect(upload(companyId, MIXED, { timeZone: "Mars" })).rejects.toEqual(refusal("invalid_input", "timeZone"));
    await expect(upload(companyId, MIXED, { name: "a\nb" })).rejects.toEqual(refusal("invalid_input", "name"));
    await expect(upload(companyId, MIXED, {}, support)).rejects.toEqual(refusal("forbidden"));
    await expect(upload(companyId, "x".repeat(100_001))).rejects.toEqual(refusal("too_large", "CSV_MAX_BYTES"));
    await expect(upload(companyId, "PK\u0003\u0004")).rejects.toEqual(refusal("import_failed", "zip archive"));
    const broken = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(Buffer.from(csv({ id: "x" }))),
      pull: (controller) => controller.error(new TypeError("canary of the connection")),
    });
    const brokenOff = callOperation(admin, uploadCsv, { companyId, name: "broken.csv" }, broken);
    await expect(brokenOff).rejects.toEqual(refusal("import_failed", "was interrupted"));
    // Of what did not arrive whole, nothing is left.
    const { rows } = await database.pool.query(`SELECT count(DISTINCT "fileId")::int AS "n" FROM "FilePart"`);
    expect(rows).toEqual([{ n: 1 }]);
    const { imports } = await callOperation(support, listImports, { companyId, state: "failed" });
    expect(imports.map(({ error }) => error)).toEqual([expect.stringContaining("zip archive")]);
  });
});

describe("the list of imports", () => {
  it("is complete and in order over its pages, and narrowed by each filter", async () => {
    const [one, two] = [await newCompany(), await newCompany()];
    const at = (minutes: number) => new Date(Date.UTC(2026, 0, 1, 0, minutes));
    await database.rows.importRuns([
      { id: "done", companyId: one, startedAt: at(0), finishedAt: at(1) },
      { id: "same", companyId: two, startedAt: at(0), finishedAt: at(1), bad: 2 },
      { id: "failed", companyId: one, startedAt: at(2), finishedAt: at(3), bad: 1, error: "x" },
      { id: "silent", companyId: one, startedAt: at(4), progressAt: at(5) },
      { id: "begun", companyId: one, startedAt: at(19) },
      { id: "running", companyId: one, startedAt: at(5), progressAt: at(19) },
    ]);
    const ctx = { ...support, clock: { ...support.clock, now: () => at(25) } };
    const ids = async (filter: object): Promise<string[]> => {
      const found: string[] = [];
      const given = { olderThan: at(60).toISOString(), limit: 2, ...filter };
      for await (const { imports } of pagesOf((next) => callOperation(ctx, listImports, { ...given, ...next }))) {
        found.push(...imports.map(({ id }) => id));
      }
      return found;
    };
    expect(await ids({})).toEqual(["begun", "running", "silent", "failed", "same", "done"]);
    expect(await ids({ companyId: two })).toEqual(["same"]);
    expect(await ids({ state: "running" })).toEqual(["begun", "running"]);
    expect(await ids({ state: "silent" })).toEqual(["silent"]);
    expect(await ids({ state: "failed" })).toEqual(["failed"]);
    expect(await ids({ state: "finished" })).toEqual(["same", "done"]);
    expect(await ids({ withBadRows: true })).toEqual(["failed", "same"]);
    expect(await ids({ withBadRows: "false", companyId: one })).toEqual(["begun", "running", "silent", "done"]);
    expect(await ids({ newerThan: at(4).toISOString(), olderThan: at(19).toISOString() })).toEqual([
      "running",
      "silent",
    ]);
    const { import: silent } = await callOperation(ctx, readImport, { id: "silent" });
    expect(silent).toMatchObject({ state: "silent", finishedAt: null });
    await expect(callOperation(ctx, readImport, { id: "nobody" })).rejects.toEqual(refusal("not_found"));
  });
});
