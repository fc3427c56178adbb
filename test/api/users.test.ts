import { createHash } from "node:crypto";
import { verifyPassword } from "better-auth/crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createUser } from "../../lib/admin/users/createUser.ts";
import { listUsers } from "../../lib/admin/users/listUsers.ts";
import { resetPassword } from "../../lib/admin/users/resetPassword.ts";
import { resetTwoFactor } from "../../lib/admin/users/resetTwoFactor.ts";
import { revokeSessions } from "../../lib/admin/users/revokeSessions.ts";
import { updateUser } from "../../lib/admin/users/updateUser.ts";
import { type CallContext, callOperation } from "../../lib/api/operation.ts";
import { openPool } from "../../lib/db/pool.ts";
import { actingAs } from "../support/acting.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { pagesOf } from "../support/pages.ts";

let database: TestDatabase;
let boss: CallContext;
beforeAll(async () => {
  database = await createTestDatabase();
  boss = actingAs(database.pool, "SUPER_ADMIN");
  await database.rows.company({ id: "acme", name: "Acme" });
  await database.rows.company({ id: "other" });
});
afterAll(() => database.drop());
beforeEach(() => sql(`TRUNCATE "PlatformUser", "User", "SignInLock", "OutgoingMail" CASCADE`));

async function sql(text: string, values: unknown[] = []) {
  return (await database.owner.query(text, values)).rows;
}
const add = async (given: Parameters<typeof callOperation<typeof createUser.input, typeof createUser.output>>[2]) =>
  await callOperation(boss, createUser, given);
const addStaff = async (email: string, role: string) => (await add({ email, role })).user;
const storedPassword = async () => (await sql(`SELECT "password" FROM "PlatformAccount"`))[0].password;
/** The newest record: its action, outcome, target and details. */
const lastRecord = async () =>
  (
    await sql(
      `SELECT "action", "outcome", "targetType", "targetId", "details" FROM "SecurityAuditLog"
        ORDER BY "createdAt" DESC, "id" DESC LIMIT 1`,
    )
  )[0];
const countRecords = async () => (await sql(`SELECT count(*)::int AS "n" FROM "SecurityAuditLog"`))[0].n;
async function signInAs(userId: string, realm: "Platform" | "User" = "Platform") {
  const expiresAt = new Date(Date.now() + 3_600_000);
  await database.rows[realm === "User" ? "userSession" : "platformSession"]({ userId, expiresAt });
  const started = { identifier: "2fa-x", value: userId, expiresAt };
  await database.rows[realm === "User" ? "userVerification" : "platformVerification"](started);
}
const openings = async (realm: "Platform" | "User" = "Platform") =>
  (
    await sql(
      `SELECT (SELECT count(*) FROM "${realm}Session")::int + (SELECT count(*) FROM "${realm}Verification")::int AS "n"`,
    )
  )[0].n;

