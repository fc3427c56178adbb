import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createKey } from "../../lib/admin/keys/createKey.ts";
import { listKeys } from "../../lib/admin/keys/listKeys.ts";
import { revokeKey } from "../../lib/admin/keys/revokeKey.ts";
import { rotateKey } from "../../lib/admin/keys/rotateKey.ts";
import { readMe } from "../../lib/admin/me/readMe.ts";
import { createServiceAccount } from "../../lib/admin/serviceAccounts/createServiceAccount.ts";
import { listServiceAccounts } from "../../lib/admin/serviceAccounts/listServiceAccounts.ts";
import { updateServiceAccount } from "../../lib/admin/serviceAccounts/updateServiceAccount.ts";
import { resetPassword } from "../../lib/admin/users/resetPassword.ts";
import { resetTwoFactor } from "../../lib/admin/users/resetTwoFactor.ts";
import { type CallContext, callVerb, type Verb } from "../../lib/api/verb.ts";
import type { Realm } from "../../lib/auth/actor.ts";
import { findKeyActor } from "../../lib/auth/apiKeys.ts";
import { isStillAllowed } from "../../lib/auth/stillAllowed.ts";
import { readCompanyMe } from "../../lib/company/me/readCompanyMe.ts";
import { exportSessions } from "../../lib/company/sessions/exportSessions.ts";
import { listSessions } from "../../lib/company/sessions/listSessions.ts";
import type { PlatformRole } from "../../lib/db/generated/enums.ts";
import { openPool } from "../../lib/db/pool.ts";
import { actingAs } from "../support/acting.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { pagesOf } from "../support/pages.ts";
import { addCompanyKey, addKey } from "../support/people.ts";

const DAY_MS = 86_400_000;

let database: TestDatabase;
let boss: CallContext;
/** A service account of each role. */
let account: Record<PlatformRole, string>;
beforeAll(async () => {
  database = await createTestDatabase();
  boss = actingAs(database.pool, "SUPER_ADMIN");
  const { rows } = database;
  const of = async (role: PlatformRole) => (await rows.serviceAccount({ role, name: `program of ${role}` })).id;
  account = { SUPER_ADMIN: await of("SUPER_ADMIN"), ADMIN: await of("ADMIN"), SUPPORT: await of("SUPPORT") };
  await rows.sessions([{ companyId: "acme" }, { companyId: "other" }]);
});
afterAll(() => database.drop());

const sql = async (text: string, values: unknown[] = []) => (await database.owner.query(text, values)).rows;
const lastRecord = async () =>
  (await sql(`SELECT * FROM "SecurityAuditLog" ORDER BY "createdAt" DESC, "id" DESC LIMIT 1`))[0];
const inTime = (ms: number) => new Date(Date.now() + ms).toISOString();
let names = 0;
const create = (given: object, by = boss) => callVerb(by, createKey, { name: `key ${++names}`, ...given });
const enter = (key: string, realm: Realm = "platform", from: string | null = "192.0.2.1") =>
  findKeyActor(boss, realm, key, from);
/** What this key may do; nothing if it lets nobody in. */
async function permissionsOf(key: string): Promise<string[]> {
  const actor = await enter(key);
  return actor && "permissions" in actor ? [...actor.permissions].sort() : [];
}

/** The context of a call that is made with this key. */
async function withKey(key: string, realm: Realm = "platform"): Promise<CallContext> {
  const actor = await enter(key, realm);
  if (!actor || actor.kind === "refused") throw new Error("The key does not let anybody in.");
  return { ...boss, actor };
}

