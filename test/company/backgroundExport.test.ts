import { buffer } from "node:stream/consumers";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { readExportFile } from "../../lib/admin/export/readExportFile.ts";
import { type CallContext, callOperation } from "../../lib/api/operation.ts";
import { abortSessionsExport } from "../../lib/company/exports/abortSessionsExport.ts";
import { createSessionsExport } from "../../lib/company/exports/createSessionsExport.ts";
import { listSessionsExports } from "../../lib/company/exports/listSessionsExports.ts";
import { readSessionsExportFile } from "../../lib/company/exports/readSessionsExportFile.ts";
import { exportSessions } from "../../lib/company/sessions/exportSessions.ts";
import { callerOf } from "../support/caller.ts";
import { withHeld } from "../support/held.ts";
import { runJobs } from "../support/jobs.ts";
import { type Companies, openCompanies } from "./support.ts";

const LONG_AGO = { to: "2024-12-31" };
const MANY = 2_300;
let companies: Companies;
beforeAll(async () => {
  companies = await openCompanies();
  await companies.database.rows.sessions(MANY, (n) => ({
    id: `bmany${n}`,
    companyId: "bolt",
    startTime: new Date(Date.UTC(2024, 4, 1, 0, Math.floor(n / 7))),
    summary: `${n}: `.padEnd(600, "what was said "),
  }));
});
afterEach(() => sql(`DELETE FROM "Job"; DELETE FROM "FilePart"`));
afterAll(() => companies?.close());

const sql = async (text: string) => (await companies.database.owner.query(text)).rows;
const ask = async (ctx: CallContext, filter: object = {}) =>
  (await callOperation(ctx, createSessionsExport, filter)).export.id;
const fetched = async (ctx: CallContext, id: string) =>
  buffer((await callOperation(ctx, readSessionsExportFile, { id })).content);
const listed = async (ctx: CallContext) => (await callOperation(ctx, listSessionsExports, {})).exports;
const abort = (ctx: CallContext, id: string) => callOperation(ctx, abortSessionsExport, { id });
const parts = async () => (await sql(`SELECT 1 FROM "FilePart"`)).length;

