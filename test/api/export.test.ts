import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { parse } from "csv-parse/sync";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { abortExport } from "../../lib/admin/export/abortExport.ts";
import { createExport } from "../../lib/admin/export/createExport.ts";
import { exportList } from "../../lib/admin/export/exportList.ts";
import { readExportFile } from "../../lib/admin/export/readExportFile.ts";
import { writeCsv } from "../../lib/admin/export/writeCsv.ts";
import { listFailureGroups } from "../../lib/admin/failures/listFailureGroups.ts";
import { readJob } from "../../lib/admin/jobs/readJob.ts";
import { listRequests } from "../../lib/admin/requests/listRequests.ts";
import { BYTE_ORDER_MARK } from "../../lib/api/csv.ts";
import { type CallContext, callOperation } from "../../lib/api/operation.ts";
import { streamOf } from "../../lib/api/streamOf.ts";
import { removeOldFiles, storeFile } from "../../lib/files/storedFiles.ts";
import { openLog } from "../../lib/observability/log.ts";
import { auditOf } from "../support/audit.ts";
import { callerOf } from "../support/caller.ts";
import { consoleContext } from "../support/consoleContext.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { withHeld } from "../support/held.ts";
import { runJobs } from "../support/jobs.ts";
import { refusal } from "../support/refusal.ts";
import { addRequests, moment } from "../support/requests.ts";
import { untilOneWaits } from "../support/untilOneWaits.ts";

const HOSTILE = `=HYPERLINK("http://x.example"), "quoted",\r\nand broken`;
const log = new PassThrough();
let database: TestDatabase;
let ctx: CallContext;
beforeAll(async () => {
  database = await createTestDatabase();
  ctx = callerOf(
    consoleContext(database.pool, openLog({ level: "warn", format: "json", destination: log })),
    "SUPPORT",
  );
  await addRequests(database.pool, 450, { companyId: "=cmd|' /C calc'!A1" });
  await addRequests(database.pool, 3, { prefix: "h", companyId: "beta", errorMessage: HOSTILE });
  await addRequests(database.pool, 2, { prefix: "t", status: "PENDING_BATCHING" });
  await database.owner.query(
    `UPDATE "AIProcessingRequest" SET "processingStatus" = 'PROCESSING_FAILED', "errorCode" = 'line_missing',
            "errorMessage" = 'Lost', "completedAt" = now() WHERE "id" LIKE 't%'`,
  );
});
afterAll(() => database.drop());

type Row = Record<string, string>;
const start = (input: object) => callOperation(ctx, exportList, { format: "csv", list: "requests", ...input });
async function download(input: object): Promise<Row[]> {
  const { content } = await start({ status: "processing_failed", ...input });
  return parse(await text(content), { columns: true, bom: true });
}
const audited = async () =>
  (await database.owner.query(`SELECT * FROM "SecurityAuditLog" ORDER BY "createdAt" DESC, "id" DESC LIMIT 1`)).rows[0];

