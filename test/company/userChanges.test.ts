import { verifyPassword } from "better-auth/crypto";
import { beforeEach, describe, expect, it } from "vitest";
import { updateUser } from "../../lib/admin/users/updateUser.ts";
import { type CallContext, callOperation } from "../../lib/api/operation.ts";
import { resetCompanyUserPassword, resetCompanyUserTwoFactor } from "../../lib/company/users/resetCompanyUser.ts";
import { updateCompanyUser } from "../../lib/company/users/updateCompanyUser.ts";
import { codeLockKey, lockKey } from "../../lib/signIn/signInLock.ts";
import { auditOf } from "../support/audit.ts";
import { callerOf } from "../support/caller.ts";
import { refusal } from "../support/refusal.ts";
import { as, ctx, database, emailOf, NOW, sql, startWithPeople, wantedMails, withMail } from "./people.ts";

startWithPeople();

const OLD_HASH = "the hash of an old password";
const LATER = new Date("2100-01-01");

/** Uma and Bert are signed in, have a second factor, and were locked out for wrong passwords and codes. */
beforeEach(async () => {
  for (const id of ["uma", "bert"]) {
    await database.rows.userAccount({ userId: id, password: OLD_HASH, oneTimeUsedAt: NOW });
    await database.rows.userTwoFactor({ userId: id });
    await database.rows.userSession({ userId: id, expiresAt: LATER });
    await database.rows.userVerification({ identifier: `2fa-${id}`, value: id, expiresAt: LATER });
    for (const key of locksOf(id)) await database.rows.signInLock({ key, failures: 8, lockedUntil: LATER });
  }
  await sql(`UPDATE "User" SET "twoFactorEnabled" = true WHERE "id" IN ('uma', 'bert')`);
});

const locksOf = (id: string) => [
  lockKey("company", emailOf(id)),
  lockKey("company", emailOf(id), "device"),
  codeLockKey("company", id),
];
/** Which of their locks are left. */
const lockedBy = async (id: string) => {
  const left = (await sql(`SELECT "key" FROM "SignInLock"`)).map(({ key }) => key);
  return [...locksOf(id).keys()].filter((at) => left.includes(locksOf(id)[at]));
};
/** What lets somebody in. */
const entryOf = async (id: string) => {
  const [found] = await sql(
    `SELECT u."role", u."name", u."disabledAt", u."mustChangePassword", u."twoFactorEnabled", a."password",
            a."oneTimeUsedAt", (SELECT count(*)::int FROM "UserTwoFactor" WHERE "userId" = $1) AS "factors",
            (SELECT count(*)::int FROM "UserSession" WHERE "userId" = $1) AS "sessions",
            (SELECT count(*)::int FROM "UserVerification" WHERE "value" = $1) AS "openings"
       FROM "User" u LEFT JOIN "UserAccount" a ON a."userId" = u."id" WHERE u."id" = $1`,
    [id],
  );
  return found;
};
const recordsOf = (id: string) => auditOf(database.owner, "company_user", id);
const newestRecord = async (id: string) => (await recordsOf(id)).at(-1);

const update = (caller: CallContext, id: string, changes: object) =>
  callOperation(caller, updateCompanyUser, { id, ...changes });
const resetPassword = (caller: CallContext, id: string, more: object = {}) =>
  callOperation(caller, resetCompanyUserPassword, { id, ...more });
const resetTwoFactor = (caller: CallContext, id: string) => callOperation(caller, resetCompanyUserTwoFactor, { id });

describe("changing a user of one's company", () => {
  it("answers them as they are then, and records what changed, from what to what", async () => {
    const { user } = await update(as("anna"), "uma", { role: "AUDITOR", name: "Uma" });
    expect(user).toMatchObject({ id: "uma", role: "AUDITOR", name: "Uma", disabledAt: null, sessions: 1 });
    expect(user).not.toHaveProperty("companyId");
    expect(await entryOf("uma")).toMatchObject({ role: "AUDITOR", name: "Uma", sessions: 1 });
    expect(await newestRecord("uma")).toEqual({
      action: "users.update",
      outcome: "done",
      actorId: "anna",
      companyId: "acme",
      details: { name: true, role: { from: "USER", to: "AUDITOR" } },
    });
  });

  it("disabled, they are signed out at once and stay so since then; enabled, they may sign in again", async () => {
    const off = await update(as("anna"), "uma", { disabled: true });
    expect(off.user).toMatchObject({ disabledAt: NOW.toISOString(), sessions: 0 });
    expect(await entryOf("uma")).toMatchObject({ sessions: 0, openings: 0, password: OLD_HASH });
    expect(await newestRecord("uma")).toMatchObject({ action: "users.update", details: { disabled: true } });
    const later = { ...ctx.clock, now: () => LATER };
    const again = await update({ ...as("anna"), clock: later }, "uma", { disabled: true });
    expect(again.user.disabledAt).toBe(NOW.toISOString());
    expect((await update(as("anna"), "uma", { disabled: false })).user.disabledAt).toBeNull();
    expect(await entryOf("bert")).toMatchObject({ sessions: 1, openings: 1 });
  });

  it.each([{}, { role: "SUPER_ADMIN" }, { companyId: "bolt" }, { email: "new@example.com" }])(
    "refuses %o",
    async (changes) => {
      const before = [await entryOf("uma"), await recordsOf("uma")];
      await expect(update(as("anna"), "uma", changes)).rejects.toEqual(refusal("invalid_input"));
      expect([await entryOf("uma"), await recordsOf("uma")]).toEqual(before);
    },
  );
});

