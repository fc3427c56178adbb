import { verifyPassword } from "better-auth/crypto";
import { describe, expect, it } from "vitest";
import { type CallContext, callOperation, type Operation } from "../../lib/api/operation.ts";
import { ALL_PERMISSIONS } from "../../lib/auth/permissions.ts";
import { readCompanySecurity, updateCompanySecurity } from "../../lib/company/users/companySecurity.ts";
import { createCompanyUser } from "../../lib/company/users/createCompanyUser.ts";
import { listCompanyUsers } from "../../lib/company/users/listCompanyUsers.ts";
import { resetCompanyUserPassword, resetCompanyUserTwoFactor } from "../../lib/company/users/resetCompanyUser.ts";
import { updateCompanyUser } from "../../lib/company/users/updateCompanyUser.ts";
import { auditOf } from "../support/audit.ts";
import { callerOf } from "../support/caller.ts";
import { pagesOf } from "../support/pages.ts";
import { refusal } from "../support/refusal.ts";
import { as, ctx, database, emailOf, NOW, sql, startWithPeople, wantedMails, withMail } from "./people.ts";

startWithPeople();

const list = (caller: CallContext, input: object = {}) => callOperation(caller, listCompanyUsers, input);
const create = (caller: CallContext, input: object) =>
  callOperation(caller, createCompanyUser, { role: "USER", ...input });
const secure = (caller: CallContext, twoFactorRequired: boolean) =>
  callOperation(caller, updateCompanySecurity, { twoFactorRequired });
const emails = async () => (await sql(`SELECT "email" FROM "User" ORDER BY 1`)).map(({ email }) => email);
const everybody = ["abel", "anna", "bert", "otto", "uma"].map(emailOf);

describe("listing a company's users", () => {
  it("shows each of them once, by email address, and nobody else's", async () => {
    const seen: string[] = [];
    for await (const { users } of pagesOf((at) => list(as("anna"), { limit: 3, ...at }))) {
      seen.push(...users.map(({ id }) => id));
    }
    expect(seen).toEqual(["abel", "anna", "otto", "uma"]);
    expect((await list(as("bert"))).users.map(({ id }) => id)).toEqual(["bert"]);
  });

  it("says of each who they are, what they may do and whether they are signed in, and not whose they are", async () => {
    await database.rows.userSession({ userId: "uma", expiresAt: new Date("2100-01-01"), updatedAt: NOW });
    await database.rows.userSession({ userId: "uma", expiresAt: new Date("2000-01-01") });
    const { users } = await list(as("anna"), { search: "UMA@" });
    expect(users).toEqual([
      {
        id: "uma",
        email: "uma@example.com",
        name: "uma",
        role: "USER",
        twoFactorEnabled: false,
        mustChangePassword: false,
        disabledAt: null,
        createdAt: expect.any(String),
        sessions: 1,
        lastSeenAt: NOW.toISOString(),
      },
    ]);
  });

  it("is narrowed by role, state and part of a name or address", async () => {
    await sql(`UPDATE "User" SET "disabledAt" = $1 WHERE "id" = 'otto'`, [NOW]);
    const found = async (filter: object) => (await list(as("anna"), filter)).users.map(({ id }) => id);
    expect(await found({ role: "ADMIN" })).toEqual(["abel", "anna"]);
    expect(await found({ disabled: "true" })).toEqual(["otto"]);
    expect(await found({ disabled: "false", search: "a" })).toEqual(["abel", "anna", "uma"]);
    // Of the other company's Bert, too.
    expect(await found({ search: "be" })).toEqual(["abel"]);
  });

  it("takes neither another company nor a page of another company's list", async () => {
    const { nextCursor: cursor } = await list(as("anna"), { limit: 1 });
    await expect(list(as("bert"), { limit: 1, cursor })).rejects.toEqual(refusal("invalid_cursor"));
    for (const input of [{ companyId: "bolt" }, { realm: "platform" }, { role: "SUPPORT" }]) {
      await expect(list(as("anna"), input)).rejects.toEqual(refusal("invalid_input"));
    }
  });
});