describe("an export in the background", () => {
  const fetched = async (of: CallContext, id: string) => {
    const { content } = await callOperation(of, readExportFile, { id });
    return text(content);
  };
  const ask = async (input: object = {}) =>
    (await callOperation(ctx, createExport, { list: "requests", status: "processing_failed", ...input })).job.id;
  const parts = async () => (await database.owner.query(`SELECT "index" FROM "FilePart" ORDER BY "index"`)).rows.length;
  const other = () => ({ ...ctx, actor: { ...ctx.actor, id: "somebody-else" } });

  it("is the same file, written by a job, for whoever asked for it", async () => {
    const id = await ask();
    await expect(fetched(ctx, id)).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringContaining("queued"),
    });
    await runJobs(ctx);
    const { job } = await callOperation(ctx, readJob, { id });
    expect(job).toMatchObject({ state: "done", done: 455, outcome: { rows: 455 }, companyId: null });
    const { content } = await start({ status: "processing_failed" });
    expect(await fetched(ctx, id)).toBe(await text(content));
    await expect(fetched(other(), id)).rejects.toMatchObject({ code: "forbidden" });
    await expect(callOperation(ctx, abortExport, { id })).rejects.toMatchObject({ code: "conflict" });
    await database.owner.query(`UPDATE "FilePart" SET "createdAt" = now() - interval '25 hours'`);
    await removeOldFiles(ctx);
    await expect(fetched(ctx, id)).rejects.toMatchObject({ message: expect.stringContaining("kept for a day") });
  });

  it("is refused as the list refuses it, and when twenty are there", async () => {
    await expect(ask({ errorCode: "pizza" })).rejects.toMatchObject({ code: "invalid_input" });
    const many = await database.rows.jobs(20, () => ({ kind: "list-export", targetType: "export" }));
    await expect(ask()).rejects.toMatchObject({ code: "too_many_calls" });
    await database.owner.query(`DELETE FROM "Job" WHERE "id" = ANY($1)`, [many.map(({ id }) => id)]);
  });

  it("of a company that there is not is empty, and what was left open is no part of its filter", async () => {
    const id = await ask({ companyId: "nobody", errorCode: undefined });
    const [stored] = (await database.owner.query(`SELECT "input", "companyId" FROM "Job" WHERE "id" = $1`, [id])).rows;
    expect(stored).toMatchObject({ companyId: null });
    expect(stored.input.filter).toEqual({ status: "processing_failed", companyId: "nobody" });
    await runJobs(ctx);
    const { job } = await callOperation(ctx, readJob, { id });
    expect(job).toMatchObject({ state: "done", outcome: { rows: 0 }, companyId: null });
    expect(parse(await fetched(ctx, id), { bom: true })).toHaveLength(1);
  });

  it("that ends while it is aborted is not aborted: it has ended, and nothing says that somebody wanted it", async () => {
    const id = await ask();
    await withHeld(database.owner, async (held) => {
      await held.query(`UPDATE "Job" SET "state" = 'DONE', "finishedAt" = now() WHERE "id" = $1`, [id]);
      const aborted = callOperation(ctx, abortExport, { id });
      const told = expect(aborted).rejects.toEqual(refusal("conflict", "This export has already ended."));
      await untilOneWaits(database.owner);
      await held.query("COMMIT");
      await told;
    });
    expect((await callOperation(ctx, readJob, { id })).job).toMatchObject({ state: "done" });
    expect(await auditOf(database.owner, "job", id)).toEqual([]);
  });

  it("begins anew when its worker is killed, and leaves nothing when it is aborted", async () => {
    const id = await ask({ companyId: "beta" });
    const [{ fileId }] = (await database.owner.query(`SELECT "targetId" AS "fileId" FROM "Job" WHERE "id" = $1`, [id]))
      .rows;
    await storeFile(
      ctx,
      { id: fileId, companyId: null },
      (async function* () {
        yield Buffer.from("half of it");
      })(),
    );
    await runJobs(ctx);
    const rows: Row[] = parse(await fetched(ctx, id), { columns: true, bom: true });
    expect(rows.map(({ id }) => id).sort()).toEqual(["h1", "h2", "h3"]);

    const aborted = await ask();
    await expect(callOperation(other(), abortExport, { id: aborted })).rejects.toMatchObject({ code: "forbidden" });
    const before = await parts();
    expect((await callOperation(ctx, abortExport, { id: aborted })).job.state).toBe("aborted");
    await runJobs(ctx);
    expect(await parts()).toBe(before);
  });
});

