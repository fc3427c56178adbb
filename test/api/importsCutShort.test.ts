import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import { importNow } from "../../lib/admin/companies/importNow.ts";
import { dryRunCsv } from "../../lib/admin/imports/dryRunCsv.ts";
import { exportBadRows } from "../../lib/admin/imports/exportBadRows.ts";
import { listImports } from "../../lib/admin/imports/listImports.ts";
import { readImport } from "../../lib/admin/imports/readImport.ts";
import { uploadCsv } from "../../lib/admin/imports/uploadCsv.ts";
import { readJob } from "../../lib/admin/jobs/readJob.ts";
import { callOperation } from "../../lib/api/operation.ts";
import { openLog } from "../../lib/observability/log.ts";
import { csv } from "../import/support.ts";
import { auditOf } from "../support/audit.ts";
import { withCheck, withHeld } from "../support/held.ts";
import { runJobs } from "../support/jobs.ts";
import { refusal } from "../support/refusal.ts";
import { admin, database, newCompany, startForImports, streamOf, support } from "./importSupport.ts";

startForImports();

const dryRun = (companyId: string, ctx = admin) =>
  callOperation(ctx, dryRunCsv, { companyId }, streamOf(csv({ id: "a" })));
const send = (companyId: string, body: ReadableStream<Uint8Array> = streamOf(csv({ id: "a" }))) =>
  callOperation(admin, uploadCsv, { companyId }, body);
const jobOf = async (id: string) => (await callOperation(admin, readJob, { id })).job;
const importsOf = async (companyId: string) => (await callOperation(support, listImports, { companyId })).imports;
const storedParts = async () => (await database.owner.query(`SELECT "fileId" FROM "FilePart"`)).rows;

describe("a dry run", () => {
  it("of nothing is refused", async () => {
    const refused = callOperation(admin, dryRunCsv, { companyId: await newCompany() });
    await expect(refused).rejects.toEqual(refusal("invalid_input", "The request body is empty."));
  });

  it("is put off while two others are made, and made when one of them is over", async () => {
    const companyId = await newCompany();
    await withHeld(database.owner, async (held) => {
      await held.query(
        `SELECT pg_advisory_xact_lock(hashtextextended('livedash:dry-run:' || turn, 0)) FROM generate_series(1, 2) AS turn`,
      );
      await expect(dryRun(companyId)).rejects.toEqual(refusal("too_many_calls", "2 dry runs are already running"));
      await held.query("COMMIT");
      expect(await dryRun(companyId)).toMatchObject({ rows: 1, imported: 1 });
    });
  });

  it("ends when LiveDash is stopped, and says so", async () => {
    const stopped = { ...admin, stopping: AbortSignal.abort() };
    await expect(dryRun(await newCompany(), stopped)).rejects.toEqual(refusal("stopping", "was stopped"));
  });

  it("has no cost where its model has no price, beside the same counts", async () => {
    const companyId = await newCompany();
    await database.rows.model({ id: "unpriced", name: "gpt-unpriced" });
    const priced = await dryRun(companyId);
    await database.rows.companyModel({ companyId, aiModelId: "unpriced" });
    expect(priced.estimatedCostEur).not.toBeNull();
    expect(await dryRun(companyId)).toEqual({ ...priced, estimatedCostEur: null });
  });
});