describe("making a user", () => {
  it("answers a one-time password, and keeps what proves it alone", async () => {
    const { user, oneTimePassword } = await add({ email: "Ada@Example.com", role: "ADMIN", name: "Ada" });
    expect(user).toMatchObject({
      realm: "platform",
      email: "ada@example.com",
      role: "ADMIN",
      mustChangePassword: true,
    });
    expect(oneTimePassword).toMatch(/^[a-zA-Z2-9]{20}$/);
    const hash = await storedPassword();
    expect(await verifyPassword({ hash, password: oneTimePassword ?? "" })).toBe(true);
    const record = await lastRecord();
    expect(record).toMatchObject({
      action: "users.create",
      outcome: "done",
      targetId: user.id,
      details: { role: "ADMIN" },
    });
    const listed = await callOperation(boss, listUsers, {});
    expect(JSON.stringify([record, listed])).not.toContain(hash);
    expect(JSON.stringify([record, listed])).not.toContain(oneTimePassword);
  });

  it("of a company needs one that exists", async () => {
    const { user } = await add({ realm: "company", email: "rita@example.com", role: "AUDITOR", companyId: "acme" });
    expect(user).toMatchObject({ realm: "company", companyId: "acme", companyName: "Acme", role: "AUDITOR" });
    const refused = add({ realm: "company", email: "x@example.com", role: "USER", companyId: "nowhere" });
    await expect(refused).rejects.toMatchObject({ code: "not_found" });
    expect(await sql(`SELECT "email" FROM "User"`)).toEqual([{ email: "rita@example.com" }]);
  });

  it("twice is refused, and leaves neither change nor record", async () => {
    await addStaff("ada@example.com", "SUPPORT");
    const before = await countRecords();
    await expect(addStaff("ADA@example.com", "ADMIN")).rejects.toMatchObject({ code: "conflict" });
    expect(await sql(`SELECT "role" FROM "PlatformUser"`)).toEqual([{ role: "SUPPORT" }]);
    expect(await countRecords()).toBe(before);
  });

  it.each([
    { email: "a@example.com", role: "USER" },
    { email: "a@example.com", role: "ADMIN", companyId: "acme" },
    { realm: "company", email: "a@example.com", role: "USER" },
    { realm: "company", email: "a@example.com", role: "SUPER_ADMIN", companyId: "acme" },
    { email: "not an address", role: "ADMIN" },
    { email: "a@example.com", role: "ADMIN", mustChangePassword: false },
  ])("refuses %o", async (given) => {
    await expect(callOperation(boss, createUser, given)).rejects.toMatchObject({ code: "invalid_input" });
  });
});

describe("nobody gives more than they have", () => {
  const clerk = () => actingAs(database.pool, "SUPER_ADMIN", { scopes: ["users.write", "users.read"] });

  it("nor takes over who has more, and the attempt is recorded", async () => {
    const ada = await addStaff("ada@example.com", "SUPER_ADMIN");
    const attempts = [
      () => callOperation(clerk(), createUser, { email: "evil@example.com", role: "SUPER_ADMIN" }),
      () => callOperation(clerk(), resetPassword, { id: ada.id }),
      () => callOperation(clerk(), resetTwoFactor, { id: ada.id }),
      () => callOperation(clerk(), updateUser, { id: ada.id, name: "Owned" }),
    ];
    for (const attempt of attempts) {
      await expect(attempt()).rejects.toMatchObject({ code: "forbidden" });
      expect(await lastRecord()).toMatchObject({ outcome: "denied", action: expect.stringMatching(/^users\./) });
    }
    expect(await sql(`SELECT "email", "name" FROM "PlatformUser"`)).toEqual([{ email: ada.email, name: ada.email }]);
  });

  it("nor in the other realm: who may not see what people wrote makes nobody who may, and takes over nobody who does", async () => {
    const given = { realm: "company", email: "rita@example.com", role: "USER", companyId: "acme" };
    const { user } = await add({ ...given, email: "omar@example.com" });
    const target = { id: user.id, realm: "company" };
    const attempts = [
      () => callOperation(clerk(), createUser, given),
      () => callOperation(clerk(), resetPassword, target),
      () => callOperation(clerk(), resetTwoFactor, target),
      () => callOperation(clerk(), updateUser, { ...target, role: "ADMIN" }),
      () => callOperation(clerk(), updateUser, { ...target, disabled: true }),
      () => callOperation(clerk(), revokeSessions, target),
    ];
    for (const attempt of attempts) {
      await expect(attempt()).rejects.toMatchObject({ code: "forbidden" });
      expect(await lastRecord()).toMatchObject({ outcome: "denied", action: expect.stringMatching(/^users\./) });
    }
    expect(await sql(`SELECT "email", "role" FROM "User"`)).toEqual([{ email: "omar@example.com", role: "USER" }]);
    const scopes = ["users.write", "companies.read", "requests.reveal"] as const;
    const trusted = actingAs(database.pool, "SUPER_ADMIN", { scopes: [...scopes] });
    expect((await callOperation(trusted, createUser, given)).user.companyId).toBe("acme");
    await expect(callOperation(trusted, updateUser, { ...target, role: "ADMIN" })).rejects.toMatchObject({
      code: "forbidden",
      message: expect.stringContaining("company.sessions.export"),
    });
  });

  it("and holds no second connection while it refuses: many at once do not starve the pool", async () => {
    const ada = await addStaff("ada@example.com", "SUPER_ADMIN");
    const pool = openPool(database.url, { max: 1 });
    try {
      const ctx = { ...clerk(), db: pool };
      const attempts = [
        () => callOperation(ctx, createUser, { email: "evil@example.com", role: "SUPER_ADMIN" }),
        () => callOperation(ctx, resetPassword, { id: ada.id }),
        () => callOperation(ctx, resetTwoFactor, { id: ada.id }),
        () => callOperation(ctx, revokeSessions, { id: ada.id }),
        () => callOperation(ctx, updateUser, { id: ada.id, disabled: true }),
      ];
      const results = await Promise.allSettled([...attempts, ...attempts, ...attempts].map((attempt) => attempt()));
      const codes = results.map((result) => (result.status === "rejected" ? result.reason.code : "done"));
      expect(new Set(codes)).toEqual(new Set(["forbidden"]));
      const denied = `SELECT count(*)::int AS "n" FROM "SecurityAuditLog" WHERE "outcome" = 'denied' AND "targetId" IS NULL AND "action" = $1`;
      expect((await sql(denied, ["users.revoke_sessions"]))[0].n).toBeGreaterThanOrEqual(3);
    } finally {
      await pool.end();
    }
  });

  it.each(["ADMIN", "SUPPORT"] as const)("%s may not change users at all", async (role) => {
    const caller = actingAs(database.pool, role);
    await expect(callOperation(caller, createUser, { email: "a@example.com", role: "SUPPORT" })).rejects.toMatchObject({
      code: "forbidden",
    });
    expect(await lastRecord()).toMatchObject({ action: "createUser", outcome: "denied" });
    expect((await callOperation(caller, listUsers, {})).users).toEqual([]);
  });
});

