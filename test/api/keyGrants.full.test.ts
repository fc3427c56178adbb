import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createKey } from "../../lib/admin/keys/createKey.ts";
import { revokeKey } from "../../lib/admin/keys/revokeKey.ts";
import { rotateKey } from "../../lib/admin/keys/rotateKey.ts";
import { createServiceAccount } from "../../lib/admin/serviceAccounts/createServiceAccount.ts";
import { updateServiceAccount } from "../../lib/admin/serviceAccounts/updateServiceAccount.ts";
import { createUser } from "../../lib/admin/users/createUser.ts";
import { resetPassword } from "../../lib/admin/users/resetPassword.ts";
import { resetTwoFactor } from "../../lib/admin/users/resetTwoFactor.ts";
import { revokeSessions } from "../../lib/admin/users/revokeSessions.ts";
import { updateUser } from "../../lib/admin/users/updateUser.ts";
import { callOperation, type Operation } from "../../lib/api/operation.ts";
import {
  COMPANY_KEY_SCOPES,
  PLATFORM_PERMISSION_NAMES,
  PLATFORM_PERMISSIONS,
  type PlatformPermission,
  permissionsOfRole,
} from "../../lib/auth/permissions.ts";
import { CompanyRole, PlatformRole } from "../../lib/db/enums.ts";
import { OPERATIONS } from "../../lib/operations.ts";
import { actingAs } from "../support/acting.ts";
import { addCompanyKey, addKey } from "../support/people.ts";
import { ENDPOINTS, type Endpoint, exampleCall } from "./endpoints.ts";
import { call, startTestConsole, type TestConsole } from "./support.ts";

const ROLES = Object.values(PlatformRole);

/** Somebody with a key, and what it opens: permissions, or nothing at all with this status. */
interface Holder {
  who: string;
  headers: { Authorization: string };
  realm: "platform" | "company";
  opens: ReadonlySet<string>;
  /** What every call is answered, in the key's own realm. */
  refused?: 401 | 403;
}

let console_: TestConsole;
const holders: Holder[] = [];
beforeAll(async () => {
  console_ = await startTestConsole();
  const { ctx, database, sql } = console_;
  const { rows } = database;
  await rows.companies([{ id: "acme" }, { id: "closed" }]);
  const add = (
    who: string,
    { headers }: Pick<Holder, "headers">,
    opens: Iterable<string>,
    more: Partial<Holder> = {},
  ) => holders.push({ who, headers, realm: "platform", opens: new Set(opens), ...more });
  const rolesOf = (permission: PlatformPermission): readonly PlatformRole[] => PLATFORM_PERMISSIONS[permission];
  const allOf = (role: PlatformRole) => PLATFORM_PERMISSION_NAMES.filter((name) => rolesOf(name).includes(role));
  for (const role of ROLES) {
    add(`service account, ${role}`, await addKey(ctx, role), allOf(role));
    const own = await addKey(ctx, role);
    const { id } = await rows.platformUser({ role });
    await sql(`UPDATE "ApiKey" SET "ownerId" = $2, "serviceAccountId" = NULL WHERE "id" = $1`, [own.id, id]);
    add(`user, ${role}`, own, allOf(role));
    const disabled = await addKey(ctx, role);
    const off = await rows.platformUser({ role, disabledAt: new Date() });
    await sql(`UPDATE "ApiKey" SET "ownerId" = $2, "serviceAccountId" = NULL WHERE "id" = $1`, [disabled.id, off.id]);
    add(`disabled user, ${role}`, disabled, [], { refused: 401 });
    const idle = await addKey(ctx, role);
    await sql(`UPDATE "ServiceAccount" SET "disabledAt" = now() WHERE "id" = $1`, [idle.serviceAccountId]);
    add(`disabled service account, ${role}`, idle, [], { refused: 401 });
    const elsewhere = await addKey(ctx, role, { allowedAddresses: ["192.0.2.0/24"] });
    add(`from another address, ${role}`, elsewhere, [], { refused: 403 });
    add(`expired, ${role}`, await addKey(ctx, role, { expiresAt: new Date(Date.now() - 1_000) }), [], { refused: 401 });
  }
  for (const scope of PLATFORM_PERMISSION_NAMES) {
    add(`SUPER_ADMIN with ${scope}`, await addKey(ctx, "SUPER_ADMIN", { scopes: [scope] }), ["self.read", scope]);
    // As for one whose owner had a higher role when the key was made.
    const opens = rolesOf(scope).includes("SUPPORT") ? ["self.read", scope] : ["self.read"];
    add(`SUPPORT with ${scope}`, await addKey(ctx, "SUPPORT", { scopes: [scope] }), opens);
  }
  for (const scope of COMPANY_KEY_SCOPES) {
    const realm = "company";
    add(`acme with ${scope}`, await addCompanyKey(ctx, "acme", { scopes: [scope] }), ["company.read", scope], {
      realm,
    });
    add(`closed with ${scope}`, await addCompanyKey(ctx, "closed", { scopes: [scope] }), [], { realm, refused: 403 });
  }
  await sql(`UPDATE "Company" SET "status" = 'SUSPENDED' WHERE "id" = 'closed'`);
});
afterAll(() => console_.close());
beforeEach(() => console_.sql(`TRUNCATE "CallCount"`));

function expected(holder: Holder, endpoint: Endpoint): number {
  if (holder.realm !== endpoint.realm) return 401;
  if (holder.refused) return holder.refused;
  // Who may make the call is told what is wrong with it.
  return holder.opens.has(endpoint.permission) ? 400 : 403;
}

it("covers every operation", () => {
  expect(ENDPOINTS.map(({ operationId }) => operationId).sort()).toEqual(OPERATIONS.map(({ name }) => name).sort());
});

