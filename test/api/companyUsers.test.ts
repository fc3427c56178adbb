import { beforeEach, describe, expect, it } from "vitest";
import type { CompanyRole } from "../../lib/db/enums.ts";
import { addUser, PASSWORD } from "../support/people.ts";
import { codeOf, type Visitor } from "../support/visitor.ts";
import { audited, console_, READER, SUPPORT, startForSignIn, visit, visitSignedIn } from "./signingIn.ts";

startForSignIn();

const USERS = "/api/company/users";
const SECURITY = "/api/company/security";
const idOf: Record<string, string> = {};

beforeEach(async () => {
  await console_.database.rows.company({ id: "bolt", name: "Bolt" }).catch(() => {});
  await console_.sql(`UPDATE "Company" SET "twoFactorRequired" = false`);
  for (const [name, role, companyId] of [
    ["anna", "ADMIN", "acme"],
    ["abel", "ADMIN", "acme"],
    ["uma", "USER", "acme"],
    ["otto", "AUDITOR", "acme"],
    ["bert", "ADMIN", "bolt"],
  ] as const) {
    idOf[name] = await addUser(console_.ctx, { ...READER, email: `${name}@example.com`, name, role, companyId });
  }
});

/** Somebody of a company who has just confirmed that it is them. */
async function visitAs(name: string): Promise<Visitor> {
  const visitor = await visitSignedIn("company", `${name}@example.com`);
  await console_.sql(`UPDATE "UserSession" SET "confirmedAt" = now()`);
  return visitor;
}
const patch = (visitor: Visitor, name: string, body: object) =>
  visitor.call(`${USERS}/${idOf[name]}`, { method: "PATCH", body });
const create = (visitor: Visitor, email: string, role: CompanyRole = "USER") =>
  visitor.call(USERS, { body: { email, role } });
const records = async () => {
  const { rows } = await console_.database.pool.query(
    `SELECT concat_ws(' ', "action", "outcome", "actorName", "companyId") AS "line" FROM "SecurityAuditLog"
      WHERE "action" NOT LIKE 'sign_in.%' ORDER BY "createdAt" DESC, "id" DESC LIMIT 4`,
  );
  return rows.map(({ line }) => line);
};

describe("a company's admin", () => {
  it("sees the company's own users, and nobody else's", async () => {
    const { status, body } = await (await visitAs("anna")).call(USERS);
    expect(status).toBe(200);
    expect(body.users.map(({ email }: { email: string }) => email)).toEqual(
      ["abel", "anna", "otto", "uma"].map((name) => `${name}@example.com`),
    );
    expect(Object.keys(body.users[0])).not.toContain("companyId");
  });

  it("creates, changes, disables and resets them, and all of it is recorded", async () => {
    const anna = await visitAs("anna");
    const made = await create(anna, "New@Example.com", "AUDITOR");
    expect(made).toMatchObject({ status: 200, body: { user: { email: "new@example.com", role: "AUDITOR" } } });
    expect(await patch(anna, "uma", { role: "ADMIN", name: "Uma" })).toMatchObject({
      body: { user: { role: "ADMIN" } },
    });
    expect((await patch(anna, "otto", { disabled: true })).body.user.disabledAt).not.toBeNull();
    const reset = await anna.call(`${USERS}/${idOf.uma}/reset-password`, { body: {} });
    expect((await anna.call(`${USERS}/${idOf.uma}/reset-two-factor`, { body: {} })).status).toBe(200);
    expect(await records()).toEqual([
      "users.reset_two_factor done anna@example.com acme",
      "users.reset_password done anna@example.com acme",
      "users.update done anna@example.com acme",
      "users.update done anna@example.com acme",
    ]);
    const otto = await visit("company").signIn("/sign-in/email", { email: "otto@example.com", password: PASSWORD });
    expect(otto.status).toBe(401);
    for (const [email, password] of [
      ["new@example.com", made.body.oneTimePassword],
      ["uma@example.com", reset.body.oneTimePassword],
    ]) {
      const visitor = visit("company");
      expect((await visitor.signIn("/sign-in/email", { email, password })).status).toBe(200);
      expect(await visitor.call("/api/company/me")).toMatchObject({
        status: 403,
        body: { error: { code: "password_change_required" } },
      });
    }
  });

  it("finds nobody of another company, and gives no role of the platform", async () => {
    const anna = await visitAs("anna");
    expect((await patch(anna, "bert", { disabled: true })).status).toBe(404);
    for (const what of ["reset-password", "reset-two-factor"]) {
      expect((await anna.call(`${USERS}/${idOf.bert}/${what}`, { body: {} })).status).toBe(404);
    }
    expect((await anna.call(USERS, { body: { email: "x@example.com", role: "USER", companyId: "bolt" } })).status).toBe(
      400,
    );
    expect((await anna.call(USERS, { body: { email: "x@example.com", role: "SUPER_ADMIN" } })).status).toBe(400);
    const { rows } = await console_.database.pool.query(
      `SELECT "role", "disabledAt" FROM "User" WHERE "email" = 'bert@example.com'`,
    );
    expect(rows).toEqual([{ role: "ADMIN", disabledAt: null }]);
  });

  it("learns nothing of an address that another company has, and of five a day at most that it cannot be used", async () => {
    const others = ["anna", "off", "one", "two", "three"];
    for (const name of others.slice(1)) await addUser(console_.ctx, { ...READER, email: `${name}@example.com`, name });
    await console_.sql(`UPDATE "User" SET "disabledAt" = now() WHERE "email" = 'off@example.com'`);
    const bert = await visitAs("bert");
    const answers = new Set<string>();
    for (const name of others) {
      const { status, body } = await create(bert, `${name.toUpperCase()}@example.com`);
      answers.add(`${status} ${body.error.code} ${body.error.message}`);
    }
    expect([...answers]).toEqual([expect.stringMatching(/^409 conflict This email address cannot be added/)]);
    expect([...answers][0]).not.toMatch(/exist|example\.com|Acme/);
    expect(await records()).toEqual(Array(4).fill("users.create denied bert@example.com bolt"));

    // From now on, an address that nobody has is answered like one that somebody has.
    for (const email of ["anna@example.com", "nobody@example.com"])
      expect(await create(bert, email)).toMatchObject({ status: 429, body: { error: { code: "too_many_calls" } } });
  });

  it("is told of an address that their own company has, and not of one that an operator has", async () => {
    const anna = await visitAs("anna");
    expect(await create(anna, "uma@example.com")).toMatchObject({
      status: 409,
      body: { error: { message: expect.stringContaining("already exists") } },
    });
    expect((await create(anna, SUPPORT.email)).status).toBe(200);
  });

  it("changes neither their own role nor their own access, and two never take each other's at once", async () => {
    const [anna, abel] = [await visitAs("anna"), await visitAs("abel")];
    expect((await patch(anna, "anna", { role: "USER" })).status).toBe(409);
    expect((await anna.call(`${USERS}/${idOf.anna}/reset-two-factor`, { body: {} })).status).toBe(409);
    const replies = await Promise.all([patch(anna, "abel", { role: "USER" }), patch(abel, "anna", { disabled: true })]);
    const statuses = replies.map(({ status }) => status).sort();
    expect(statuses[0]).toBe(200);
    expect([401, 403, 409]).toContain(statuses[1]);
    const { rows } = await console_.database.pool.query(
      `SELECT count(*)::int AS "n" FROM "User" WHERE "companyId" = 'acme' AND "role" = 'ADMIN' AND "disabledAt" IS NULL`,
    );
    expect(rows).toEqual([{ n: 1 }]);
  });

  it("confirms who it is first", async () => {
    const anna = await visitSignedIn("company", "anna@example.com");
    expect(await create(anna, "a@example.com")).toMatchObject({
      status: 403,
      body: { error: { code: "second_factor_needed" } },
    });
    expect((await anna.signIn("/confirm-password", { password: PASSWORD })).status).toBe(200);
    expect((await create(anna, "a@example.com")).status).toBe(200);
  });
});

