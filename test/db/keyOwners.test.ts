import type { Pool } from "pg";
import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { findKeyActor, makeApiKey } from "../../lib/auth/apiKeys.ts";
import { applyMigrations } from "../../lib/db/migrate.ts";
import { openPool } from "../../lib/db/pool.ts";
import { actingAs } from "../support/acting.ts";
import { migrateBefore } from "../support/migrateBefore.ts";
import { addressOf, onServer } from "../support/testServer.ts";

const name = `${inject("template")}_key_owners`;
const DAY_MS = 86_400_000;

let pool: Pool;
const made = makeApiKey();
beforeAll(async () => {
  const server = inject("serverUrl");
  await onServer(server, `CREATE DATABASE ${name} TEMPLATE template0`);
  const databaseUrl = addressOf(server, name);
  pool = openPool(databaseUrl);
  await migrateBefore(databaseUrl, "_keys_have_owners");
  const insert = (id: string, role: string, ends: string, revoked: string, hash: string) =>
    pool.query(
      `INSERT INTO "ApiKey" ("id", "name", "role", "scopes", "hash", "prefix", "createdBy", "createdAt", "expiresAt", "revokedAt")
       VALUES ($1, 'key ' || $1, $2::"PlatformRole", '{requests.read}', $3, 'ldk_', 'ada@example.com', now() - interval '3 years', ${ends}, ${revoked})`,
      [id, role, hash],
    );
  await insert("forever", "ADMIN", "NULL", "NULL", made.hash);
  await insert("far", "SUPER_ADMIN", "now() + interval '5 years'", "NULL", "b");
  await insert("near", "SUPPORT", "now() + interval '10 days'", "NULL", "c");
  await insert("past", "SUPPORT", "now() - interval '10 days'", "NULL", "d");
  await insert("revoked", "SUPPORT", "NULL", "now() - interval '1 day'", "e");
  await applyMigrations({ databaseUrl });
});
afterAll(async () => {
  await pool?.end();
  await onServer(inject("serverUrl"), `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
});

it("keys that there were become those of a service account each, and end within a year, or when they did", async () => {
  const { rows } = await pool.query(
    `SELECT k."id", a."name", a."role"::text, a."disabledAt" IS NOT NULL AS "disabled",
            round(extract(epoch FROM k."expiresAt" - now()) / 86400)::int AS "days"
       FROM "ApiKey" k JOIN "ServiceAccount" a ON a."id" = k."serviceAccountId" ORDER BY k."id"`,
  );
  expect(rows).toEqual([
    { id: "far", name: "key far", role: "SUPER_ADMIN", disabled: false, days: 365 },
    { id: "forever", name: "key forever", role: "ADMIN", disabled: false, days: 365 },
    { id: "near", name: "key near", role: "SUPPORT", disabled: false, days: 10 },
    { id: "past", name: "key past", role: "SUPPORT", disabled: false, days: -10 },
    { id: "revoked", name: "key revoked", role: "SUPPORT", disabled: true, days: 365 },
  ]);
});

it("they go on working, until then", async () => {
  const ctx = actingAs(pool, "SUPPORT");
  expect(await findKeyActor(ctx, "platform", made.key, "192.0.2.1")).toMatchObject({
    name: "key forever",
    role: "ADMIN",
    permissions: new Set(["self.read", "requests.read"]),
  });
  const later = { ...ctx, clock: { ...ctx.clock, now: () => new Date(Date.now() + 366 * DAY_MS) } };
  expect(await findKeyActor(later, "platform", made.key, "192.0.2.1")).toBeUndefined();
});