describe("creating a user of one's company", () => {
  it("answers a one-time password, keeps what proves it alone, and is recorded", async () => {
    const { user, oneTimePassword } = await create(as("anna"), { email: "Nina@Example.com", role: "AUDITOR" });
    expect(user).toMatchObject({ email: "nina@example.com", role: "AUDITOR", mustChangePassword: true, sessions: 0 });
    expect(await sql(`SELECT "companyId" FROM "User" WHERE "id" = $1`, [user.id])).toEqual([{ companyId: "acme" }]);
    const [account] = await sql(`SELECT * FROM "UserAccount" WHERE "userId" = $1`, [user.id]);
    expect(await verifyPassword({ hash: account.password, password: oneTimePassword ?? "" })).toBe(true);
    const records = await auditOf(database.owner, "company_user", user.id);
    expect(records).toEqual([
      { action: "users.create", outcome: "done", actorId: "anna", companyId: "acme", details: { role: "AUDITOR" } },
    ]);
    expect(JSON.stringify([account, records])).not.toContain(oneTimePassword);
    expect(await wantedMails()).toEqual([]);
  });

  it("calls them by their name, or else by their address", async () => {
    const named = await create(as("anna"), { email: "nina@example.com", name: " Nina " });
    const unnamed = await create(as("anna"), { email: "noah@example.com" });
    expect([named.user.name, unnamed.user.name]).toEqual(["Nina", "noah@example.com"]);
  });

  it("has a link sent to them in place of a password, where that is wanted", async () => {
    const made = await create(withMail(as("anna")), { email: "Nina@example.com", byMail: true });
    expect(made).toMatchObject({
      oneTimePassword: null,
      user: { email: "nina@example.com", mustChangePassword: true },
    });
    expect(await wantedMails()).toEqual([{ kind: "invitation", realm: "company", email: "nina@example.com" }]);
    expect(await auditOf(database.owner, "company_user", made.user.id)).toMatchObject([{ action: "users.create" }]);
  });

  it("makes nobody where no mail can be sent", async () => {
    const made = create(as("anna"), { email: "nina@example.com", byMail: true });
    await expect(made).rejects.toEqual(refusal("conflict", "LiveDash is not set up to send email"));
    expect([await emails(), await wantedMails()]).toEqual([everybody, []]);
  });

  it("says that their company has the address already, and changes nobody", async () => {
    const again = create(withMail(as("anna")), { email: "UMA@example.com", role: "ADMIN", byMail: true });
    await expect(again).rejects.toEqual(refusal("conflict", "uma@example.com already exists"));
    expect((await list(as("anna"), { search: "uma" })).users).toMatchObject([{ role: "USER", name: "uma" }]);
    expect([await emails(), await wantedMails()]).toEqual([everybody, []]);
  });

  it.each([
    { email: "not an address" },
    { email: "nina@example.com", role: "SUPER_ADMIN" },
    { email: "nina@example.com", companyId: "bolt" },
    { email: "nina@example.com", name: "Ni\nna" },
  ])("refuses %o", async (input) => {
    await expect(create(as("anna"), input)).rejects.toEqual(refusal("invalid_input"));
    expect(await emails()).toEqual(everybody);
  });

  it("is refused five times a day for addresses of other companies, and then for every address", async () => {
    const others = ["one", "two", "three", "off"].map((id) => ({ id, email: emailOf(id), companyId: "acme" }));
    await database.rows.users(others);
    await sql(`UPDATE "User" SET "disabledAt" = $1 WHERE "id" = 'off'`, [NOW]);
    for (const id of ["ANNA", ...others.map(({ id }) => id)]) {
      await expect(create(as("bert"), { email: emailOf(id) })).rejects.toEqual(
        refusal("conflict", "This email address cannot be added to your company."),
      );
    }
    const denied = `SELECT "actorId", "targetId", "details" FROM "SecurityAuditLog"
                     WHERE "action" = 'users.create' AND "outcome" = 'denied' AND "companyId" = 'bolt'`;
    const details = { reason: "address_in_use_elsewhere" };
    expect(await sql(denied)).toEqual(Array(5).fill({ actorId: "bert", targetId: null, details }));

    for (const id of ["uma", "nobody"]) {
      await expect(create(as("bert"), { email: emailOf(id) })).rejects.toMatchObject({
        code: "too_many_calls",
        retryAfter: 86_400,
      });
    }
    expect((await create(as("anna"), { email: emailOf("nina") })).user.email).toBe(emailOf("nina"));
    const dayLater = { ...ctx.clock, now: () => new Date(NOW.getTime() + 86_400_001) };
    const made = await create({ ...as("bert"), clock: dayLater }, { email: emailOf("nobody") });
    expect(made.user.email).toBe(emailOf("nobody"));
  });
});

