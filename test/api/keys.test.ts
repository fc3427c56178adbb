import { describe, expect, it } from "vitest";
import { atCommandLine } from "../../cli/commandActor.ts";
import { listKeys } from "../../lib/admin/keys/listKeys.ts";
import { revokeKey } from "../../lib/admin/keys/revokeKey.ts";
import { readMe } from "../../lib/admin/me/readMe.ts";
import { listServiceAccounts } from "../../lib/admin/serviceAccounts/listServiceAccounts.ts";
import { callOperation } from "../../lib/api/operation.ts";
import { findKeyActor } from "../../lib/auth/apiKeys.ts";
import { actingAs } from "../support/acting.ts";
import { pagesOf } from "../support/pages.ts";
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
    const listed = JSON.stringify(await callOperation(boss, listKeys, {}));
    expect(listed).not.toContain(key);
    expect(listed).not.toMatch(/hash|[0-9a-f]{64}/);
    expect(await lastRecord()).toMatchObject({ action: "keys.create", outcome: "done", targetId: apiKey.id });
  });

  it("says when it was used last, to the minute", async () => {
    const { apiKey, key } = await create({ serviceAccountId: account.ADMIN });
    expect(apiKey.lastUsedAt).toBeNull();
    const lastUsed = async () => {
      const { keys } = await callOperation(boss, listKeys, {});
      return keys.find(({ id }) => id === apiKey.id)?.lastUsedAt;
    };
    const use = async (ms: number) => {
      const at = new Date(Date.now() + ms);
      await findKeyActor({ ...boss, clock: { ...boss.clock, now: () => at } }, "platform", key, "192.0.2.1");
      return at.toISOString();
    };
    const first = await use(0);
    expect(await lastUsed()).toBe(first);
    await use(59_000);
    expect(await lastUsed()).toBe(first);
    expect(await use(61_000)).toBe(await lastUsed());
  });

  it("does what its scopes say, and knows who it is", async () => {
    const { apiKey, key } = await create({ serviceAccountId: account.SUPPORT, scopes: ["requests.read"] });
    const ctx = await withKey(key);
    expect([...ctx.actor.permissions].sort()).toEqual(["requests.read", "self.read"]);
    expect((await callOperation(ctx, readMe, {})).me).toMatchObject({
      kind: "key",
      role: "SUPPORT",
      pending: null,
      permissions: ["requests.read", "self.read"],
      expiresAt: apiKey.expiresAt,
    });
    await expect(callOperation(ctx, listKeys, {})).rejects.toMatchObject({ code: "forbidden" });
  });

  it("is told apart from a person who asks who they are, and from the command line", async () => {
    const person = actingAs(database.pool, "SUPPORT", { id: "sam" });
    expect((await callOperation(person, readMe, {})).me).toMatchObject({
      kind: "user",
      id: "sam",
      displayName: "Boss",
      role: "SUPPORT",
      expiresAt: null,
      pending: null,
    });
    const { me } = await callOperation(atCommandLine(boss), readMe, {});
    expect(me).toMatchObject({ kind: "command", displayName: null, role: null, expiresAt: null, pending: null });
    expect(me.permissions).toContain("keys.write");
  });

  it("is not made with a field that there is not; a role, as keys had once, is explained", async () => {
    const before = await sql(`SELECT count(*) FROM "ApiKey"`);
    const refused = async (more: object) =>
      create({ serviceAccountId: account.SUPPORT, ...more }).catch(({ code, message }) => [code, message]);
    expect(await refused({ colour: "red" })).toEqual(["invalid_input", expect.stringContaining("colour")]);
    expect(await refused({ colour: "red" })).not.toEqual(["invalid_input", expect.stringContaining("owner's role")]);
    expect(await refused({ role: "ADMIN" })).toEqual([
      "invalid_input",
      expect.stringContaining("has its owner's role"),
    ]);
    expect(await sql(`SELECT count(*) FROM "ApiKey"`)).toEqual(before);
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
    const first = await callOperation(boss, revokeKey, { id: apiKey.id });
    expect(first.apiKey.state).toBe("revoked");
    expect(await enter(key)).toBeUndefined();
    const recorded = await lastRecord();
    expect(recorded).toMatchObject({ action: "keys.revoke", targetId: apiKey.id });
    expect(await callOperation(boss, revokeKey, { id: apiKey.id })).toEqual(first);
    expect((await lastRecord()).id).toBe(recorded.id);
    const listed = async (valid: boolean) =>
      (await callOperation(boss, listKeys, { valid, serviceAccountId: account.SUPPORT })).keys.map(({ name }) => name);
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
    await expect(callOperation(boss, revokeKey, { id: "nowhere" })).rejects.toMatchObject({ code: "not_found" });
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

it("lists keys and service accounts page by page, each once, and those of one owner", async () => {
  for (let n = 0; n < 8; n++) await create({ serviceAccountId: account.SUPPORT });
  await create({ companyId: "acme", scopes: ["company.sessions.read"] });
  const all = (await sql(`SELECT "name" FROM "ApiKey"`)).map(({ name }) => name);
  const seen: string[] = [];
  for await (const { keys } of pagesOf((at) => callOperation(boss, listKeys, { limit: 7, ...at }))) {
    seen.push(...keys.map(({ name }) => name));
  }
  expect([...seen].sort()).toEqual([...all].sort());
  const { keys } = await callOperation(boss, listKeys, { companyId: "acme" });
  expect(new Set(keys.map(({ owner }) => owner.id))).toEqual(new Set(["acme"]));
  const accounts: string[] = [];
  for await (const page of pagesOf((at) => callOperation(boss, listServiceAccounts, { limit: 2, ...at }))) {
    accounts.push(...page.serviceAccounts.map(({ name }) => name));
  }
  expect([...accounts].sort()).toEqual(
    (await sql(`SELECT "name" FROM "ServiceAccount"`)).map(({ name }) => name).sort(),
  );
});
