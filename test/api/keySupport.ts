import { afterAll, beforeAll } from "vitest";
import { createKey } from "../../lib/admin/keys/createKey.ts";
import { type CallContext, callOperation } from "../../lib/api/operation.ts";
import type { Realm } from "../../lib/auth/actor.ts";
import { findKeyActor } from "../../lib/auth/apiKeys.ts";
import type { PlatformRole } from "../../lib/db/enums.ts";
import { actingAs } from "../support/acting.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";

export const DAY_MS = 86_400_000;

/** What the tests of a file share, once startForKeys has been called. */
export let database: TestDatabase;
export let boss: CallContext;
/** A service account of each role. */
export let account: Record<PlatformRole, string>;

export function startForKeys(): void {
  beforeAll(async () => {
    database = await createTestDatabase();
    boss = actingAs(database.pool, "SUPER_ADMIN");
    const { rows } = database;
    const of = async (role: PlatformRole) => (await rows.serviceAccount({ role, name: `program of ${role}` })).id;
    account = { SUPER_ADMIN: await of("SUPER_ADMIN"), ADMIN: await of("ADMIN"), SUPPORT: await of("SUPPORT") };
    await rows.sessions([{ companyId: "acme" }, { companyId: "other" }]);
  });
  afterAll(() => database.drop());
}

export const sql = async (text: string, values: unknown[] = []) => (await database.owner.query(text, values)).rows;
export const lastRecord = async () =>
  (await sql(`SELECT * FROM "SecurityAuditLog" ORDER BY "createdAt" DESC, "id" DESC LIMIT 1`))[0];
export const inTime = (ms: number) => new Date(Date.now() + ms).toISOString();
let names = 0;
export const create = (given: object, by = boss) => callOperation(by, createKey, { name: `key ${++names}`, ...given });
export const enter = (key: string, realm: Realm = "platform", from: string | null = "192.0.2.1") =>
  findKeyActor(boss, realm, key, from);
/** What this key may do; nothing if it lets nobody in. */
export async function permissionsOf(key: string): Promise<string[]> {
  const actor = await enter(key);
  return actor && "permissions" in actor ? [...actor.permissions].sort() : [];
}

/** The context of a call that is made with this key. */
export async function withKey(key: string, realm: Realm = "platform"): Promise<CallContext> {
  const actor = await enter(key, realm);
  if (!actor || actor.kind === "refused") throw new Error("The key does not let anybody in.");
  return { ...boss, actor };
}
