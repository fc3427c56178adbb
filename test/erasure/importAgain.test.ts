import { afterAll, beforeAll, expect, it } from "vitest";
import { readmitSessions } from "../../lib/admin/erasure/readmitSessions.ts";
import { callOperation } from "../../lib/api/operation.ts";
import { importCsv } from "../../lib/import/importCsv.ts";
import { type Bench, csv, csvRow, openBench } from "../import/support.ts";
import { callerOf } from "../support/caller.ts";
import { consoleContext } from "../support/consoleContext.ts";
import { silentLog } from "../web/support.ts";
import { erase, reason, whereIs } from "./support.ts";

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.close());

const console_ = () => consoleContext(bench.pool, silentLog());
const namesOf = async (companyId: string) => {
  const sql = `SELECT "externalSessionId" AS "name" FROM "Session" WHERE "companyId" = $1 ORDER BY 1`;
  return (await bench.pool.query<{ name: string }>(sql, [companyId])).rows.map(({ name }) => name);
};
async function importText(companyId: string, text: string) {
  const file = await bench.writeFile("sessions.csv", text);
  return importCsv(bench.ctx, { companyId, source: { kind: "file", path: file } });
}

it("leaves erased sessions out of every later import, says so, and lets them in again when told to", async () => {
  const [acme, bolt] = [await bench.newCompany(), await bench.newCompany()];
  const file = csv({ id: "first" }, { id: "second" }, { id: "third" });
  for (const company of [acme, bolt]) await importText(company, file);
  await erase(console_(), { companyId: acme, sessions: ["first", "third"] });
  const again = await importText(acme, csv({ id: "first", message: "changed" }, { id: "second" }, { id: "third" }));
  expect(again).toMatchObject({ rows: 3, imported: 0, updated: 0, unchanged: 3, bad: 0 });
  expect(again.warnings).toMatchObject([{ code: "session_erased", count: 2, examples: ["line 1", "line 3"] }]);
  expect(await namesOf(acme)).toEqual(["second"]);
  // The other company's are its own.
  expect(await namesOf(bolt)).toEqual(["first", "second", "third"]);

  const sessions = ["first", "second"];
  const readmitted = await callOperation(callerOf(console_(), "ADMIN"), readmitSessions, {
    companyId: acme,
    sessions,
    reason,
  });
  expect(readmitted).toEqual({ readmitted: 1 });
  expect(await importText(acme, file)).toMatchObject({ imported: 1 });
  expect(await namesOf(acme)).toEqual(["first", "second"]);
});

it("erases rows of theirs that could not be read, and keeps none that come later", async () => {
  const company = await bench.newCompany();
  const secret = "Secret51c2";
  const broken = (id: string) => csvRow({ id, start: "31.02.2024 10:00:00", message: `${secret} ${id}` });
  const text = [csvRow({ id: "good" }), broken("good"), broken("other"), `"good","${secret} good`].join("\n");
  await importText(company, text);
  const { job } = await erase(console_(), { companyId: company, sessions: ["good"] });
  expect(job?.outcome).toMatchObject({ erased: 1, badRows: 2 });
  expect(await whereIs(bench.ctx, `${secret} good`)).toEqual([]);
  expect(await whereIs(bench.ctx, `${secret} other`)).toEqual(["ImportBadRow.raw"]);
  expect(await importText(company, [csvRow({ id: "new" }), broken("good")].join("\n"))).toMatchObject({ bad: 1 });
  expect(await whereIs(bench.ctx, `${secret} good`)).toEqual([]);
  await erase(console_(), { companyId: company, all: true });
  expect(await whereIs(bench.ctx, secret)).toEqual([]);
});

it("refuses to let sessions in again of a company that is not there", async () => {
  const asked = { companyId: "nobody", sessions: ["first"], reason };
  await expect(callOperation(callerOf(console_(), "ADMIN"), readmitSessions, asked)).rejects.toMatchObject({
    code: "not_found",
    message: expect.stringContaining("company"),
  });
  expect(
    (
      await bench.pool.query(
        `SELECT 1 FROM "SecurityAuditLog" WHERE "action" = 'sessions.readmit' AND "companyId" = 'nobody'`,
      )
    ).rows,
  ).toEqual([]);
});