describe("changing a user", () => {
  it("records what changed, from what to what", async () => {
    const { id } = await addStaff("sam@example.com", "SUPPORT");
    const { user } = await callOperation(boss, updateUser, { id, role: "ADMIN", name: "Samuel" });
    expect(user).toMatchObject({ role: "ADMIN", name: "Samuel" });
    expect(await lastRecord()).toMatchObject({
      action: "users.update",
      details: { name: true, role: { from: "SUPPORT", to: "ADMIN" } },
    });
  });

  it("disabled, they are signed out everywhere; enabled, they may sign in again", async () => {
    const { id } = await addStaff("sam@example.com", "SUPPORT");
    await signInAs(id);
    const off = await callOperation(boss, updateUser, { id, disabled: true });
    expect(off.user.disabledAt).not.toBeNull();
    expect(await openings()).toBe(0);
    const on = await callOperation(boss, updateUser, { id, disabled: false });
    expect(on.user.disabledAt).toBeNull();
  });

  it("refuses one's own role and account, by whatever way", async () => {
    const { id } = await addStaff("boss@example.com", "SUPER_ADMIN");
    await addStaff("ada@example.com", "SUPER_ADMIN");
    const self = actingAs(database.pool, "SUPER_ADMIN", { id });
    const attempts = [
      () => callOperation(self, updateUser, { id, disabled: true }),
      () => callOperation(self, updateUser, { id, role: "SUPPORT" }),
      () => callOperation(self, resetPassword, { id }),
      () => callOperation(self, resetTwoFactor, { id }),
    ];
    for (const attempt of attempts) await expect(attempt()).rejects.toMatchObject({ code: "conflict" });
    expect((await callOperation(self, updateUser, { id, name: "The Boss" })).user.name).toBe("The Boss");
    await signInAs(id);
    expect((await callOperation(self, revokeSessions, { id })).sessionsEnded).toBe(1);
  });

  it("never leaves the platform without an owner, also when two are taken away at once", async () => {
    const [a, b] = [await addStaff("a@example.com", "SUPER_ADMIN"), await addStaff("b@example.com", "SUPER_ADMIN")];
    for (let round = 0; round < 50; round++) {
      const results = await Promise.allSettled([
        callOperation(boss, updateUser, { id: a.id, role: "SUPPORT" }),
        callOperation(boss, updateUser, { id: b.id, disabled: true }),
      ]);
      const failures = results.flatMap((result) => (result.status === "rejected" ? [result.reason.code] : []));
      expect(failures).toEqual(["conflict"]);
      await sql(`UPDATE "PlatformUser" SET "role" = 'SUPER_ADMIN', "disabledAt" = NULL`);
    }
  });

  it("refuses a role of the other realm, and a change of nothing", async () => {
    const { id } = await addStaff("sam@example.com", "SUPPORT");
    for (const given of [{ id, role: "AUDITOR" }, { id }, { id, email: "new@example.com" }]) {
      await expect(callOperation(boss, updateUser, given)).rejects.toMatchObject({ code: "invalid_input" });
    }
  });

  it("finds nobody in the other realm", async () => {
    const { id } = await addStaff("sam@example.com", "SUPPORT");
    for (const operation of [updateUser, resetPassword, resetTwoFactor, revokeSessions]) {
      const given = { id, realm: "company", ...(operation === updateUser ? { name: "X" } : {}) };
      await expect(callOperation(boss, operation, given)).rejects.toMatchObject({ code: "not_found" });
    }
  });
});