describe("a key", () => {
  it("is answered once, works, and is kept nowhere", async () => {
    const { apiKey, key } = await create({ name: "report", serviceAccountId: account.ADMIN });
    expect(key).toMatch(/^ldk_[\w-]{43}$/);
    const owner = { kind: "service_account", id: account.ADMIN, name: "program of ADMIN" };
    expect(apiKey).toMatchObject({ name: "report", owner, role: "ADMIN", scopes: [], state: "works" });
    expect(apiKey.createdBy).toBe("boss@example.com");
    expect(key.startsWith(apiKey.prefix)).toBe(true);
    expect(await enter(key)).toMatchObject({ kind: "key", name: "report", role: "ADMIN" });
    const rows = await sql(
      `SELECT to_jsonb(k)::text AS "text" FROM "ApiKey" k UNION ALL SELECT to_jsonb(a)::text FROM "SecurityAuditLog" a`,
    );
    for (const { text } of rows) expect(text).not.toContain(key);
    const listed = JSON.stringify(await callVerb(boss, listKeys, {}));
    expect(listed).not.toContain(key);
    expect(listed).not.toMatch(/hash|[0-9a-f]{64}/);
    expect(await lastRecord()).toMatchObject({ action: "keys.create", outcome: "done", targetId: apiKey.id });
  });

  it("does what its scopes say, and knows who it is", async () => {
    const { apiKey, key } = await create({ serviceAccountId: account.SUPPORT, scopes: ["requests.read"] });
    const ctx = await withKey(key);
    expect([...ctx.actor.permissions].sort()).toEqual(["requests.read", "self.read"]);
    expect((await callVerb(ctx, readMe, {})).me).toMatchObject({
      kind: "key",
      role: "SUPPORT",
      pending: null,
      permissions: ["requests.read", "self.read"],
      expiresAt: apiKey.expiresAt,
    });
    await expect(callVerb(ctx, listKeys, {})).rejects.toMatchObject({ code: "forbidden" });
  });

  it("is refused a scope that its owner's role does not have, by name", async () => {
    const refused = create({ serviceAccountId: account.SUPPORT, scopes: ["keys.write", "requests.read"] });
    await expect(refused).rejects.toMatchObject({
      code: "invalid_input",
      message: "scopes: The role SUPPORT of program of SUPPORT does not have keys.write",
    });
  });

  it("never has more than its maker, who is recorded as having tried", async () => {
    const clerk = actingAs(database.pool, "SUPER_ADMIN", { scopes: ["keys.write", "requests.read"] });
    const tries = [
      { serviceAccountId: account.SUPER_ADMIN },
      { serviceAccountId: account.SUPPORT },
      { serviceAccountId: account.ADMIN, scopes: ["requests.reveal"] },
      { companyId: "acme", scopes: ["company.sessions.read"] },
    ];
    for (const given of tries) {
      await expect(create(given, clerk)).rejects.toMatchObject({ code: "forbidden" });
      expect(await lastRecord()).toMatchObject({ action: "keys.create", outcome: "denied" });
    }
    const allowed = { serviceAccountId: account.ADMIN, scopes: ["requests.read"] };
    expect((await create(allowed, clerk)).apiKey.scopes).toEqual(["requests.read"]);
    for (const role of ["ADMIN", "SUPPORT"] as const) {
      const refused = create({ serviceAccountId: account.SUPPORT }, actingAs(database.pool, role));
      await expect(refused).rejects.toMatchObject({ code: "forbidden" });
    }
  });

  it("works for 90 days unless said otherwise, and a year at most", async () => {
    const { apiKey } = await create({ serviceAccountId: account.SUPPORT });
    const days = (Date.parse(apiKey.expiresAt) - Date.parse(apiKey.createdAt)) / DAY_MS;
    expect(days).toBe(90);
    const owner = { serviceAccountId: account.SUPPORT };
    expect((await create({ ...owner, expiresAt: inTime(365 * DAY_MS) })).apiKey.state).toBe("works");
    for (const expiresAt of [inTime(367 * DAY_MS), "2099-01-01T00:00:00Z", "2001-01-01T00:00:00Z", null]) {
      await expect(create({ ...owner, expiresAt })).rejects.toMatchObject({ code: "invalid_input" });
    }
  });

  it("ends when it expires or is revoked, for good and recorded once", async () => {
    const expiresAt = inTime(3_600_000);
    const { apiKey, key } = await create({ name: "short", serviceAccountId: account.SUPPORT, expiresAt });
    expect(apiKey.expiresAt).toBe(expiresAt);
    const later = { ...boss, clock: { ...boss.clock, now: () => new Date(Date.now() + 3_600_001) } };
    expect(await enter(key)).toBeDefined();
    expect(await findKeyActor(later, "platform", key, null)).toBeUndefined();
    const first = await callVerb(boss, revokeKey, { id: apiKey.id });
    expect(first.apiKey.state).toBe("revoked");
    expect(await enter(key)).toBeUndefined();
    const recorded = await lastRecord();
    expect(recorded).toMatchObject({ action: "keys.revoke", targetId: apiKey.id });
    expect(await callVerb(boss, revokeKey, { id: apiKey.id })).toEqual(first);
    expect((await lastRecord()).id).toBe(recorded.id);
    const listed = async (valid: boolean) =>
      (await callVerb(boss, listKeys, { valid, serviceAccountId: account.SUPPORT })).keys.map(({ name }) => name);
    expect(await listed(false)).toEqual(["short"]);
    expect(await listed(true)).not.toContain("short");
  });

  it("is refused with a name that is taken, without an owner, with two, or with one that does not exist", async () => {
    const owner = { serviceAccountId: account.SUPPORT };
    await create({ ...owner, name: "taken" });
    await expect(create({ ...owner, name: "taken" })).rejects.toMatchObject({ code: "conflict" });
    for (const given of [{}, { ...owner, companyId: "acme" }, { ...owner, scopes: ["everything"] }]) {
      await expect(create(given)).rejects.toMatchObject({ code: "invalid_input" });
    }
    await expect(create({ role: "SUPPORT" })).rejects.toMatchObject({
      code: "invalid_input",
      message: expect.stringContaining("a key has its owner's role. Give ownerId, serviceAccountId or companyId"),
    });
    for (const given of [{ ownerId: "nobody" }, { serviceAccountId: "none" }, { companyId: "nowhere", scopes: [] }]) {
      await expect(create(given)).rejects.toMatchObject({ code: "not_found" });
    }
    await expect(callVerb(boss, revokeKey, { id: "nowhere" })).rejects.toMatchObject({ code: "not_found" });
  });

  it("has exactly one owner in the database too, and an end", async () => {
    const insert = (columns: string, values: string) =>
      sql(
        `INSERT INTO "ApiKey" ("id", "name", "hash", "prefix", "createdBy", ${columns}) VALUES ('x', 'x', 'x', 'x', 'x', ${values})`,
      );
    await expect(insert(`"expiresAt"`, "now()")).rejects.toMatchObject({ constraint: "ApiKey_one_owner" });
    const two = insert(`"expiresAt", "companyId", "serviceAccountId"`, `now(), 'acme', '${account.ADMIN}'`);
    await expect(two).rejects.toMatchObject({ constraint: "ApiKey_one_owner" });
    await expect(insert(`"companyId"`, "'acme'")).rejects.toMatchObject({ column: "expiresAt" });
  });
});

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
    const rotated = await callVerb(dying, rotateKey, { id: dying.actor.id });
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
      () => callVerb(clerk, revokeKey, { id: apiKey.id }),
      () => callVerb(clerk, rotateKey, { id: apiKey.id }),
      () => callVerb(clerk, updateServiceAccount, { id: account.SUPER_ADMIN, disabled: true }),
      () => callVerb(clerk, updateServiceAccount, { id: account.SUPPORT, role: "SUPER_ADMIN" }),
      () => callVerb(clerk, createServiceAccount, { name: "evil", role: "ADMIN" }),
      () => callVerb(clerk, resetTwoFactor, { id }),
      () => callVerb(clerk, resetPassword, { id }),
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
    for (const verb of [resetPassword, resetTwoFactor]) {
      await expect(callVerb(own, verb, { id: ownerId })).rejects.toMatchObject({ code: "conflict" });
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
          ? callVerb(ctx, revokeKey, { id: apiKey.id })
          : at % 3 === 1
            ? callVerb(ctx, createKey, { name: `evil ${at}`, serviceAccountId: account.SUPER_ADMIN })
            : callVerb(ctx, updateServiceAccount, { id: account.SUPER_ADMIN, disabled: true }),
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

describe("addresses", () => {
  it("a key works from those that it names alone, and says so", async () => {
    const allowedAddresses = ["192.0.2.0/24", "198.51.100.7", "2001:db8::/32"];
    const { key } = await create({ serviceAccountId: account.SUPPORT, allowedAddresses });
    for (const from of ["192.0.2.1", "192.0.2.255", "198.51.100.7", "2001:db8:1::5"]) {
      expect(await enter(key, "platform", from), from).toBeDefined();
    }
    for (const from of ["192.0.3.1", "198.51.100.8", "2001:db9::1", "::1", "", null, "nowhere"]) {
      const refusal = { kind: "refused", code: "address_not_allowed" };
      expect(await enter(key, "platform", from), String(from)).toMatchObject(refusal);
    }
  });

  it.each(["192.0.2.0/33", "192.0.2", "example.com", "2001:db8::/129", "", "192.0.2.1/"])(
    "%j is none",
    async (text) => {
      const refused = create({ serviceAccountId: account.SUPPORT, allowedAddresses: [text] });
      await expect(refused).rejects.toMatchObject({ code: "invalid_input" });
    },
  );
});

describe("rotating a key", () => {
  it("makes a second one beside it, of the same owner, scopes and addresses, and for as long", async () => {
    const given = { serviceAccountId: account.ADMIN, scopes: ["requests.read"], allowedAddresses: ["192.0.2.0/24"] };
    const old = await create({ name: "nightly", ...given, expiresAt: inTime(30 * DAY_MS) });
    const { apiKey, key, previous } = await callVerb(boss, rotateKey, { id: old.apiKey.id, graceHours: 24 });
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
    const rotate = (id: string) => callVerb(boss, rotateKey, { id });
    const results = await Promise.allSettled([rotate(apiKey.id), rotate(apiKey.id)]);
    expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    const [second] = (await callVerb(boss, listKeys, { serviceAccountId: account.ADMIN })).keys.filter(
      ({ name }) => name === "weekly #2",
    );
    expect((await rotate(second?.id ?? "")).apiKey.name).toBe("weekly #3");
    await callVerb(boss, revokeKey, { id: second?.id ?? "" });
    await expect(rotate(second?.id ?? "")).rejects.toMatchObject({ code: "conflict" });
    expect((await rotate(apiKey.id)).apiKey.name).toBe("weekly #4");
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

it("lists keys and service accounts page by page, each once, and those of one owner", async () => {
  const all = (await sql(`SELECT "name" FROM "ApiKey"`)).map(({ name }) => name);
  const seen: string[] = [];
  for await (const { keys } of pagesOf((at) => callVerb(boss, listKeys, { limit: 7, ...at }))) {
    seen.push(...keys.map(({ name }) => name));
  }
  expect([...seen].sort()).toEqual([...all].sort());
  const { keys } = await callVerb(boss, listKeys, { companyId: "acme" });
  expect(new Set(keys.map(({ owner }) => owner.id))).toEqual(new Set(["acme"]));
  const accounts: string[] = [];
  for await (const page of pagesOf((at) => callVerb(boss, listServiceAccounts, { limit: 2, ...at }))) {
    accounts.push(...page.serviceAccounts.map(({ name }) => name));
  }
  expect([...accounts].sort()).toEqual(
    (await sql(`SELECT "name" FROM "ServiceAccount"`)).map(({ name }) => name).sort(),
  );
});
