import { text } from "node:stream/consumers";
import { parse } from "csv-parse/sync";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CallContext, callOperation } from "../../lib/api/operation.ts";
import { exportFigures } from "../../lib/company/figures/exportFigures.ts";
import { readFigures } from "../../lib/company/figures/readFigures.ts";
import { type Companies, openCompanies } from "./support.ts";

let companies: Companies;
beforeAll(async () => {
  companies = await openCompanies();
});
afterAll(() => companies?.close());

const PERIOD = { from: "2026-11-02", to: "2026-11-15", bucket: "week" } as const;
type Row = Record<"from" | "to" | "figure" | "value" | "sessions" | "sessionsBefore", string>;
async function download(ctx: CallContext, input: object): Promise<Row[]> {
  return parse(await text((await callOperation(ctx, exportFigures, input)).content), { columns: true, bom: true });
}

describe("the export of figures", () => {
  it("has every figure of every part, beside that of the period before, and adds up to the totals", async () => {
    const rows = await download(companies.as("acme", "USER"), PERIOD);
    const { totals, previous, overTime, questions } = await callOperation(companies.as("acme"), readFigures, PERIOD);
    const sum = (figure: string, value = "", column: "sessions" | "sessionsBefore" = "sessions") =>
      rows
        .filter((row) => row.figure === figure && row.value === value)
        .reduce((all, row) => all + Number(row[column]), 0);
    expect(sum("sessions")).toBe(totals.sessions);
    expect(sum("sessions", "", "sessionsBefore")).toBe(previous.totals.sessions);
    expect(sum("empty")).toBe(totals.empty);
    expect(sum("sentiment", "NEGATIVE")).toBe(totals.sentiments.NEGATIVE);
    expect(sum("category", "ONBOARDING", "sessionsBefore")).toBe(previous.totals.categories.ONBOARDING);
    expect(sum("country", "NL")).toBe(totals.countries.NL);
    expect(sum("hour", "13")).toBe(totals.hours["13"]);
    expect(sum("responseTime", "1_to_5min")).toBe(totals.responseTimes["1_to_5min"]);
    for (const { content, sessions, sessionsBefore } of questions) {
      expect([sum("question", content), sum("question", content, "sessionsBefore")]).toEqual([
        sessions,
        sessionsBefore,
      ]);
    }
    expect(rows.find(({ figure, from }) => figure === "analysed" && from === "2026-11-09")).toEqual({
      ...{ from: "2026-11-09", to: "2026-11-15", figure: "analysed", value: "" },
      ...{ sessions: String(overTime[1]?.analysed), sessionsBefore: String(previous.overTime[1]?.analysed) },
    });
    expect(rows.every(({ sessions, sessionsBefore }) => Number(sessions) + Number(sessionsBefore) > 0)).toBe(true);
  });

  it("defuses what a spreadsheet would run", async () => {
    const { rows } = companies.database;
    await rows.session({ id: "hostile", startTime: "2025-01-01T12:00:00Z", country: "=1+1", analysedAt: new Date() });
    await rows.question({ id: "hostile", companyId: "acme", content: "=cmd|' /C calc'!A0" });
    await rows.sessionQuestion({ sessionId: "hostile", questionId: "hostile" });
    const found = await download(companies.as("acme"), { from: "2025-01-01", to: "2025-01-01" });
    const cellOf = (name: string) => found.find(({ figure }) => figure === name)?.value;
    expect([cellOf("country"), cellOf("question")]).toEqual(["'=1+1", "'=cmd|' /C calc'!A0"]);
  });

  it("is named by its days, has nothing of another company, and is in the audit without what was searched for", async () => {
    const answer = await callOperation(companies.as("bolt"), exportFigures, { ...PERIOD, search: "acme" });
    expect(answer).toMatchObject({ type: "text/csv; charset=utf-8", fileName: "figures-2026-11-02-to-2026-11-15.csv" });
    expect((await text(answer.content)).trim().split("\r\n").length).toBe(1);
    const { rows } = await companies.database.pool.query(
      `SELECT "actorId", "outcome", "companyId", "details" FROM "SecurityAuditLog"
        WHERE "action" = 'company.figures.export' AND "actorId" = 'bolt-ADMIN'`,
    );
    const details = { from: PERIOD.from, to: PERIOD.to, filters: ["from", "to", "search", "bucket"] };
    expect(rows).toMatchObject([{ outcome: "done", companyId: "bolt" }]);
    expect(rows[0].details.filters.toSorted()).toEqual(details.filters.toSorted());
    expect(JSON.stringify(rows)).not.toContain("acme");
  });
});