it.each(ENDPOINTS.map((endpoint) => [`${endpoint.method} ${endpoint.path}`, endpoint] as const))(
  "%s opens to the keys that have its permission, and to no others",
  async (_, endpoint) => {
    const { path, init } = exampleCall(endpoint, { query: "surely_unknown=1" });
    const answers: Record<string, number> = {};
    for (const { who, headers } of holders) {
      const reply = await fetch(console_.server.url + path, { ...init, headers: { ...init.headers, ...headers } });
      await reply.text();
      answers[who] = reply.status;
      if (Object.keys(answers).length % 40 === 0) await console_.sql(`TRUNCATE "CallCount"`);
    }
    expect(answers).toEqual(Object.fromEntries(holders.map((holder) => [holder.who, expected(holder, endpoint)])));
  },
);

it("a revoked key opens nothing", async () => {
  const { headers, id } = await addKey(console_.ctx, "SUPER_ADMIN");
  expect((await call(console_, "/api/admin/me", { headers })).status).toBe(200);
  await console_.sql(`UPDATE "ApiKey" SET "revokedAt" = now() WHERE "id" = $1`, [id]);
  expect((await call(console_, "/api/admin/me", { headers })).status).toBe(401);
});

/** What an operator has to have to make, or to touch, a user of a company. */
const FOR_COMPANY: Record<CompanyRole, readonly PlatformPermission[]> = {
  USER: ["companies.read", "requests.reveal"],
  ADMIN: ["companies.read", "requests.reveal", "lists.export", "users.read", "users.write"],
  AUDITOR: ["companies.read", "requests.reveal", "lists.export"],
};

describe.each(PLATFORM_PERMISSION_NAMES.filter((name) => name !== "self.read"))("who lacks %s alone", (lacking) => {
  const attempts: [string, Operation, object][] = [];
  const attempt = (what: string, operation: unknown, input: object) =>
    attempts.push([what, operation as Operation, input]);

  it("grants it in no way, and touches nobody who has it", async () => {
    const { rows, pool } = console_.database;
    const others = PLATFORM_PERMISSION_NAMES.filter((name) => name !== lacking);
    const actor = actingAs(pool, "SUPER_ADMIN", { scopes: others });
    for (const role of ROLES.filter((each) => permissionsOfRole(each).has(lacking))) {
      const user = { id: (await rows.platformUser({ role })).id };
      const low = { id: (await rows.platformUser({ role: "SUPPORT" })).id };
      const { serviceAccountId } = await addKey(console_.ctx, role);
      const { id } = await addKey(console_.ctx, role, { scopes: [lacking] });
      attempt(`create ${role}`, createUser, { email: `${role}.${lacking}@example.com`, role });
      attempt(`password of ${role}`, resetPassword, user);
      attempt(`second factor of ${role}`, resetTwoFactor, user);
      attempt(`sessions of ${role}`, revokeSessions, user);
      attempt(`disable ${role}`, updateUser, { ...user, disabled: true });
      attempt(`rename ${role}`, updateUser, { ...user, name: "Owned" });
      attempt(`raise to ${role}`, updateUser, { ...low, role });
      attempt(`account of ${role}`, createServiceAccount, { name: `new ${role} ${lacking}`, role });
      attempt(`disable account of ${role}`, updateServiceAccount, { id: serviceAccountId, disabled: true });
      attempt(`key of ${role}`, createKey, { name: `k ${role} ${lacking}`, serviceAccountId });
      attempt(`scoped key of ${role}`, createKey, {
        name: `s ${role} ${lacking}`,
        serviceAccountId,
        scopes: [lacking],
      });
      attempt(`key of user ${role}`, createKey, { name: `u ${role} ${lacking}`, ownerId: user.id });
      attempt(`revoke key of ${role}`, revokeKey, { id });
      attempt(`rotate key of ${role}`, rotateKey, { id });
    }
    for (const role of Object.values(CompanyRole).filter((each) => FOR_COMPANY[each].includes(lacking))) {
      const user = { realm: "company", id: (await rows.user({ companyId: "acme", role })).id };
      const email = `${role}.${lacking}@acme.example`;
      attempt(`create company ${role}`, createUser, { realm: "company", companyId: "acme", email, role });
      attempt(`password of company ${role}`, resetPassword, user);
      attempt(`second factor of company ${role}`, resetTwoFactor, user);
      attempt(`sessions of company ${role}`, revokeSessions, user);
      attempt(`disable company ${role}`, updateUser, { ...user, disabled: true });
    }
    const state = async () =>
      (
        await pool.query(
          `SELECT (SELECT json_agg(u ORDER BY "id") FROM "PlatformUser" u) AS "users", (SELECT json_agg(u ORDER BY "id") FROM "User" u) AS "readers",
                  (SELECT json_agg(k ORDER BY "id") FROM "ApiKey" k) AS "keys", (SELECT json_agg(a ORDER BY "id") FROM "ServiceAccount" a) AS "accounts"`,
        )
      ).rows;
    const before = await state();
    const denials = async () =>
      (await pool.query(`SELECT count(*)::int AS "n" FROM "SecurityAuditLog" WHERE "outcome" = 'denied'`)).rows[0].n;
    const deniedBefore = await denials();
    const outcomes: Record<string, string> = {};
    for (const [what, operation, input] of attempts) {
      outcomes[what] = await callOperation(actor, operation, input).then(
        () => "done",
        (error) => error.code,
      );
    }
    expect(outcomes).toEqual(Object.fromEntries(attempts.map(([what]) => [what, "forbidden"])));
    expect(attempts.length).toBeGreaterThan(10);
    expect(await state()).toEqual(before);
    expect((await denials()) - deniedBefore).toBe(attempts.length);
  });
});