describe("for somebody who cannot get in", () => {
  it("a new one-time password takes the place of the old one, lifts the lock and ends sessions", async () => {
    const { user, oneTimePassword: old } = await add({ email: "sam@example.com", role: "SUPPORT" });
    await sql(`UPDATE "PlatformUser" SET "mustChangePassword" = false, "twoFactorEnabled" = true`);
    const key = `platform/${createHash("sha256").update("sam@example.com").digest("hex")}`;
    for (const locked of [key, `${key}/device`]) {
      await database.rows.signInLock({ key: locked, failures: 8, lockedUntil: new Date(Date.now() + 3_600_000) });
    }
    await signInAs(user.id);
    const answer = await callOperation(boss, resetPassword, { id: user.id });
    expect(answer.user).toMatchObject({ mustChangePassword: true, twoFactorEnabled: true });
    const hash = await storedPassword();
    expect(await verifyPassword({ hash, password: answer.oneTimePassword ?? "" })).toBe(true);
    expect(await verifyPassword({ hash, password: old ?? "" })).toBe(false);
    expect(await openings()).toBe(0);
    expect(await sql(`SELECT * FROM "SignInLock"`)).toEqual([]);
    expect(await lastRecord()).toMatchObject({ action: "users.reset_password", details: { sessionsEnded: 1 } });
  });

  it("a lost second factor is taken away", async () => {
    const { user } = await add({ realm: "company", email: "rita@example.com", role: "USER", companyId: "acme" });
    await sql(`UPDATE "User" SET "twoFactorEnabled" = true`);
    await database.rows.userTwoFactor({ userId: user.id });
    await signInAs(user.id, "User");
    const answer = await callOperation(boss, resetTwoFactor, { id: user.id, realm: "company" });
    expect(answer.user.twoFactorEnabled).toBe(false);
    expect(await sql(`SELECT * FROM "UserTwoFactor"`)).toEqual([]);
    expect(await openings("User")).toBe(0);
    expect(await lastRecord()).toMatchObject({ action: "users.reset_two_factor", targetType: "company_user" });
  });
});

