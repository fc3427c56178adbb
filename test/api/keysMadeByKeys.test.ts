import { describe, expect, it } from "vitest";
import { createKey } from "../../lib/admin/keys/createKey.ts";
import { listKeys } from "../../lib/admin/keys/listKeys.ts";
import { revokeKey } from "../../lib/admin/keys/revokeKey.ts";
import { rotateKey } from "../../lib/admin/keys/rotateKey.ts";
import { createServiceAccount } from "../../lib/admin/serviceAccounts/createServiceAccount.ts";
import { updateServiceAccount } from "../../lib/admin/serviceAccounts/updateServiceAccount.ts";
import { resetPassword } from "../../lib/admin/users/resetPassword.ts";
import { resetTwoFactor } from "../../lib/admin/users/resetTwoFactor.ts";
import { callOperation } from "../../lib/api/operation.ts";
import { findKeyActor } from "../../lib/auth/apiKeys.ts";
import { openPool } from "../../lib/db/pool.ts";
import {
  account,
  boss,
  create,
  DAY_MS,
  database,
  enter,
  inTime,
  lastRecord,
  sql,
  startForKeys,
  withKey,
} from "./keySupport.ts";

startForKeys();

describe("a key makes no key", () => {
  const maker = async (expiresAt: string, more: object = {}) => {
    const { key } = await create({ serviceAccountId: account.SUPER_ADMIN, expiresAt, ...more });
    return withKey(key);
  };

  it("that lives longer: a minute before its end it makes one of a minute", async () => {
    const end = inTime(60_000);
    const dying = await maker(end);
    for (const expiresAt of [inTime(3_600_000), inTime(300 * DAY_MS)]) {
      await expect(create({ serviceAccountId: account.SUPPORT, expiresAt }, dying)).rejects.toMatchObject({
        code: "forbidden",
        message: expect.stringContaining(`This one expires at ${end}`),
      });
      expect(await lastRecord()).toMatchObject({ action: "keys.create", outcome: "denied", actorKind: "key" });
    }
    const { apiKey } = await create({ serviceAccountId: account.SUPPORT }, dying);
    expect(apiKey.expiresAt).toBe(end);
    const rotated = await callOperation(dying, rotateKey, { id: dying.actor.id });
    expect(rotated.apiKey.expiresAt).toBe(end);
  });

  it("that works from where it does not", async () => {
    const near = await maker(inTime(DAY_MS), { allowedAddresses: ["192.0.2.0/24", "2001:db8::/32"] });
    const owner = { serviceAccountId: account.SUPPORT };
    await expect(create({ ...owner, allowedAddresses: ["0.0.0.0/0"] }, near)).rejects.toMatchObject({
      code: "forbidden",
    });
    expect((await create(owner, near)).apiKey.allowedAddresses).toEqual(["192.0.2.0/24", "2001:db8::/32"]);
    const some = { ...owner, allowedAddresses: ["192.0.2.0/24"] };
    expect((await create(some, near)).apiKey.allowedAddresses).toEqual(["192.0.2.0/24"]);
  });

  it("nor touches those above it: their keys, their accounts, their second factor", async () => {
    const scopes = ["keys.write", "keys.read", "users.write", "requests.read"];
    const clerk = await maker(inTime(DAY_MS), { scopes });
    const { apiKey } = await create({ serviceAccountId: account.SUPER_ADMIN });
    const { id } = await database.rows.platformUser({ role: "SUPER_ADMIN" });
    const attempts = [
      () => callOperation(clerk, revokeKey, { id: apiKey.id }),
      () => callOperation(clerk, rotateKey, { id: apiKey.id }),
      () => callOperation(clerk, updateServiceAccount, { id: account.SUPER_ADMIN, disabled: true }),
      () => callOperation(clerk, updateServiceAccount, { id: account.SUPPORT, role: "SUPER_ADMIN" }),
      () => callOperation(clerk, createServiceAccount, { name: "evil", role: "ADMIN" }),
      () => callOperation(clerk, resetTwoFactor, { id }),
      () => callOperation(clerk, resetPassword, { id }),
    ];
    for (const attempt of attempts) {
      await expect(attempt()).rejects.toMatchObject({ code: "forbidden" });
      expect((await lastRecord()).outcome).toBe("denied");
    }
    expect(await sql(`SELECT 1 FROM "ApiKey" WHERE "id" = $1 AND "revokedAt" IS NULL`, [apiKey.id])).toHaveLength(1);
  });

  it("and resets nothing of its own owner", async () => {
    const { id: ownerId } = await database.rows.platformUser({ role: "SUPER_ADMIN" });
    const own = await withKey((await create({ ownerId })).key);
    for (const operation of [resetPassword, resetTwoFactor]) {
      await expect(callOperation(own, operation, { id: ownerId })).rejects.toMatchObject({ code: "conflict" });
    }
  });

  it("and many refusals at once hold no second connection each", async () => {
    const clerk = await maker(inTime(DAY_MS), { scopes: ["keys.write"] });
    const { apiKey } = await create({ serviceAccountId: account.SUPER_ADMIN });
    const pool = openPool(database.url, { max: 1 });
    try {
      const ctx = { ...clerk, db: pool };
      const attempts = Array.from({ length: 15 }, (_, at) =>
        at % 3 === 0
          ? callOperation(ctx, revokeKey, { id: apiKey.id })
          : at % 3 === 1
            ? callOperation(ctx, createKey, { name: `evil ${at}`, serviceAccountId: account.SUPER_ADMIN })
            : callOperation(ctx, updateServiceAccount, { id: account.SUPER_ADMIN, disabled: true }),
      );
      const codes = (await Promise.allSettled(attempts)).map((result) =>
        result.status === "rejected" ? result.reason.code : "done",
      );
      expect(new Set(codes)).toEqual(new Set(["forbidden"]));
    } finally {
      await pool.end();
    }
  });
});