describe("a company's export in the background", () => {
  it("is the file that the download has, byte for byte, and says how far it is", async () => {
    const bolt = companies.as("bolt");
    const id = await ask(bolt, LONG_AGO);
    expect(await listed(bolt)).toMatchObject([{ id, state: "queued", done: 0, total: MANY, hasFile: false }]);
    await expect(fetched(bolt, id)).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringContaining("queued"),
    });
    await runJobs(bolt);
    expect(await listed(bolt)).toMatchObject([{ id, state: "done", done: MANY, hasFile: true, error: null }]);
    expect(await parts()).toBeGreaterThan(1);
    const stream = await buffer((await callOperation(bolt, exportSessions, LONG_AGO)).content);
    expect((await fetched(bolt, id)).equals(stream)).toBe(true);
    await expect(abort(bolt, id)).rejects.toMatchObject({ code: "conflict" });
  });

  it("takes every filter as the download does", async () => {
    const acme = companies.as("acme");
    const filter = { from: "2026-10-01", escalated: "false", country: "nl", hour: "9", search: "über 100%" };
    const id = await ask(acme, filter);
    await runJobs(acme);
    const stream = await buffer((await callOperation(acme, exportSessions, filter)).content);
    expect((await fetched(acme, id)).equals(stream)).toBe(true);
    expect(String(stream).split("\r\n").length).toBeGreaterThan(2);
  });

  it("is for whoever asked: not there for another company, and refused to others of the same one", async () => {
    const acme = companies.as("acme");
    const id = await ask(acme);
    const [bolt, auditor] = [companies.as("bolt"), companies.as("acme", "AUDITOR")];
    await expect(abort(bolt, id)).rejects.toMatchObject({ code: "not_found" });
    await expect(abort(auditor, id)).rejects.toMatchObject({ code: "forbidden" });
    await runJobs(acme);
    await expect(fetched(bolt, id)).rejects.toMatchObject({ code: "not_found" });
    await expect(fetched(auditor, id)).rejects.toMatchObject({ code: "forbidden" });
    expect([await listed(bolt), await listed(auditor)]).toEqual([[], []]);
    const user = companies.as("acme", "USER");
    for (const call of [() => ask(user), () => fetched(user, id), () => abort(user, id), () => listed(user)]) {
      await expect(call()).rejects.toMatchObject({ message: expect.stringContaining("company.sessions.export") });
    }
    const operator = callerOf(companies.ctx, "SUPER_ADMIN");
    await expect(callOperation(operator, readExportFile, { id })).rejects.toMatchObject({ code: "not_found" });
    expect(String(await fetched(acme, id))).not.toMatch(/Asked bolt/);
  });

  it("is read as the company's tenant, and says no more of a fault than that there was one", async () => {
    const acme = companies.as("acme");
    await ask(acme);
    await sql(`REVOKE SELECT ON "SessionQuestion" FROM livedash_tenant`);
    try {
      await runJobs(acme);
    } finally {
      await sql(`GRANT SELECT ON "SessionQuestion" TO livedash_tenant`);
    }
    expect(await listed(acme)).toMatchObject([
      { state: "failed", hasFile: false, error: expect.stringContaining("ask the operator") },
    ]);
    expect(await parts()).toBe(0);
  });

  it.each(["SUSPENDED", "ARCHIVED"])("ends when the company is %s meanwhile, and leaves nothing", async (status) => {
    const acme = companies.as("acme");
    await ask(acme);
    await sql(`UPDATE "Company" SET "status" = '${status}' WHERE "id" = 'acme'`);
    try {
      await runJobs(acme);
    } finally {
      await sql(`UPDATE "Company" SET "status" = 'ACTIVE'`);
    }
    expect(await sql(`SELECT "state", "errorCode" FROM "Job"`)).toEqual([
      { state: "FAILED", errorCode: "company_suspended" },
    ]);
    expect(await parts()).toBe(0);
  });

  it("goes with its company", async () => {
    await companies.database.rows.company({ id: "gone" });
    const acme = companies.as("acme");
    const gone = { ...acme, actor: { ...acme.actor, companyId: "gone" } } as CallContext;
    await ask(gone);
    await runJobs(gone);
    expect(await parts()).toBe(1);
    await sql(`DELETE FROM "Company" WHERE "id" = 'gone'`);
    expect([await parts(), await sql(`SELECT 1 FROM "Job"`)]).toEqual([0, []]);
  });

  it("can be aborted while it waits and while it runs, and leaves nothing", async () => {
    const bolt = companies.as("bolt");
    const waiting = await ask(bolt, LONG_AGO);
    expect((await abort(bolt, waiting)).export).toMatchObject({ state: "aborted", hasFile: false });

    const id = await ask(bolt, LONG_AGO);
    const { running } = await withHeld(companies.database.owner, async (held) => {
      // Somebody else is about to write its first piece.
      await held.query(
        `INSERT INTO "FilePart" ("fileId", "index", "bytes") SELECT "targetId", 0, 'x' FROM "Job" WHERE "id" = $1`,
        [id],
      );
      const running = runJobs(bolt);
      await vi.waitFor(async () => expect((await listed(bolt)).map(({ state }) => state)).toContain("running"));
      expect((await abort(bolt, id)).export).toMatchObject({ state: "running", aborting: true });
      return { running };
    });
    await running;
    expect((await listed(bolt)).map(({ state }) => state)).toEqual(["aborted", "aborted"]);
    expect(await parts()).toBe(0);
  });

  it("is one of five that a company may have there, whatever others have", async () => {
    const of = { kind: "sessions-export", targetType: "export", companyId: "bolt" };
    await companies.database.rows.jobs(5, () => of);
    await expect(ask(companies.as("bolt"))).rejects.toMatchObject({ code: "too_many_calls" });
    await ask(companies.as("acme"));
  });

  it("is in the audit when it is asked for and when it is fetched, without what was searched for", async () => {
    const acme = companies.as("acme", "AUDITOR");
    const id = await ask(acme, { search: "leave", language: "nl" });
    await runJobs(acme);
    await fetched(acme, id);
    const entries = await sql(
      `SELECT "companyId", "targetId", "details" FROM "SecurityAuditLog"
        WHERE "actorId" = 'acme-AUDITOR' AND "action" = 'company.sessions.export' ORDER BY "targetId" NULLS FIRST`,
    );
    expect(entries).toEqual([
      {
        companyId: "acme",
        targetId: null,
        details: { sessions: expect.any(Number), filters: ["language", "search"], jobId: id },
      },
      { companyId: "acme", targetId: id, details: null },
    ]);
  });
});
