import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { createBulkRequeue } from "../../lib/admin/bulk/createBulkRequeue.ts";
import { importNow } from "../../lib/admin/companies/importNow.ts";
import { eraseSessions } from "../../lib/admin/erasure/eraseSessions.ts";
import { createExport } from "../../lib/admin/export/createExport.ts";
import { readExportFile } from "../../lib/admin/export/readExportFile.ts";
import { uploadCsv } from "../../lib/admin/imports/uploadCsv.ts";
import { type CallContext, callOperation } from "../../lib/api/operation.ts";
import { createSessionsExport } from "../../lib/company/exports/createSessionsExport.ts";
import { readSessionsExportFile } from "../../lib/company/exports/readSessionsExportFile.ts";
import { csv, serve } from "../import/support.ts";
import { callerOf, companyCallerOf } from "../support/caller.ts";
import { consoleContext } from "../support/consoleContext.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { withHeld } from "../support/held.ts";
import { forgetWorkers, jobsOf, runJobs } from "../support/jobs.ts";
import { addRequests } from "../support/requests.ts";
import { silentLog } from "../web/support.ts";

let database: TestDatabase;
let ctx: CallContext;
beforeAll(async () => {
  database = await createTestDatabase();
  ctx = callerOf(consoleContext(database.pool, silentLog(), { FETCH_PRIVATE_ADDRESSES: "true" }), "ADMIN");
});
beforeEach(() => database.owner.query(`TRUNCATE "Company", "BulkRequeue", "Job" CASCADE`));
afterAll(() => database.drop());

const sql = async (text: string) => (await database.owner.query(text)).rows;

/** Has another process work on a job, and kills it when the job is as far as `isThere` says. */
async function killAt(id: string, isThere: () => Promise<boolean>): Promise<void> {
  const child = spawn(process.execPath, [path.join(import.meta.dirname, "killedJob.ts"), id], {
    env: { ...process.env, DATABASE_URL: database.url, FETCH_PRIVATE_ADDRESSES: "true" },
    stdio: ["ignore", "ignore", "inherit"],
  });
  const ended = once(child, "exit");
  await vi.waitFor(async () => expect(await isThere()).toBe(true), { timeout: 240_000, interval: 50 });
  child.kill("SIGKILL");
  await ended;
}

const doneOf = async (id: string): Promise<number> =>
  (await database.owner.query<{ done: number }>(`SELECT "done" FROM "Job" WHERE "id" = $1`, [id])).rows[0]?.done ?? 0;

it("a bulk requeue whose worker is killed in a page requeues each request once, and its counts are right", async () => {
  await addRequests(database.pool, 2_500);
  await sql(`CREATE TABLE IF NOT EXISTS "Moved" ("id" text); GRANT INSERT ON "Moved" TO livedash_app`);
  await sql(`CREATE OR REPLACE FUNCTION note_moved() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN INSERT INTO "Moved" VALUES (NEW."id"); RETURN NULL; END $$`);
  await sql(
    `CREATE TRIGGER note_moved AFTER UPDATE ON "AIProcessingRequest" FOR EACH ROW EXECUTE FUNCTION note_moved()`,
  );
  const asked = await callOperation(ctx, createBulkRequeue, { filter: {}, reason: "The provider was down" });
  const id = asked.jobId ?? "";
  await withHeld(database.pool, async (held) => {
    // Its second page waits for these.
    await held.query(
      `SELECT 1 FROM "AIProcessingRequest" ORDER BY "requestedAt" DESC, "id" DESC LIMIT 1000 FOR UPDATE`,
    );
    await killAt(id, async () => (await doneOf(id)) === 1_000);
    await held.query("ROLLBACK");
  });
  await forgetWorkers(ctx);
  await runJobs(ctx);
  const outcome = { requeued: 2_500, skipped: 0 };
  expect(await sql(`SELECT "state", "attempt", "done", "outcome" FROM "Job"`)).toEqual([
    { state: "DONE", attempt: 2, done: 2_500, outcome },
  ]);
  expect(await sql(`SELECT "status", "requeued", "skipped", "failed" FROM "BulkRequeue"`)).toEqual([
    { status: "DONE", ...outcome, failed: 0 },
  ]);
  expect(await sql(`SELECT count(*)::int AS "n", count(DISTINCT "id")::int AS "of" FROM "Moved"`)).toEqual([
    { n: 2_500, of: 2_500 },
  ]);
});

