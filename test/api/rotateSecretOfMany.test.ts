import { symmetricDecrypt, symmetricEncrypt } from "better-auth/crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import { rotateSecret } from "../../lib/admin/secret/rotateSecret.ts";
import type { CallContext } from "../../lib/api/operation.ts";
import { confirm, isConfirmed } from "../../lib/audit/seal.ts";
import { signInSecrets } from "../../lib/signIn/signInSecrets.ts";
import { actingAs } from "../support/acting.ts";
import { tamperWith } from "../support/audit.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";

const OLD = "the one that was in use until now, 1st";
const NEW = "that which comes in its place, the 2nd";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const sql = async (text: string, values?: unknown[]) => (await database.owner.query(text, values)).rows;

function withSecrets(current: string, previous?: string): CallContext {
  const boss = actingAs(database.pool, "SUPER_ADMIN");
  const secrets = { LIVEDASH_SECRET: current, ...(previous ? { LIVEDASH_SECRET_PREVIOUS: previous } : {}) };
  return { ...boss, config: { ...boss.config, ...secrets } };
}

/** What the sign-in library encrypts the second factors of companies' users with. */
function libraryKey(ctx: CallContext) {
  const { secrets } = signInSecrets(ctx.config, "company");
  return {
    keys: new Map(secrets.map(({ version, value }) => [version, value])),
    currentVersion: secrets[0]?.version ?? 0,
  };
}

it("a new secret confirms seals, and encrypts second factors, however many there are", async () => {
  const old = withSecrets(OLD);
  const seals = Array.from({ length: 5_001 }, (_, n) => {
    const seal = { kind: "seal", sequence: n + 1, hash: `hash ${n}`, at: new Date("2026-03-01T10:00:00Z") } as const;
    return { ...seal, ...confirm(old.config, seal) };
  });
  await tamperWith(
    database.owner,
    `INSERT INTO "AuditSeal" ("sequence", "hash", "sealedAt", "keyId", "mac")
     SELECT r.* FROM json_to_recordset('${JSON.stringify(seals)}')
       AS r("sequence" bigint, "hash" text, "at" timestamptz, "keyId" text, "mac" text)`,
  );
  const users = await database.rows.users(501, (n) => ({ id: `user ${n}` }));
  const secret = await symmetricEncrypt({ key: libraryKey(old), data: "a secret" });
  const backupCodes = await symmetricEncrypt({ key: libraryKey(old), data: "some codes" });
  await sql(
    `INSERT INTO "UserTwoFactor" ("id", "userId", "secret", "backupCodes")
     SELECT "id", "id", $2, $3 FROM unnest($1::text[]) AS given("id")`,
    [users.map(({ id }) => id), secret, backupCodes],
  );

  expect(await rotateSecret(withSecrets(NEW, OLD), { lost: false })).toMatchObject({
    secondFactors: { done: 501, broken: [] },
    auditSeals: { done: 5_001, broken: [] },
  });
  const alone = withSecrets(NEW);
  const stored = await sql(`SELECT "secret", "backupCodes" FROM "UserTwoFactor"`);
  expect(stored).toHaveLength(501);
  const key = libraryKey(alone);
  for (const { secret, backupCodes } of stored) {
    expect(await symmetricDecrypt({ key, data: secret })).toBe("a secret");
    expect(await symmetricDecrypt({ key, data: backupCodes })).toBe("some codes");
  }
  const confirmed = await sql(
    `SELECT 'seal' AS "kind", "sequence"::float8 AS "sequence", "hash", "sealedAt" AS "at", "keyId", "mac" FROM "AuditSeal"`,
  );
  expect(confirmed).toHaveLength(5_001);
  expect(confirmed.filter((seal) => !isConfirmed(alone.config, seal))).toEqual([]);
});