describe("the second factor that a company requires", () => {
  it("comes with how many enabled users have none, and is for the one company alone", async () => {
    await sql(`UPDATE "User" SET "twoFactorEnabled" = true WHERE "id" = 'anna'`);
    await sql(`UPDATE "User" SET "disabledAt" = $1 WHERE "id" = 'otto'`, [NOW]);
    const read = (name: "anna" | "bert") => callOperation(as(name), readCompanySecurity, {});
    expect(await read("anna")).toEqual({ twoFactorRequired: false, usersWithout: 2 });
    expect(await secure(as("anna"), true)).toEqual({ twoFactorRequired: true, usersWithout: 2 });
    expect(await read("anna")).toEqual({ twoFactorRequired: true, usersWithout: 2 });
    expect(await read("bert")).toEqual({ twoFactorRequired: false, usersWithout: 1 });
    expect(await secure(as("anna"), false)).toMatchObject({ twoFactorRequired: false });
    const record = { action: "companies.require_two_factor", outcome: "done", actorId: "anna", companyId: "acme" };
    expect(await auditOf(database.owner, "company", "acme")).toEqual(
      expect.arrayContaining([true, false].map((twoFactorRequired) => ({ ...record, details: { twoFactorRequired } }))),
    );
  });

  it("is neither read nor set, and nothing recorded, where the company is gone", async () => {
    await sql(`DELETE FROM "Company" WHERE "id" = 'bolt'`);
    for (const call of [() => callOperation(as("bert"), readCompanySecurity, {}), () => secure(as("bert"), true)]) {
      await expect(call()).rejects.toEqual(refusal("not_found", "This company does not exist."));
    }
    expect(await auditOf(database.owner, "company", "bolt")).toEqual([]);
  });
});

describe("managing a company's users", () => {
  type Call = { operation: Operation; input: object };
  const reads: Call[] = [
    { operation: listCompanyUsers, input: {} },
    { operation: readCompanySecurity, input: {} },
  ];
  const changes: Call[] = [
    { operation: createCompanyUser, input: { email: "nina@example.com", role: "USER" } },
    { operation: updateCompanyUser, input: { id: "abel", disabled: true } },
    { operation: resetCompanyUserPassword, input: { id: "abel" } },
    { operation: resetCompanyUserTwoFactor, input: { id: "abel" } },
    { operation: updateCompanySecurity, input: { twoFactorRequired: true } },
  ];
  const state = () =>
    sql(`SELECT u, c."twoFactorRequired" FROM "User" u JOIN "Company" c ON c."id" = u."companyId" ORDER BY u."id"`);

  it.each(["uma", "otto"] as const)("is not for %s, who is no admin, and the attempt is recorded", async (name) => {
    const before = await state();
    for (const { operation, input } of [...reads, ...changes]) {
      await expect(callOperation(as(name), operation, input)).rejects.toEqual(refusal("forbidden", "company.users."));
    }
    expect(await state()).toEqual(before);
    const denied = await sql(
      `SELECT "action" FROM "SecurityAuditLog" WHERE "actorId" = $1 AND "outcome" = 'denied' ORDER BY 1`,
      [name],
    );
    expect(denied.map(({ action }) => action)).toEqual(
      [...reads, ...changes].map(({ operation }) => operation.name).sort(),
    );
  });

  it("is not for operators or the command line, who have no company", async () => {
    const command = { kind: "command", id: "root", name: "root", permissions: ALL_PERMISSIONS } as const;
    for (const caller of [callerOf(ctx, "SUPER_ADMIN"), { ...as("anna"), actor: command }]) {
      for (const { operation, input } of [...reads, ...changes]) {
        await expect(callOperation(caller, operation, input)).rejects.toEqual(refusal("forbidden"));
      }
    }
  });

  it("takes an admin who has just confirmed that it is them, but to look", async () => {
    const before = await state();
    const anna = as("anna", { confirmed: false });
    for (const { operation, input } of changes) {
      await expect(callOperation(anna, operation, input)).rejects.toEqual(refusal("second_factor_needed"));
    }
    expect(await state()).toEqual(before);
    expect((await list(anna)).users).toHaveLength(4);
  });
});
