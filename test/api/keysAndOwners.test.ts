import { describe, expect, it } from "vitest";
import { checkKeys } from "../../lib/admin/doctor/checkKeys.ts";
import { listKeys } from "../../lib/admin/keys/listKeys.ts";
import { rotateKey } from "../../lib/admin/keys/rotateKey.ts";
import { readMe } from "../../lib/admin/me/readMe.ts";
import { createServiceAccount } from "../../lib/admin/serviceAccounts/createServiceAccount.ts";
import { updateServiceAccount } from "../../lib/admin/serviceAccounts/updateServiceAccount.ts";
import { callOperation, type Operation } from "../../lib/api/operation.ts";
import { isStillAllowed } from "../../lib/auth/stillAllowed.ts";
import { readCompanyMe } from "../../lib/company/me/readCompanyMe.ts";
import { COMPANY_OPERATIONS } from "../../lib/company/operations.ts";
import { exportSessions } from "../../lib/company/sessions/exportSessions.ts";
import { listSessions } from "../../lib/company/sessions/listSessions.ts";
import { OPERATIONS } from "../../lib/operations.ts";
import { addCompanyKey, addKey } from "../support/people.ts";
import {
  account,
  boss,
  create,
  database,
  enter,
  lastRecord,
  permissionsOf,
  sql,
  startForKeys,
  withKey,
} from "./keySupport.ts";

startForKeys();

describe("a key stops with its owner", () => {
  it.each(["SUPER_ADMIN", "SUPPORT"] as const)("a %s, who is disabled, demoted, enabled again", async (role) => {
    const { id: ownerId } = await database.rows.platformUser({ role });
    const { key } = await create({ ownerId });
    const before = await withKey(key);
    const set = (assignment: string) => sql(`UPDATE "PlatformUser" SET ${assignment} WHERE "id" = $1`, [ownerId]);
    await set(`"disabledAt" = now()`);
    expect(await enter(key)).toBeUndefined();
    expect(await isStillAllowed(boss, before.actor, "requests.read")).toBe(false);
    await expect(create({ ownerId })).rejects.toMatchObject({ code: "conflict" });
    const [listed] = (await callOperation(boss, listKeys, { ownerId })).keys;
    expect(listed?.state).toBe("owner_disabled");
    await set(`"disabledAt" = NULL, "role" = 'SUPPORT'`);
    expect(await permissionsOf(key)).not.toContain("keys.write");
    expect(await isStillAllowed(boss, before.actor, "keys.write")).toBe(false);
    expect(await isStillAllowed(boss, before.actor, "requests.read")).toBe(true);
  });

  it("and not with who created it for somebody else: it is shown, and the doctor names it", async () => {
    const { id, email } = await database.rows.platformUser({ role: "SUPER_ADMIN", email: "gone@example.com" });
    const gone = { ...boss, actor: { ...boss.actor, id, name: email } };
    const serviceAccountId = account.SUPPORT;
    const [byUser, byKey] = ["created by a user", "created by the key of a user"];
    const { key } = await create({ serviceAccountId, name: byUser }, gone);
    const own = await withKey((await create({ ownerId: id })).key);
    await create({ serviceAccountId, name: byKey }, own);
    const shown = async () => {
      const { keys } = await callOperation(boss, listKeys, { serviceAccountId, limit: 200 });
      return keys.filter(({ createdByDisabled }) => createdByDisabled).map(({ name, state }) => [name, state]);
    };
    expect(await shown()).toEqual([]);
    expect(await checkKeys(boss)).toEqual([]);
    await sql(`UPDATE "PlatformUser" SET "disabledAt" = now() WHERE "id" = $1`, [id]);
    expect(await enter(key)).toBeDefined();
    expect(await shown()).toEqual([
      [byUser, "works"],
      [byKey, "works"],
    ]);
    expect(await checkKeys(boss)).toMatchObject([
      { id: "keys-of-disabled-creators", count: 2, details: [expect.stringContaining(email), expect.any(String)] },
    ]);
    const [one] = (await callOperation(boss, listKeys, { serviceAccountId, limit: 200 })).keys.filter(
      ({ name }) => name === byUser,
    );
    await callOperation(boss, rotateKey, { id: one?.id ?? "", graceHours: 0 });
    expect(await shown()).toContainEqual([byUser, "expired"]);
    expect(await checkKeys(boss)).toMatchObject([{ count: 1, examples: [byKey] }]);
  });

  it("a service account's, disabled or given another role, at once", async () => {
    const { serviceAccount } = await callOperation(boss, createServiceAccount, { name: "robot", role: "ADMIN" });
    const { id } = serviceAccount;
    expect(serviceAccount).toMatchObject({ name: "robot", role: "ADMIN", keys: 0, disabledAt: null });
    const { key } = await create({ serviceAccountId: id, scopes: ["requests.reveal", "requests.read"] });
    await callOperation(boss, updateServiceAccount, { id, role: "SUPPORT" });
    expect(await permissionsOf(key)).toEqual(["requests.read", "self.read"]);
    await callOperation(boss, updateServiceAccount, { id, disabled: true });
    expect(await enter(key)).toBeUndefined();
    expect(await lastRecord()).toMatchObject({ action: "service_accounts.update", details: { disabled: true } });
    await callOperation(boss, updateServiceAccount, { id, disabled: false });
    expect(await enter(key)).toBeDefined();
  });

  it.each(["SUSPENDED", "ARCHIVED"])("a company's that is %s, which is said to who has the key", async (status) => {
    const { key } = await create({ companyId: "acme", scopes: ["company.sessions.read"] });
    const { actor } = await withKey(key, "company");
    await sql(`UPDATE "Company" SET "status" = $1::"CompanyStatus" WHERE "id" = 'acme'`, [status]);
    try {
      expect(await enter(key, "company")).toMatchObject({ kind: "refused", code: "company_suspended" });
      expect(await enter(`${key.slice(0, -1)}_`, "company")).toBeUndefined();
      expect(await isStillAllowed(boss, actor, "company.sessions.read")).toBe(false);
      const refused = create({ companyId: "acme", scopes: ["company.sessions.read"] });
      await expect(refused).rejects.toMatchObject({ code: "conflict" });
    } finally {
      await sql(`UPDATE "Company" SET "status" = 'ACTIVE'`);
    }
    expect(await isStillAllowed(boss, actor, "company.sessions.read")).toBe(true);
  });
});