describe("a link by email in place of a one-time password", () => {
  const mail = {
    PUBLIC_URL: "https://livedash.example.com",
    SMTP_URL: "smtp://127.0.0.1:9",
    MAIL_FROM: "ld@example.com",
  };
  const withMail = () => ({ ...boss, config: { ...boss.config, ...mail } });
  const wantedMails = () => sql(`SELECT "kind", "realm", "email" FROM "OutgoingMail"`);
  const rita = { realm: "company", email: "Rita@example.com", role: "USER", companyId: "acme", byMail: true };

  it("is sent to who is new, and nobody is shown a password", async () => {
    const made = await callOperation(withMail(), createUser, rita);
    expect(made).toMatchObject({
      oneTimePassword: null,
      user: { email: "rita@example.com", companyId: "acme", mustChangePassword: true },
    });
    expect(await wantedMails()).toEqual([{ kind: "invitation", realm: "company", email: "rita@example.com" }]);
    expect(await lastRecord()).toMatchObject({ action: "users.create", outcome: "done", targetId: made.user.id });
  });

  it("is not sent to an address that somebody has already", async () => {
    await callOperation(boss, createUser, { ...rita, byMail: false });
    await expect(callOperation(withMail(), createUser, rita)).rejects.toMatchObject({ code: "conflict" });
    expect(await wantedMails()).toEqual([]);
  });

  it("is sent to whose password is reset: the old one is gone, and so are their sessions", async () => {
    const { user, oneTimePassword: old } = await add({ email: "sam@example.com", role: "SUPPORT" });
    await sql(`UPDATE "PlatformUser" SET "mustChangePassword" = false`);
    await signInAs(user.id);
    const answer = await callOperation(withMail(), resetPassword, { id: user.id, byMail: true });
    expect(answer).toMatchObject({ oneTimePassword: null, user: { mustChangePassword: true, sessions: 0 } });
    expect(await verifyPassword({ hash: await storedPassword(), password: old ?? "" })).toBe(false);
    expect(await openings()).toBe(0);
    expect(await wantedMails()).toEqual([{ kind: "replaced", realm: "platform", email: "sam@example.com" }]);
    expect(await lastRecord()).toMatchObject({
      action: "users.reset_password",
      details: { sessionsEnded: 1, byMail: true },
    });
  });

  it("is refused where no mail can be sent: nobody is made, and the old password stays", async () => {
    const { user } = await add({ email: "sam@example.com", role: "SUPPORT" });
    const before = [await storedPassword(), await countRecords()];
    for (const attempt of [
      () => callOperation(boss, createUser, rita),
      () => callOperation(boss, resetPassword, { id: user.id, byMail: true }),
    ]) {
      const message = expect.stringContaining("Leave byMail out, or set SMTP_URL and MAIL_FROM.");
      await expect(attempt()).rejects.toMatchObject({ code: "conflict", message });
    }
    expect([await storedPassword(), await countRecords()]).toEqual(before);
    expect([await sql(`SELECT * FROM "User"`), await wantedMails()]).toEqual([[], []]);
  });
});

it("lists users page by page, each once, and filters them", async () => {
  for (const index of [3, 1, 2, 5, 4]) await addStaff(`user${index}@example.com`, index === 5 ? "ADMIN" : "SUPPORT");
  await add({ realm: "company", email: "rita@example.com", role: "USER", companyId: "acme" });
  await add({ realm: "company", email: "omar@example.com", role: "USER", companyId: "other" });
  const seen: string[] = [];
  for await (const { users } of pagesOf((at) => callOperation(boss, listUsers, { limit: 2, ...at }))) {
    seen.push(...users.map(({ email }) => email));
  }
  expect(seen).toEqual([1, 2, 3, 4, 5].map((index) => `user${index}@example.com`));
  const emails = async (filter: object) =>
    (await callOperation(boss, listUsers, filter)).users.map((user) => user.email);
  expect(await emails({ role: "ADMIN" })).toEqual(["user5@example.com"]);
  expect(await emails({ search: "USER3" })).toEqual(["user3@example.com"]);
  expect(await emails({ realm: "company", companyId: "acme" })).toEqual(["rita@example.com"]);
  expect(await emails({ disabled: "true" })).toEqual([]);
});