it("an import whose worker is killed is begun again, and has all of its rows once", async () => {
  const ROWS = 5_000;
  const file = csv(...Array.from({ length: ROWS }, (_, n) => ({ id: `s${n}` })));
  let isSlow = true;
  const feed = await serve((_, response) => {
    // The first time, it stops in the middle of the file.
    if (isSlow) response.write(file.slice(0, Math.floor(file.length * 0.7)));
    else response.end(file);
  });
  try {
    const { id: companyId } = await database.rows.company({ id: "fed", csvUrl: feed.origin });
    const { job } = await callOperation(ctx, importNow, { id: companyId });
    await killAt(job.id, async () => (await doneOf(job.id)) >= 2_000);
    const [first] = await jobsOf(ctx);
    isSlow = false;
    await forgetWorkers(ctx);
    await runJobs(ctx);
    const [done] = await jobsOf(ctx);
    expect(done).toMatchObject({ state: "DONE", outcome: { rows: ROWS, bad: 0, updated: 0 } });
    const { imported, unchanged } = done?.outcome ?? {};
    expect(Number(imported) + Number(unchanged)).toBe(ROWS);
    expect(Number(unchanged)).toBeGreaterThanOrEqual(2_000);
    expect(await sql(`SELECT count(*)::int AS "n" FROM "Session"`)).toEqual([{ n: ROWS }]);
    expect(await sql(`SELECT count(*)::int AS "n" FROM "AIProcessingRequest"`)).toEqual([{ n: ROWS }]);
    const runs = await sql(
      `SELECT "id", "error", "finishedAt" IS NOT NULL AS "ended" FROM "ImportRun" ORDER BY "startedAt"`,
    );
    expect(runs).toEqual([
      { id: first?.outcome.importRunId, error: expect.stringContaining("was started again"), ended: true },
      { id: done?.outcome.importRunId, error: null, ended: true },
    ]);
  } finally {
    await feed.close();
  }
});

it("an upload whose worker is killed is imported by another, whole, and then removed", async () => {
  const ROWS = 5_000;
  await database.rows.company({ id: "sends" });
  const body = new Blob([csv(...Array.from({ length: ROWS }, (_, n) => ({ id: `u${n}` })))]).stream();
  const { job } = await callOperation(ctx, uploadCsv, { companyId: "sends" }, body);
  await withHeld(database.owner, async (held) => {
    // Somebody else is about to write one of its sessions: its second chunk waits for them.
    await held.query(
      `INSERT INTO "SessionImport" ("id", "companyId", "externalSessionId", "startTimeRaw", "endTimeRaw", "contentHash")
       VALUES ('held', 'sends', 'u3000', '', '', '')`,
    );
    await killAt(job.id, async () => (await doneOf(job.id)) >= 2_000);
    expect(await sql(`SELECT count(*)::int AS "n" FROM "FilePart"`)).toEqual([{ n: 1 }]);
  });
  await forgetWorkers(ctx);
  await runJobs(ctx);
  const outcome = { rows: ROWS, imported: ROWS - 2_000, unchanged: 2_000, bad: 0 };
  expect((await jobsOf(ctx))[0]).toMatchObject({ state: "DONE", outcome });
  expect(await sql(`SELECT count(*)::int AS "n" FROM "Session"`)).toEqual([{ n: ROWS }]);
  expect(await sql(`SELECT count(*)::int AS "n" FROM "FilePart"`)).toEqual([{ n: 0 }]);
});

