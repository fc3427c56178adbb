import { describe, expect, it } from "vitest";
import { listCompanies } from "../../lib/admin/companies/listCompanies.ts";
import { readCompany } from "../../lib/admin/companies/readCompany.ts";
import { updateCompany } from "../../lib/admin/companies/updateCompany.ts";
import { listRequests } from "../../lib/admin/requests/listRequests.ts";
import { callOperation } from "../../lib/api/operation.ts";
import { actingAs } from "../support/acting.ts";
import { addUser, PASSWORD } from "../support/people.ts";
import type { Visitor } from "../support/visitor.ts";
import { audited, console_, READER, startForSignIn, visit, visitSignedIn } from "./signingIn.ts";

const ME = "/api/company/me";
const EXPORT = "/api/company/sessions/export";
const WRONG = { code: "INVALID_EMAIL_OR_PASSWORD", message: "Invalid email or password" };

startForSignIn();

const setStatus = (status: string) => console_.sql(`UPDATE "Company" SET "status" = $1::"CompanyStatus"`, [status]);
const codeAt = async (visitor: Visitor, path: string) => (await visitor.call(path)).status;

async function signedInReader(): Promise<Visitor> {
  await setStatus("ACTIVE");
  await addUser(console_.ctx, { ...READER, role: "AUDITOR" });
  return visitSignedIn("company", READER.email);
}

describe.each([
  ["SUSPENDED", "Your company's access is suspended. Ask the operator of this LiveDash to restore it."],
  ["ARCHIVED", "Your company's access has ended. Ask the operator of this LiveDash if you still need it."],
])("a company that is %s", (status, sentence) => {
  it("signs nobody in, and says why to those alone who know the password", async () => {
    await addUser(console_.ctx, READER);
    await setStatus(status);
    const attempt = (email: string, password: string) => visit("company").signIn("/sign-in/email", { email, password });
    const refused = await attempt(READER.email, PASSWORD);
    expect(refused).toMatchObject({ status: 401, body: { code: "COMPANY_SUSPENDED", message: sentence } });
    expect(refused.headers.getSetCookie()).toEqual([]);
    expect((await attempt(READER.email, "not the password")).body).toEqual(WRONG);
    expect((await attempt("nobody@example.com", PASSWORD)).body).toEqual(WRONG);
    expect(await audited(3)).toEqual([
      "sign_in.password failed anonymous nobody@example.com",
      "sign_in.password failed anonymous rita@example.com",
      "sign_in.password denied anonymous rita@example.com",
    ]);
  });

  it("has no session that goes on, also after it is served again, and no download", async () => {
    const visitor = await signedInReader();
    expect([await codeAt(visitor, ME), await codeAt(visitor, EXPORT)]).toEqual([200, 200]);
    await setStatus(status);
    expect([await codeAt(visitor, EXPORT), await codeAt(visitor, ME)]).toEqual([401, 401]);
    await setStatus("ACTIVE");
    expect(await codeAt(visitor, ME)).toBe(401);
  });

  it("is signed out at once when an operator says so, which is recorded", async () => {
    await signedInReader();
    const boss = actingAs(console_.database.pool, "ADMIN");
    await callOperation(boss, updateCompany, { id: "acme", status });
    const { rows } = await console_.database.pool.query(
      `SELECT (SELECT count(*)::int FROM "UserSession") AS "sessions", "details" FROM "SecurityAuditLog"
        WHERE "action" = 'companies.update' ORDER BY "createdAt" DESC, "id" DESC LIMIT 1`,
    );
    expect(rows).toEqual([{ sessions: 0, details: { fields: ["status"], sessionsEnded: 1 } }]);
  });

  it("is still seen by operators", async () => {
    await console_.database.rows.request({ companyId: "acme" });
    await setStatus(status);
    const support = actingAs(console_.database.pool, "SUPPORT");
    expect((await callOperation(support, readCompany, { id: "acme" })).company.status).toBe(status);
    expect((await callOperation(support, listCompanies, {})).companies.map(({ id }) => id)).toContain("acme");
    const { requests } = await callOperation(support, listRequests, { status: "pending_batching", companyId: "acme" });
    expect(requests.length).toBeGreaterThan(0);
  });
});

it.each(["ACTIVE", "TRIAL"])("a company that is %s is let in", async (status) => {
  await addUser(console_.ctx, READER);
  await setStatus(status);
  const visitor = await visitSignedIn("company", READER.email);
  expect(await codeAt(visitor, ME)).toBe(200);
});