describe("a company's key", () => {
  it("reads its own company's sessions, and nothing else of either realm", async () => {
    const { apiKey, key } = await create({ companyId: "acme", scopes: ["company.sessions.read"] });
    expect(apiKey).toMatchObject({ owner: { kind: "company", id: "acme" }, role: null });
    expect(await enter(key, "platform")).toBeUndefined();
    const ctx = await withKey(key, "company");
    const me = await callOperation(ctx, readCompanyMe, {});
    expect(me).toMatchObject({ user: null, key: { id: apiKey.id }, company: { id: "acme" } });
    expect(me.permissions).toEqual(["company.read", "company.sessions.read"]);
    const { sessions } = await callOperation(ctx, listSessions, {});
    const ids = (await sql(`SELECT "id" FROM "Session" WHERE "companyId" = 'acme'`)).map(({ id }) => id);
    expect(sessions.map(({ id }) => id)).toEqual(ids);
    for (const operation of [exportSessions, listKeys, readMe] as Operation[]) {
      await expect(callOperation(ctx, operation, {})).rejects.toMatchObject({ code: "forbidden" });
    }
    expect(await lastRecord()).toMatchObject({ actorKind: "company_key", actorId: apiKey.id });
  });

  it("needs a scope, and takes those of a company alone", async () => {
    for (const scopes of [[], ["requests.read"], ["company.sessions.export"], ["company.read"]]) {
      await expect(create({ companyId: "acme", scopes })).rejects.toMatchObject({ code: "invalid_input" });
    }
    const onPlatform = create({ serviceAccountId: account.SUPER_ADMIN, scopes: ["company.sessions.read"] });
    await expect(onPlatform).rejects.toMatchObject({
      code: "invalid_input",
      message: expect.stringContaining("company.sessions.read"),
    });
    const scopes = ["company.sessions.read", "company.sessions.write", "company.sessions.erase"];
    expect((await create({ companyId: "acme", scopes })).apiKey.scopes).toEqual(scopes);
  });

  it("gets nothing by the scopes that are kept for handing sessions in: only what every key of the company may", async () => {
    const { key } = await create({ companyId: "acme", scopes: ["company.sessions.write", "company.sessions.erase"] });
    const ctx = await withKey(key, "company");
    const may = OPERATIONS.filter(({ permission }) => ctx.actor.permissions.has(permission));
    expect(may.map(({ name }) => name)).toEqual(["readCompanyMe"]);
    for (const operation of COMPANY_OPERATIONS.filter(({ name }) => name !== "readCompanyMe")) {
      await expect(callOperation(ctx, operation, operation.example), operation.name).rejects.toMatchObject({
        code: "forbidden",
      });
    }
  });

  it("of the other realm is nobody, however it is sent", async () => {
    const { key } = await addKey(boss, "SUPER_ADMIN");
    expect(await enter(key, "company")).toBeUndefined();
    const theirs = await addCompanyKey(boss, "acme");
    expect(await enter(theirs.key, "platform")).toBeUndefined();
  });
});