it("an export whose worker is killed is written anew by another, with each row once", async () => {
  const ROWS = 5_000;
  await addRequests(database.pool, ROWS);
  const { job } = await callOperation(ctx, createExport, { list: "requests", status: "processing_failed" });
  await withHeld(database.owner, async (held) => {
    // Somebody else is about to write its second piece.
    await held.query(`INSERT INTO "FilePart" ("fileId", "index", "bytes") VALUES ($1, 1, 'x')`, [job.targetId]);
    await killAt(job.id, async () => (await doneOf(job.id)) > 0);
  });
  expect(await sql(`SELECT count(*)::int AS "n" FROM "FilePart"`)).toEqual([{ n: 1 }]);
  await forgetWorkers(ctx);
  await runJobs(ctx);
  expect((await jobsOf(ctx))[0]).toMatchObject({ state: "DONE", outcome: { rows: ROWS } });
  const { content } = await callOperation(ctx, readExportFile, { id: job.id });
  const lines = (await new Response(content).text()).trimEnd().split("\r\n");
  expect(new Set(lines).size).toBe(ROWS + 1);
  expect(lines).toHaveLength(ROWS + 1);
});

it("a company's export whose worker is killed is written anew by another, with each session once", async () => {
  const ROWS = 5_000;
  await database.rows.sessions(ROWS, (n) => ({ id: `e${n}`, companyId: "exports", summary: "x".repeat(300) }));
  const reader = { id: "reader", name: "reader@exports.example", role: "ADMIN", companyId: "exports" } as const;
  const as = companyCallerOf(ctx, reader);
  const { id } = (await callOperation(as, createSessionsExport, {})).export;
  await withHeld(database.owner, async (held) => {
    // Somebody else is about to write its second piece.
    await held.query(
      `INSERT INTO "FilePart" ("fileId", "index", "bytes") SELECT "targetId", 1, 'x' FROM "Job" WHERE "id" = $1`,
      [id],
    );
    await killAt(id, async () => (await doneOf(id)) > 0);
  });
  expect(await sql(`SELECT count(*)::int AS "n" FROM "FilePart"`)).toEqual([{ n: 1 }]);
  await forgetWorkers(ctx);
  await runJobs(ctx);
  expect((await jobsOf(ctx))[0]).toMatchObject({ state: "DONE", outcome: { rows: ROWS } });
  const { content } = await callOperation(as, readSessionsExportFile, { id });
  const lines = (await new Response(content).text()).trimEnd().split("\r\n");
  expect(new Set(lines).size).toBe(ROWS + 1);
  expect(lines).toHaveLength(ROWS + 1);
});

it("an erasure whose worker is killed in a page is finished by another, and erases each session once", async () => {
  const SESSIONS = 1_200;
  await database.rows.sessions(SESSIONS, (n) => ({ id: `s${n}`, companyId: "erased", externalSessionId: `chat-${n}` }));
  await database.rows.session({ id: "kept", companyId: "kept" });
  const filter = { companyId: "erased", all: true };
  const { jobId } = await callOperation(ctx, eraseSessions, { filter, reason: "The contract has ended" });
  const id = jobId ?? "";
  await withHeld(database.pool, async (held) => {
    // Its second page waits for these.
    await held.query(
      `SELECT 1 FROM "Session" WHERE "companyId" = 'erased' ORDER BY "startTime" DESC LIMIT 600 FOR UPDATE`,
    );
    await killAt(id, async () => (await doneOf(id)) === 500);
    await held.query("ROLLBACK");
  });
  await forgetWorkers(ctx);
  await runJobs(ctx);
  expect((await jobsOf(ctx))[0]).toMatchObject({ state: "DONE", outcome: { erased: SESSIONS } });
  expect(await sql(`SELECT "id" FROM "Session"`)).toEqual([{ id: "kept" }]);
  expect(await sql(`SELECT count(*)::int AS "n" FROM "ErasedSession"`)).toEqual([{ n: SESSIONS }]);
  expect(await sql(`SELECT count(*)::int AS "n" FROM "SessionImport"`)).toEqual([{ n: 0 }]);
});
