import { describe, expect, it } from "vitest";
import { listKeys } from "../../lib/admin/keys/listKeys.ts";
import { readMe } from "../../lib/admin/me/readMe.ts";
import { createServiceAccount } from "../../lib/admin/serviceAccounts/createServiceAccount.ts";
import { updateServiceAccount } from "../../lib/admin/serviceAccounts/updateServiceAccount.ts";
import { callVerb, type Verb } from "../../lib/api/verb.ts";
import { isStillAllowed } from "../../lib/auth/stillAllowed.ts";
import { readCompanyMe } from "../../lib/company/me/readCompanyMe.ts";
import { exportSessions } from "../../lib/company/sessions/exportSessions.ts";
import { listSessions } from "../../lib/company/sessions/listSessions.ts";
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
    const [listed] = (await callVerb(boss, listKeys, { ownerId })).keys;
    expect(listed?.state).toBe("owner_disabled");
    await set(`"disabledAt" = NULL, "role" = 'SUPPORT'`);
    expect(await permissionsOf(key)).not.toContain("keys.write");
    expect(await isStillAllowed(boss, before.actor, "keys.write")).toBe(false);
    expect(await isStillAllowed(boss, before.actor, "requests.read")).toBe(true);
  });

  it("a service account's, disabled or given another role, at once", async () => {
    const { serviceAccount } = await callVerb(boss, createServiceAccount, { name: "robot", role: "ADMIN" });
    const { id } = serviceAccount;
    expect(serviceAccount).toMatchObject({ name: "robot", role: "ADMIN", keys: 0, disabledAt: null });
    const { key } = await create({ serviceAccountId: id, scopes: ["requests.reveal", "requests.read"] });
    await callVerb(boss, updateServiceAccount, { id, role: "SUPPORT" });
    expect(await permissionsOf(key)).toEqual(["requests.read", "self.read"]);
    await callVerb(boss, updateServiceAccount, { id, disabled: true });
    expect(await enter(key)).toBeUndefined();
    expect(await lastRecord()).toMatchObject({ action: "service_accounts.update", details: { disabled: true } });
    await callVerb(boss, updateServiceAccount, { id, disabled: false });
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
    const me = await callVerb(ctx, readCompanyMe, {});
    expect(me).toMatchObject({ user: null, key: { id: apiKey.id }, company: { id: "acme" } });
    expect(me.permissions).toEqual(["company.read", "company.sessions.read"]);
    const { sessions } = await callVerb(ctx, listSessions, {});
    const ids = (await sql(`SELECT "id" FROM "Session" WHERE "companyId" = 'acme'`)).map(({ id }) => id);
    expect(sessions.map(({ id }) => id)).toEqual(ids);
    for (const verb of [exportSessions, listKeys, readMe] as Verb[]) {
      await expect(callVerb(ctx, verb, {})).rejects.toMatchObject({ code: "forbidden" });
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

  it("of the other realm is nobody, however it is sent", async () => {
    const { key } = await addKey(boss, "SUPER_ADMIN");
    expect(await enter(key, "company")).toBeUndefined();
    const theirs = await addCompanyKey(boss, "acme");
    expect(await enter(theirs.key, "platform")).toBeUndefined();
  });
});
