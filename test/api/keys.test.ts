import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createKey } from "../../lib/admin/keys/createKey.ts";
import { listKeys } from "../../lib/admin/keys/listKeys.ts";
import { revokeKey } from "../../lib/admin/keys/revokeKey.ts";
import { readMe } from "../../lib/admin/me/readMe.ts";
import { type CallContext, callVerb } from "../../lib/api/verb.ts";
import { findKeyActor } from "../../lib/auth/apiKeys.ts";
import { actingAs } from "../support/acting.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";

let database: TestDatabase;
let boss: CallContext;
beforeAll(async () => {
  database = await createTestDatabase();
  boss = actingAs(database.pool, "SUPER_ADMIN");
});
afterAll(() => database.drop());

const lastRecord = async () =>
  (await database.pool.query(`SELECT * FROM "SecurityAuditLog" ORDER BY "createdAt" DESC, "id" DESC LIMIT 1`)).rows[0];

describe("a key", () => {
  it("is answered once, works, and is kept nowhere", async () => {
    const { apiKey, key } = await callVerb(boss, createKey, { name: "report", role: "ADMIN" });
    expect(key).toMatch(/^ldk_[\w-]{43}$/);
    expect(apiKey).toMatchObject({ name: "report", role: "ADMIN", scopes: [], createdBy: "boss@example.com" });
    expect(key.startsWith(apiKey.prefix)).toBe(true);
    expect(await findKeyActor(boss, key)).toMatchObject({ kind: "key", name: "report", role: "ADMIN" });
    const { rows } = await database.pool.query(
      `SELECT to_jsonb(k)::text AS "text" FROM "ApiKey" k UNION ALL SELECT to_jsonb(a)::text FROM "SecurityAuditLog" a`,
    );
    for (const { text } of rows) expect(text).not.toContain(key);
    const listed = JSON.stringify(await callVerb(boss, listKeys, {}));
    expect(listed).not.toContain(key);
    expect(listed).not.toMatch(/hash|[0-9a-f]{64}/);
    expect(await lastRecord()).toMatchObject({ action: "keys.create", outcome: "done", targetId: apiKey.id });
  });

  it("does what its scopes say, and knows who it is", async () => {
    const { key } = await callVerb(boss, createKey, { name: "scoped", role: "SUPPORT", scopes: ["requests.read"] });
    const actor = await findKeyActor(boss, key);
    expect([...(actor?.permissions ?? [])].sort()).toEqual(["requests.read", "self.read"]);
    const ctx = { ...boss, actor: actor ?? boss.actor };
    expect((await callVerb(ctx, readMe, {})).me).toMatchObject({
      kind: "key",
      name: "scoped",
      role: "SUPPORT",
      pending: null,
      permissions: ["requests.read", "self.read"],
    });
    await expect(callVerb(ctx, listKeys, {})).rejects.toMatchObject({ code: "forbidden" });
  });

  it("has no scope that its role does not have", async () => {
    const { key } = await callVerb(boss, createKey, { name: "hopeful", role: "SUPPORT", scopes: ["keys.write"] });
    expect([...((await findKeyActor(boss, key))?.permissions ?? [])]).toEqual(["self.read"]);
  });

  it("never has more than its maker, who is recorded as having tried", async () => {
    const clerk = actingAs(database.pool, "SUPER_ADMIN", { scopes: ["keys.write", "requests.read"] });
    const tries = [{ role: "SUPER_ADMIN" }, { role: "SUPPORT" }, { role: "ADMIN", scopes: ["requests.reveal"] }];
    for (const given of tries) {
      await expect(callVerb(clerk, createKey, { name: "more", ...given })).rejects.toMatchObject({ code: "forbidden" });
      expect(await lastRecord()).toMatchObject({ action: "keys.create", outcome: "denied" });
    }
    const allowed = { name: "less", role: "ADMIN", scopes: ["requests.read"] };
    expect((await callVerb(clerk, createKey, allowed)).apiKey.name).toBe("less");
    for (const role of ["ADMIN", "SUPPORT"] as const) {
      const caller = actingAs(database.pool, role);
      await expect(callVerb(caller, createKey, { name: "no", role: "SUPPORT" })).rejects.toMatchObject({
        code: "forbidden",
      });
    }
  });

  it("ends when it expires or is revoked, for good and recorded once", async () => {
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
    const { apiKey, key } = await callVerb(boss, createKey, { name: "short", role: "SUPPORT", expiresAt });
    expect(apiKey.expiresAt).toBe(expiresAt);
    const later = { ...boss, clock: { ...boss.clock, now: () => new Date(Date.now() + 3_600_001) } };
    expect(await findKeyActor(boss, key)).toBeDefined();
    expect(await findKeyActor(later, key)).toBeUndefined();
    const first = await callVerb(boss, revokeKey, { id: apiKey.id });
    expect(await findKeyActor(boss, key)).toBeUndefined();
    const recorded = await lastRecord();
    expect(recorded).toMatchObject({ action: "keys.revoke", targetId: apiKey.id });
    expect(await callVerb(boss, revokeKey, { id: apiKey.id })).toEqual(first);
    expect((await lastRecord()).id).toBe(recorded.id);
    const names = async (valid: boolean) => (await callVerb(boss, listKeys, { valid })).keys.map(({ name }) => name);
    expect(await names(false)).toEqual(["short"]);
    expect(await names(true)).not.toContain("short");
  });

  it("is refused with a name that is taken, an end that is past, a scope that there is not", async () => {
    await callVerb(boss, createKey, { name: "taken", role: "SUPPORT" });
    await expect(callVerb(boss, createKey, { name: "taken", role: "SUPPORT" })).rejects.toMatchObject({
      code: "conflict",
    });
    for (const more of [{ expiresAt: "2001-01-01T00:00:00Z" }, { scopes: ["everything"] }, { role: "USER" }]) {
      await expect(callVerb(boss, createKey, { name: "x", role: "SUPPORT", ...more })).rejects.toMatchObject({
        code: "invalid_input",
      });
    }
    await expect(callVerb(boss, revokeKey, { id: "nowhere" })).rejects.toMatchObject({ code: "not_found" });
  });
});