describe("rotating a key", () => {
  it("makes a second one beside it, of the same owner, scopes and addresses, and for as long", async () => {
    const given = { serviceAccountId: account.ADMIN, scopes: ["requests.read"], allowedAddresses: ["192.0.2.0/24"] };
    const old = await create({ name: "nightly", ...given, expiresAt: inTime(30 * DAY_MS) });
    const { apiKey, key, previous } = await callOperation(boss, rotateKey, { id: old.apiKey.id, graceHours: 24 });
    expect(apiKey).toMatchObject({
      name: "nightly #2",
      owner: old.apiKey.owner,
      scopes: ["requests.read"],
      allowedAddresses: ["192.0.2.0/24"],
      rotatedFromId: old.apiKey.id,
    });
    const days = (Date.parse(apiKey.expiresAt) - Date.parse(apiKey.createdAt)) / DAY_MS;
    expect(days).toBeCloseTo(30, 1);
    expect(await enter(key)).toBeDefined();
    expect(await enter(old.key)).toBeDefined();
    expect(Date.parse(previous.expiresAt)).toBeLessThanOrEqual(Date.now() + DAY_MS);
    const later = { ...boss, clock: { ...boss.clock, now: () => new Date(Date.now() + DAY_MS + 1_000) } };
    expect(await findKeyActor(later, "platform", old.key, "192.0.2.1")).toBeUndefined();
    expect(await findKeyActor(later, "platform", key, "192.0.2.1")).toBeDefined();
    expect(await lastRecord()).toMatchObject({ action: "keys.rotate", targetId: apiKey.id });
  });

  it("once at a time, and not of a key that does not work", async () => {
    const { apiKey } = await create({ name: "weekly", serviceAccountId: account.ADMIN });
    const rotate = (id: string) => callOperation(boss, rotateKey, { id });
    const results = await Promise.allSettled([rotate(apiKey.id), rotate(apiKey.id)]);
    expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    const [second] = (await callOperation(boss, listKeys, { serviceAccountId: account.ADMIN })).keys.filter(
      ({ name }) => name === "weekly #2",
    );
    expect((await rotate(second?.id ?? "")).apiKey.name).toBe("weekly #3");
    await callOperation(boss, revokeKey, { id: second?.id ?? "" });
    await expect(rotate(second?.id ?? "")).rejects.toMatchObject({ code: "conflict" });
    expect((await rotate(apiKey.id)).apiKey.name).toBe("weekly #4");
  });

  it("of a company, or of a person: the new one is the same owner's, and its end is the one that is given", async () => {
    const { id: ownerId } = await database.rows.platformUser({ role: "SUPPORT" });
    const old = {
      company: await create({ name: "feed", companyId: "acme", scopes: ["company.sessions.read"] }),
      user: await create({ name: "laptop", ownerId, scopes: ["requests.read"] }),
    };
    const expiresAt = inTime(7 * DAY_MS);
    const rotate = (of: keyof typeof old) => callOperation(boss, rotateKey, { id: old[of].apiKey.id, expiresAt });
    const [company, user] = [await rotate("company"), await rotate("user")];
    const { owner, scopes } = old.company.apiKey;
    expect(company.apiKey).toMatchObject({ name: "feed #2", owner, scopes, role: null, expiresAt, state: "works" });
    expect(user.apiKey).toMatchObject({ name: "laptop #2", owner: { kind: "user", id: ownerId }, expiresAt });
    expect(await enter(company.key, "company")).toMatchObject({ kind: "company_key", companyId: "acme" });
    expect(await enter(company.key)).toBeUndefined();
    expect(await enter(user.key)).toMatchObject({ kind: "key", ownerId });
    expect(company.previous.expiresAt).toBe(old.company.apiKey.expiresAt);
    const audited = await sql(`SELECT "companyId" FROM "SecurityAuditLog" WHERE "targetId" = $1`, [company.apiKey.id]);
    expect(audited).toEqual([{ companyId: "acme" }]);
  });
});