describe("an upload", () => {
  it("whose file is removed before it is imported fails with that, and imports nothing", async () => {
    const companyId = await newCompany();
    const { job } = await send(companyId);
    await database.owner.query(`DELETE FROM "FilePart"`);
    await runJobs(admin);
    const error = "The file has been removed. Send it again.";
    expect(await jobOf(job.id)).toMatchObject({ state: "failed", errorCode: "upload_gone", error });
    expect(await importsOf(companyId)).toMatchObject([{ state: "failed", rows: 0, imported: 0, error }]);
  });

  it("that cannot be asked for leaves no file behind, nor a record", async () => {
    const companyId = await newCompany();
    await withCheck(database.owner, "Job", `"kind" <> 'upload'`, async () => {
      await expect(send(companyId)).rejects.toMatchObject({ constraint: "refuse" });
    });
    expect(await storedParts()).toEqual([]);
    const left = `SELECT 1 FROM "SecurityAuditLog" WHERE "companyId" = $1 AND "action" = 'imports.upload'`;
    expect((await database.owner.query(left, [companyId])).rows).toEqual([]);
    expect((await send(companyId)).job.state).toBe("queued");
  });

  it("that breaks off is called that, also where what is left of it cannot be removed", async () => {
    const companyId = await newCompany();
    const broken = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(Buffer.alloc(10, "x")),
      pull: async (controller) => {
        await database.owner.query(`ALTER TABLE "FilePart" RENAME TO "Gone"`);
        controller.error(new TypeError("the connection is gone"));
      },
    });
    try {
      await expect(send(companyId, broken)).rejects.toEqual(refusal("import_failed", "was interrupted"));
    } finally {
      await database.owner.query(`ALTER TABLE "Gone" RENAME TO "FilePart"`);
    }
  });
});

describe("an import from an address", () => {
  it("that is taken away meanwhile fails with that, and no import is begun", async () => {
    const companyId = await newCompany({ csvUrl: "https://feed.example.com/chats.csv" });
    const { job } = await callOperation(admin, importNow, { id: companyId });
    await database.owner.query(`UPDATE "Company" SET "csvUrl" = '' WHERE "id" = $1`, [companyId]);
    await runJobs(admin);
    const error = "This company has no CSV address any more.";
    expect(await jobOf(job.id)).toMatchObject({ state: "failed", errorCode: "no_csv_address", error });
    expect(await importsOf(companyId)).toEqual([]);
  });
});

describe("what another version has kept of an import", () => {
  it("is shown: a warning that is not known here with its code, and no reason", async () => {
    const { id } = await database.rows.importRun({ companyId: await newCompany() });
    await database.owner.query(
      `INSERT INTO "ImportWarning" ("importRunId", "code", "count", "examples")
       VALUES ($1, 'month_first', 2, ARRAY['line 3']), ($1, 'toString', 1, ARRAY['line 4'])`,
      [id],
    );
    const { warnings } = await callOperation(support, readImport, { id });
    expect(warnings).toEqual([
      { code: "month_first", count: 2, examples: ["line 3"], reason: expect.stringContaining("month first") },
      { code: "toString", count: 1, examples: ["line 4"], reason: "" },
    ]);
  });

  it("is given back: a bad row whose text was not kept as an empty line, or as its code and its reason alone", async () => {
    const { id } = await database.rows.importRun({ companyId: await newCompany(), finishedAt: new Date() });
    await database.rows.badRows([{ importRunId: id, raw: null }, { importRunId: id }]);
    const read = async (raw: boolean) =>
      new Response((await callOperation(admin, exportBadRows, { id, raw })).content).text();
    expect(await read(true)).toBe("\nrow 2\n");
    const lines = (await read(false)).split("\r\n");
    expect(lines).toEqual([
      '"","bad_date","The start is not a date."',
      '"row 2","bad_date","The start is not a date."',
      "",
    ]);
  });

  it("is not cut off unseen: a download that fails on its way breaks off, and the log says why", async () => {
    const { id } = await database.rows.importRun({ companyId: await newCompany(), finishedAt: new Date() });
    await database.rows.badRows(Array.from({ length: 450 }, () => ({ importRunId: id })));
    const destination = new PassThrough();
    const log = openLog({ level: "warn", format: "json", destination });
    const { content } = await callOperation({ ...admin, log }, exportBadRows, { id, raw: true });
    await database.owner.query(`ALTER TABLE "ImportBadRow" RENAME TO "Gone"`);
    try {
      await expect(new Response(content).text()).rejects.toThrow(/ImportBadRow/);
    } finally {
      await database.owner.query(`ALTER TABLE "Gone" RENAME TO "ImportBadRow"`);
    }
    const logged = JSON.parse(String(destination.read()).trim());
    expect(logged).toMatchObject({ event: "import.export_failed", importRunId: id, requestId: admin.requestId });
    expect(await auditOf(database.owner, "import", id)).toMatchObject([{ action: "imports.download_bad_rows" }]);
  });
});