describe("an export", () => {
  it("has every row of the list, in its order, on however many pages", async () => {
    const { requests } = await callOperation(ctx, listRequests, {
      status: "processing_failed",
      limit: 200,
      order: "oldest",
    });
    const rows = await download({ order: "oldest" });
    expect(rows).toHaveLength(455);
    expect(new Set(rows.map(({ id }) => id)).size).toBe(455);
    expect(Object.keys(rows[0] ?? {})).toEqual(Object.keys(requests[0] ?? {}));
    expect(Object.keys(rows[0] ?? {})[0]).toBe("externalSessionId");
    expect(rows.slice(0, 200).map(({ id }) => id)).toEqual(requests.map(({ id }) => id));
    expect(rows.find(({ id }) => id === "h1")).toMatchObject({
      status: "processing_failed",
      batchId: "",
      attempt: "0",
      requestedAt: moment(0),
      companyName: "Company beta",
    });
  });

  it("is narrowed as the list is", async () => {
    expect(await download({ companyId: "beta" })).toHaveLength(3);
    expect(await download({ olderThan: moment(1), idPrefix: "h" })).toHaveLength(2);
    expect(await download({ status: "processing_complete" })).toEqual([]);
  });

  it("defuses what a spreadsheet would run, and keeps quotes and lines", async () => {
    const rows = await download({ companyId: "beta" });
    expect(rows.map(({ error }) => error)).toEqual([`'${HOSTILE}`, `'${HOSTILE}`, `'${HOSTILE}`]);
    const [row] = await download({ idPrefix: "r7" });
    expect(row?.companyId).toBe("'=cmd|' /C calc'!A1");
  });

  it("has the failure groups, each with its filter", async () => {
    const { groups } = await callOperation(ctx, listFailureGroups, {});
    const { content, fileName, type } = await callOperation(ctx, exportList, { format: "csv", list: "errors" });
    expect({ fileName, type }).toEqual({
      fileName: expect.stringMatching(/^errors-\d{4}-\d\d-\d\d\.csv$/),
      type: "text/csv; charset=utf-8",
    });
    const rows = parse<Row>(await text(content), { columns: true, bom: true });
    expect(rows).toHaveLength(groups.length);
    expect(rows[0]).toMatchObject({ code: "line_missing", message: "Lost", lastWeek: "2", retryable: "true" });
    expect(JSON.parse(rows[0]?.filter ?? "")).toEqual(groups[0]?.filter);
  });

  it("has the batches, with filters of their own", async () => {
    await database.rows.batches(2, (n) => ({ id: `b${n}`, status: "PROCESSED" }));
    const read = async (filter: object) => {
      const { content } = await callOperation(ctx, exportList, { format: "csv", list: "batches", ...filter });
      return parse<Row>(await text(content), { columns: true, bom: true });
    };
    expect((await read({ order: "oldest" })).map(({ id, status }) => [id, status])).toEqual([
      ["b1", "processed"],
      ["b2", "processed"],
    ]);
    expect(await read({ status: "failed" })).toEqual([]);
  });

  it("is recorded with its filter", async () => {
    await start({ status: "processing_failed", companyId: "beta" });
    expect(await audited()).toMatchObject({
      action: "lists.export",
      outcome: "done",
      actorId: ctx.actor.id,
      targetType: "list",
      targetId: "requests",
      details: { format: "csv", filter: { status: "processing_failed", companyId: "beta" } },
    });
  });

  it("has the audit, what is nested as JSON", async () => {
    await start({ status: "processing_complete" });
    const { content } = await callOperation(ctx, exportList, { format: "csv", list: "audit", action: "lists.export" });
    const [row] = parse<Row>(await text(content), { columns: true, bom: true });
    expect(row).toMatchObject({ action: "lists.export", outcome: "done" });
    expect(JSON.parse(row?.actor ?? "")).toMatchObject({ kind: "key", id: ctx.actor.id });
    expect(JSON.parse(row?.details ?? "")).toMatchObject({ format: "csv" });
  });

  it("reads no page that nobody takes", async () => {
    let queries = 0;
    const db = new Proxy(database.pool, {
      get: (pool, name) => {
        if (name === "connect") queries++;
        return Reflect.get(pool, name);
      },
    });
    const { content } = await callOperation({ ...ctx, db }, exportList, {
      format: "csv",
      list: "requests",
      status: "processing_failed",
    });
    const reader = content.getReader();
    await reader.read();
    const first = await reader.read();
    expect(new TextDecoder().decode(first.value).split("\r\n")).toHaveLength(201);
    await reader.cancel();
    expect(await reader.read()).toEqual({ done: true, value: undefined });
    expect(queries).toBeLessThan(3);
  });

  it("breaks off when a page cannot be read, and the log says why", async () => {
    const { content } = await start({ status: "processing_failed" });
    const reader = content.getReader();
    await reader.read();
    // One page may have been read ahead by now, and there are three.
    await database.owner.query(`ALTER TABLE "Company" RENAME TO "Gone"`);
    const readOn = async () => {
      while (!(await reader.read()).done);
    };
    try {
      await expect(readOn()).rejects.toThrow(/Company/);
    } finally {
      await database.owner.query(`ALTER TABLE "Gone" RENAME TO "Company"`);
    }
    expect(JSON.parse(String(log.read()).trim())).toMatchObject({ event: "export.failed", list: "requests" });
  });

  it("says at its end that it was cut off", async () => {
    async function* pages() {
      yield [{ id: 1 }, { id: 2 }];
      yield [{ id: 3 }];
    }
    const read = async (most: number) => {
      const csv = await text(streamOf(writeCsv(["id"], pages(), most)));
      return csv.replace(BYTE_ORDER_MARK, "").trimEnd().split("\r\n");
    };
    expect(await read(3)).toEqual(["id", "1", "2", "3"]);
    expect(await read(2)).toEqual([
      "id",
      "1",
      "2",
      "The export is limited to 2 rows. Narrow the filter to get the rest.",
    ]);
    expect(await read(1)).toEqual(["id", "1", "The export is limited to 1 rows. Narrow the filter to get the rest."]);
  });

  it.each<[string, object, string, RegExp]>([
    ["a list that there is not", { list: "secrets" }, "invalid_input", /list:/],
    ["another format", { format: "xlsx", status: "processing_failed" }, "invalid_input", /format:/],
    ["no status", {}, "invalid_input", /status:/],
    ["an unknown field", { status: "processing_failed", mood: "bad" }, "invalid_input", /mood/],
    ["a filter of another list", { list: "errors", status: "processing_failed" }, "invalid_input", /status/],
    ["a part of the list", { status: "processing_failed", limit: "5" }, "invalid_input", /limit/],
    ["a filter that is wrong", { status: "processing_failed", olderThan: "now" }, "invalid_input", /olderThan:/],
  ])("is refused with %s", async (_, input, code, message) => {
    await expect(start(input)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });

  it("needs the permission of the list, too", async () => {
    const actor = { ...ctx.actor, permissions: new Set(["lists.export", "audit.read"] as const) };
    const call = callOperation({ ...ctx, actor }, exportList, { format: "csv", list: "errors" });
    await expect(call).rejects.toMatchObject({ code: "forbidden", message: expect.stringMatching(/requests.read/) });
    expect(await audited()).toMatchObject({ outcome: "denied" });
  });
});
