import { describe, expect, it } from "vitest";
import { listImports } from "../../lib/admin/imports/listImports.ts";
import { readImport } from "../../lib/admin/imports/readImport.ts";
import { uploadCsv } from "../../lib/admin/imports/uploadCsv.ts";
import { callVerb } from "../../lib/api/verb.ts";
import { csv, serve } from "../import/support.ts";
import { auditOf } from "../support/audit.ts";
import { pagesOf } from "../support/pages.ts";
import { refusal } from "../support/refusal.ts";
import { admin, database, MIXED, newCompany, startForImports, support, upload } from "./importSupport.ts";

startForImports();

describe("uploading a CSV", () => {
  it("answers what became of its rows, is one of the imports, and records who did it", async () => {
    const companyId = await newCompany({ name: "Thuiszorg" });
    const report = await upload(companyId, MIXED, { name: "november.csv" });
    const transcripts = { named: 0, found: 0, used: 0, skipped: 0, withoutSpeakers: 0 };
    const counts = { rows: 5, imported: 2, updated: 0, unchanged: 0, bad: 3, transcripts };
    expect(report).toEqual({
      importRunId: expect.any(String),
      ...counts,
      format: "UTF-8, separated by commas, lines end with LF",
      warnings: [],
      badRows: [{ line: 2 }, { line: 4 }, { line: 6 }].map((row) => expect.objectContaining(row)),
    });
    const { import: run, badRows } = await callVerb(support, readImport, { id: report.importRunId });
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
    expect(await auditOf(database.pool, "import", report.importRunId)).toEqual([
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
      const read = await callVerb(support, readImport, { id: report.importRunId });
      expect(read).toMatchObject({ import: { transcripts }, warnings });
      expect((await callVerb(support, listImports, { companyId })).imports).toMatchObject([{ transcripts }]);
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
    const report = await callVerb(admin, uploadCsv, { companyId, dryRun: "true" }, new Blob([MIXED]).stream());
    expect(report).toMatchObject({ importRunId: null, rows: 5, imported: 2, bad: 3 });
    expect(Number(report.estimatedCostEur)).toBeGreaterThan(0);
    expect(report.badRows.map(({ line }) => line)).toEqual([2, 4, 6]);
    expect((await callVerb(support, listImports, { companyId })).imports).toEqual([]);
    const { rows } = await database.pool.query(`SELECT 1 FROM "Session" WHERE "companyId" = $1`, [companyId]);
    expect(rows).toEqual([]);
    await expect(upload("nobody", MIXED, { dryRun: true })).rejects.toEqual(refusal("not_found"));
    await expect(upload(companyId, "a,b", { dryRun: true })).rejects.toEqual(
      refusal("import_failed", "The only row could not be imported"),
    );
    await expect(upload(companyId, MIXED, { dryRun: true }, support)).rejects.toEqual(refusal("forbidden"));
    expect(await upload(companyId, MIXED)).toMatchObject({ imported: 2 });
  });

  it("at the same time as another of the same company brings each session once", async () => {
    const companyId = await newCompany();
    const text = csv(...Array.from({ length: 300 }, (_, index) => ({ id: `s${index}` })));
    const reports = await Promise.all([upload(companyId, text), upload(companyId, text), upload(companyId, text)]);
    expect(reports.reduce((sum, { imported }) => sum + imported, 0)).toBe(300);
    const { rows } = await database.pool.query(
      `SELECT count(*)::int AS "n" FROM "AIProcessingRequest" WHERE "companyId" = $1`,
      [companyId],
    );
    expect(rows).toEqual([{ n: 300 }]);
  });

  it("waits for its turn when four run already, those that are silent not counted", async () => {
    const companyId = await newCompany();
    const now = Date.now();
    await database.rows.importRuns(5, (n) => ({
      id: `open${n}`,
      companyId,
      startedAt: new Date(now - 86_400_000),
      progressAt: n > 1 ? new Date(now) : null,
    }));
    const refused = upload(companyId, MIXED, { name: "waiting.csv" });
    await expect(refused).rejects.toEqual(refusal("too_many_calls", "4 imports are already running"));
    const { imports } = await callVerb(support, listImports, { companyId });
    expect(imports.map(({ source }) => source)).not.toContain("waiting.csv");
    await database.pool.query(`UPDATE "ImportRun" SET "finishedAt" = now() WHERE "id" = 'open2'`);
    expect(await upload(companyId, MIXED)).toMatchObject({ imported: 2 });
    await database.pool.query(`UPDATE "ImportRun" SET "finishedAt" = now() WHERE "companyId" = $1`, [companyId]);
  });

  it("says what is wrong with it, in the import too", async () => {
    const companyId = await newCompany();
    await expect(upload("nobody", MIXED)).rejects.toEqual(refusal("not_found"));
    await expect(callVerb(admin, uploadCsv, { companyId })).rejects.toEqual(refusal("invalid_input", "body is empty"));
    await expect(upload(companyId, MIXED, { timeZone: "Mars" })).rejects.toEqual(refusal("invalid_input", "timeZone"));
    await expect(upload(companyId, MIXED, { name: "a\nb" })).rejects.toEqual(refusal("invalid_input", "name"));
    await expect(upload(companyId, MIXED, {}, support)).rejects.toEqual(refusal("forbidden"));
    await expect(upload(companyId, "x".repeat(100_001))).rejects.toEqual(refusal("too_large", "CSV_MAX_BYTES"));
    await expect(upload(companyId, "PK\u0003\u0004")).rejects.toEqual(refusal("import_failed", "zip archive"));
    const broken = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(Buffer.from(csv({ id: "x" }))),
      pull: (controller) => controller.error(new TypeError("canary of the connection")),
    });
    const brokenOff = callVerb(admin, uploadCsv, { companyId, name: "broken.csv" }, broken);
    await expect(brokenOff).rejects.toEqual(refusal("import_failed", "was interrupted"));
    const stopping = { ...admin, stopping: AbortSignal.abort() };
    await expect(upload(companyId, MIXED, {}, stopping)).rejects.toEqual(refusal("stopping", "Run it again"));

    const { imports } = await callVerb(support, listImports, { companyId, state: "failed" });
    expect(imports.map(({ error }) => error)).toEqual([
      expect.stringContaining("was stopped"),
      "The upload was interrupted. Send the file again.",
      expect.stringContaining("zip archive"),
      expect.stringContaining("CSV_MAX_BYTES"),
    ]);
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
      for await (const { imports } of pagesOf((next) => callVerb(ctx, listImports, { ...given, ...next }))) {
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
    const { import: silent } = await callVerb(ctx, readImport, { id: "silent" });
    expect(silent).toMatchObject({ state: "silent", finishedAt: null });
    await expect(callVerb(ctx, readImport, { id: "nobody" })).rejects.toEqual(refusal("not_found"));
  });
});