it.each(["uma", "otto"])("%s, who is no admin, neither sees nor changes users", async (name) => {
  const visitor = await visitAs(name);
  for (const reply of [
    await visitor.call(USERS),
    await create(visitor, "a@example.com"),
    await visitor.call(SECURITY),
  ]) {
    expect(reply).toMatchObject({ status: 403, body: { error: { code: "forbidden" } } });
  }
});

describe("a second factor that the company requires", () => {
  const require = (visitor: Visitor, twoFactorRequired: boolean) =>
    visitor.call(SECURITY, { method: "PATCH", body: { twoFactorRequired } });

  it("is set up by its users before anything else, in sessions that they have already, too", async () => {
    const [anna, uma, bert] = [await visitAs("anna"), await visitAs("uma"), await visitAs("bert")];
    expect(await require(anna, true)).toMatchObject({
      status: 200,
      body: { twoFactorRequired: true, usersWithout: 4 },
    });
    expect(await records()).toContain("companies.require_two_factor done anna@example.com acme");
    const asked = { status: 403, body: { error: { code: "two_factor_required" } } };
    for (const visitor of [anna, uma])
      expect(await visitor.call("/api/company/figures?from=2026-11-01&to=2026-11-02")).toMatchObject(asked);
    expect((await bert.call("/api/company/me")).status).toBe(200);

    const { totpURI } = (await uma.signIn("/two-factor/enable", { password: PASSWORD })).body;
    expect((await uma.signIn("/two-factor/verify-totp", { code: codeOf(totpURI) })).status).toBe(200);
    expect((await uma.call("/api/company/me")).status).toBe(200);
    expect(await audited(1)).toEqual(["sign_in.set_up_two_factor done company_user uma@example.com"]);
  });

  it("is no longer required once that is taken back", async () => {
    const anna = await visitAs("anna");
    const { totpURI } = (await anna.signIn("/two-factor/enable", { password: PASSWORD })).body;
    expect((await anna.signIn("/two-factor/verify-totp", { code: codeOf(totpURI) })).status).toBe(200);
    await console_.sql(`UPDATE "UserSession" SET "confirmedAt" = now()`);
    await require(anna, true);
    const uma = await visitAs("uma");
    expect((await uma.call("/api/company/me")).status).toBe(403);
    expect(await require(anna, false)).toMatchObject({
      status: 200,
      body: { twoFactorRequired: false, usersWithout: 3 },
    });
    expect((await uma.call("/api/company/me")).status).toBe(200);
  });
});
