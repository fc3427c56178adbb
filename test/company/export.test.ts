import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { parse } from "csv-parse/sync";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CallContext, callOperation } from "../../lib/api/operation.ts";
import { exportSessions } from "../../lib/company/sessions/exportSessions.ts";
import { listSessions } from "../../lib/company/sessions/listSessions.ts";
import { openLog } from "../../lib/observability/log.ts";
import { type Companies, openCompanies, readAll, SESSIONS } from "./support.ts";

const log = new PassThrough();
let companies: Companies;
beforeAll(async () => {
  companies = await openCompanies({ log: openLog({ level: "error", format: "json", destination: log }) });
});
afterAll(() => companies?.close());

type Row = Record<string, string>;
async function download(ctx: CallContext, filter: object): Promise<Row[]> {
  const { content } = await callOperation(ctx, exportSessions, filter);
  return parse(await text(content), { columns: true, bom: true });
}
const audited = async () => {
  const { rows } = await companies.database.pool.query(
    `SELECT "actorId", "action", "outcome", "companyId", "ipAddress", "details" FROM "SecurityAuditLog" ORDER BY "createdAt", "id"`,
  );
  return rows;
};

describe("the export", () => {
  it("has the own company's sessions that the filter finds, as the list has them", async () => {
    const listed = await readAll(companies.as("acme"), listSessions, { sentiment: "NEGATIVE", escalated: true });
    const rows = await download(companies.as("acme"), { sentiment: "NEGATIVE", escalated: true });
    expect(listed.length).toBeGreaterThan(3);
    expect(rows.map(({ questions, topics, ...row }) => row)).toEqual(
      listed.map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, String(value ?? "")]))),
    );
    expect(Object.keys(rows[0] ?? {}).slice(0, 2)).toEqual(["externalSessionId", "id"]);
    expect(rows[0]?.externalSessionId).toMatch(/^Chat\/\d+%$/);
    expect(rows[0]?.questions).toMatch(/^How does thing \d+ work\?\nHow does thing \d+ work\?$/);
    expect((await download(companies.as("bolt"), {})).length).toBe(SESSIONS);
  });

  it("is named by its day and says that it is UTF-8, to Excel as well", async () => {
    const answer = await callOperation(companies.as("acme"), exportSessions, {});
    expect(answer).toMatchObject({ type: "text/csv; charset=utf-8", fileName: "sessions-2026-11-24.csv" });
    const bytes = new Uint8Array(await new Response(answer.content).arrayBuffer());
    expect([...bytes.slice(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
    expect(new TextDecoder().decode(bytes)).toContain("über 100% Urlaub");
  });

  it.each([
    ["their company is suspended", `UPDATE "Company" SET "status" = 'SUSPENDED' WHERE "id" = 'bolt'`],
    ["they are disabled", `UPDATE "User" SET "disabledAt" = now() WHERE "companyId" = 'bolt'`],
    ["their role may not export", `UPDATE "User" SET "role" = 'USER' WHERE "id" = 'bolt-ADMIN'`],
    ["their session is gone", `DELETE FROM "UserSession" WHERE "id" LIKE '%bolt-ADMIN'`],
  ])("that runs when %s ends with the page that it is at", async (_, change) => {
    const { content } = await callOperation(companies.as("bolt"), exportSessions, {});
    try {
      await companies.database.pool.query(change);
      await expect(text(content)).rejects.toMatchObject({ code: "unauthenticated" });
    } finally {
      await companies.database.pool.query(
        `UPDATE "Company" SET "status" = 'ACTIVE'; UPDATE "User" SET "disabledAt" = NULL;
         UPDATE "User" SET "role" = 'ADMIN' WHERE "id" = 'bolt-ADMIN';
         INSERT INTO "UserSession" ("id", "token", "userId", "expiresAt")
           VALUES ('session of bolt-ADMIN', 'again', 'bolt-ADMIN', '2026-11-25') ON CONFLICT DO NOTHING`,
      );
    }
  });

  it("defuses what a spreadsheet would run, and keeps what breaks lines and quotes", async () => {
    const hostile = [
      "=1+1",
      "+49 30",
      "-2",
      "@SUM(A1)",
      "\t=1",
      "\r=1",
      " =1",
      'He said "no", twice,\nand left',
      "a=b",
    ];
    await companies.database.rows.sessions(
      hostile.map((initialMsg, index) => ({
        id: `hostile${index}`,
        startTime: "2025-01-01T00:00:00Z",
        country: "=x",
        initialMsg,
      })),
    );
    const rows = await download(companies.as("acme"), { to: "2025-01-31" });
    const messages = rows.toSorted((a, b) => ((a.id ?? "") < (b.id ?? "") ? -1 : 1)).map((row) => row.initialMsg);
    const defused = ["'=1+1", "'+49 30", "'-2", "'@SUM(A1)", "'\t'=1", "'\r'=1", "' =1"];
    expect(messages).toEqual([...defused, ...hostile.slice(defused.length)]);
    expect(rows.every(({ country }) => country === "'=x")).toBe(true);
  });

  it("reads page by page, with none lost, and no more than somebody takes", async () => {
    await companies.database.rows.sessions(5_300, (n) => ({
      id: `many${n}`,
      companyId: "bolt",
      startTime: new Date(Date.UTC(2024, 4, 1, 0, Math.floor(n / 7))),
    }));
    const rows = await download(companies.as("bolt"), { to: "2024-12-31" });
    expect(new Set(rows.map(({ id }) => id)).size).toBe(5300);
    expect(rows.length).toBe(5300);
    let reads = 0;
    const count = () => {
      reads += 1;
    };
    companies.database.pool.on("acquire", count);
    const { content } = await callOperation(companies.as("bolt"), exportSessions, { to: "2024-12-31" });
    const reader = content.getReader();
    await reader.read();
    await reader.read();
    await reader.cancel();
    companies.database.pool.off("acquire", count);
    // Of six pages: besides the count and the audit, what was read and what was made ready.
    expect(reads).toBeLessThan(6);
  });

  it("is in the audit before its first line leaves, without what was searched for", async () => {
    const before = (await audited()).length;
    const answer = await callOperation(companies.as("acme"), exportSessions, { language: "nl", search: "leave" });
    expect((await audited()).slice(before)).toEqual([
      {
        actorId: "acme-ADMIN",
        action: "company.sessions.export",
        outcome: "done",
        companyId: "acme",
        ipAddress: "192.0.2.7",
        details: { sessions: 60, filters: ["language", "search"] },
      },
    ]);
    await answer.content.cancel();
  });

  it("is refused to who may only read, and the refusal is in the audit", async () => {
    const before = (await audited()).length;
    const call = callOperation(companies.as("acme", "USER"), exportSessions, {});
    await expect(call).rejects.toMatchObject({
      code: "forbidden",
      message: expect.stringContaining("company.sessions.export"),
    });
    expect((await audited()).slice(before)).toMatchObject([{ actorId: "acme-USER", outcome: "denied" }]);
    expect((await download(companies.as("acme", "AUDITOR"), {})).length).toBeGreaterThan(0);
  });

  it("breaks off when it fails on the way, and the log says so", async () => {
    const { content } = await callOperation(companies.as("bolt"), exportSessions, { to: "2024-12-31" });
    await companies.database.owner.query(`ALTER TABLE "SessionQuestion" RENAME TO "Gone"`);
    try {
      await expect(text(content)).rejects.toThrow(/SessionQuestion/);
    } finally {
      await companies.database.owner.query(`ALTER TABLE "Gone" RENAME TO "SessionQuestion"`);
    }
    expect(String(log.read())).toContain("company.export_failed");
  });
});