describe("a new password for a user of one's company", () => {
  it("takes the place of the old one, ends sessions and lifts locks; the second factor stays", async () => {
    const { user, oneTimePassword } = await resetPassword(as("anna"), "uma");
    expect(user).toMatchObject({ id: "uma", mustChangePassword: true, twoFactorEnabled: true, sessions: 0 });
    const { password: hash, ...entry } = await entryOf("uma");
    expect(await verifyPassword({ hash, password: oneTimePassword ?? "" })).toBe(true);
    expect(entry).toMatchObject({ oneTimeUsedAt: null, factors: 1, sessions: 0, openings: 0 });
    // The codes of the second factor are another matter.
    expect([await lockedBy("uma"), await lockedBy("bert")]).toEqual([[2], [0, 1, 2]]);
    const record = await newestRecord("uma");
    expect(record).toMatchObject({ action: "users.reset_password", actorId: "anna", details: { sessionsEnded: 1 } });
    expect(JSON.stringify(record)).not.toContain(oneTimePassword);
    expect(await wantedMails()).toEqual([]);
  });

  it("is chosen by its owner through a link, where that is wanted", async () => {
    const { user, oneTimePassword } = await resetPassword(withMail(as("anna")), "uma", { byMail: true });
    expect(oneTimePassword).toBeNull();
    expect(user).toMatchObject({ mustChangePassword: true, sessions: 0 });
    expect((await entryOf("uma")).password).not.toBe(OLD_HASH);
    expect(await wantedMails()).toEqual([{ kind: "replaced", realm: "company", email: "uma@example.com" }]);
    expect(await newestRecord("uma")).toMatchObject({ details: { sessionsEnded: 1, byMail: true } });
  });

  it("is not made where it could not be sent", async () => {
    const before = await entryOf("uma");
    const reset = resetPassword(as("anna"), "uma", { byMail: true });
    await expect(reset).rejects.toEqual(refusal("conflict", "Leave byMail out, or set SMTP_URL and MAIL_FROM."));
    expect([await entryOf("uma"), await wantedMails()]).toEqual([before, []]);
  });
});

it("a lost second factor of a user of one's company is taken away, and nothing else", async () => {
  const { user } = await resetTwoFactor(as("anna"), "uma");
  expect(user).toMatchObject({ id: "uma", twoFactorEnabled: false, mustChangePassword: false, sessions: 0 });
  expect(await entryOf("uma")).toMatchObject({ factors: 0, sessions: 0, openings: 0, password: OLD_HASH });
  expect(await lockedBy("uma")).toEqual([0, 1]);
  expect(await entryOf("bert")).toMatchObject({ factors: 1, twoFactorEnabled: true, sessions: 1 });
  expect(await newestRecord("uma")).toMatchObject({
    action: "users.reset_two_factor",
    actorId: "anna",
    companyId: "acme",
    details: { sessionsEnded: 1 },
  });
});

/** All that an admin can do to a user. */
const attemptsOn = (caller: CallContext, id: string) => [
  () => update(caller, id, { role: "AUDITOR" }),
  () => update(caller, id, { disabled: true }),
  () => resetPassword(caller, id),
  () => resetPassword(withMail(caller), id, { byMail: true }),
  () => resetTwoFactor(caller, id),
];

describe("whom an admin does not change", () => {
  it("is anybody of another company: they are answered like somebody who is not there", async () => {
    const before = await entryOf("bert");
    for (const id of ["bert", "nobody"]) {
      const all = [...attemptsOn(as("anna"), id), () => update(as("anna"), id, { name: "Robert" })];
      for (const attempt of all) {
        await expect(attempt()).rejects.toEqual(refusal("not_found", "This user does not exist."));
      }
    }
    expect([await entryOf("bert"), await lockedBy("bert")]).toEqual([before, [0, 1, 2]]);
    expect([await recordsOf("bert"), await recordsOf("nobody"), await wantedMails()]).toEqual([[], [], []]);
  });

  it("is themselves, but for their name", async () => {
    await database.rows.userAccount({ userId: "anna", password: OLD_HASH });
    const before = [await entryOf("anna"), await recordsOf("anna")];
    for (const attempt of attemptsOn(as("anna"), "anna")) {
      await expect(attempt()).rejects.toEqual(refusal("conflict", "This is your own account."));
    }
    expect([await entryOf("anna"), await recordsOf("anna"), await wantedMails()]).toEqual([...before, []]);
    const { user } = await update(as("anna"), "anna", { name: "Anna", role: "ADMIN", disabled: false });
    expect(user).toMatchObject({ name: "Anna", role: "ADMIN", disabledAt: null });
  });

  it("is the last admin, though the other one lost their access only while they called; operators may", async () => {
    await sql(`UPDATE "User" SET "disabledAt" = $1 WHERE "id" = 'anna'`, [NOW]);
    for (const changes of [{ role: "USER" }, { disabled: true }]) {
      await expect(update(as("anna"), "abel", changes)).rejects.toEqual(refusal("conflict", "last admin"));
    }
    expect(await entryOf("abel")).toMatchObject({ role: "ADMIN", disabledAt: null });
    const demoted = { id: "abel", realm: "company", role: "USER" };
    expect((await callOperation(callerOf(ctx, "SUPER_ADMIN"), updateUser, demoted)).user.role).toBe("USER");
  });

  it("is one who takes their own access at the same moment: one of two admins stays", async () => {
    const results = await Promise.allSettled([
      update(as("anna"), "abel", { role: "USER" }),
      update(as("abel"), "anna", { disabled: true }),
    ]);
    const failures = results.flatMap((result) => (result.status === "rejected" ? [result.reason] : []));
    expect(failures).toEqual([refusal("conflict", "last admin")]);
    const left = await sql(
      `SELECT "id" FROM "User" WHERE "companyId" = 'acme' AND "role" = 'ADMIN' AND "disabledAt" IS NULL`,
    );
    expect(left).toHaveLength(1);
  });
});
