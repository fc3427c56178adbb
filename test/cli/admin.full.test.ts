import { verifyPassword } from "better-auth/crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Realm } from "../../lib/auth/actor.ts";
import { findKeyActor } from "../../lib/auth/apiKeys.ts";
import { actingAs } from "../support/acting.ts";
import { runCommand } from "../support/cli.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await database.rows.company({ id: "acme", name: "Acme & Sons" });
});
afterAll(() => database.drop());

async function sql(text: string) {
  return (await database.pool.query(text)).rows;
}
const admin = (...args: string[]) => runCommand(["admin", ...args], { DATABASE_URL: database.url });
const keyIn = (text: string) => /^Key: (ldk_\S+)$/m.exec(text)?.[1] ?? "";
const enter = (key: string, realm: Realm = "platform") =>
  findKeyActor(actingAs(database.pool, "SUPPORT"), realm, key, "192.0.2.1");
const passwordIn = (text: string) => /^One-time password: (\S{20})$/m.exec(text)?.[1] ?? "";

it("makes a user, prints the one-time password, and records who did it", async () => {
  const { code, stdout, stderr } = await admin("create-user", "--email", "Ada@Example.com", "--role", "SUPER_ADMIN");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toMatch(
    /^ada@example\.com now has the role SUPER_ADMIN\.\nOne-time password: \S{20}\nCopy it now: .* expires in 7 days/,
  );
  const [account] = await sql(`SELECT "password" FROM "PlatformAccount"`);
  expect(await verifyPassword({ hash: account.password, password: passwordIn(stdout) })).toBe(true);
  const [record] = await sql(`SELECT "actorKind", "action", "outcome", "details"::text FROM "SecurityAuditLog"`);
  expect(record).toMatchObject({ actorKind: "command", action: "users.create", outcome: "done" });
  expect(record.details).not.toContain(passwordIn(stdout));

  const reset = await admin("reset-password", "--email", "ada@example.com");
  expect(reset.code).toBe(0);
  const [changed] = await sql(`SELECT "password" FROM "PlatformAccount"`);
  expect(await verifyPassword({ hash: changed.password, password: passwordIn(reset.stdout) })).toBe(true);
  expect(await verifyPassword({ hash: changed.password, password: passwordIn(stdout) })).toBe(false);
});

it("makes a user of a company", async () => {
  const args = ["create-user", "--email", "rita@example.com", "--role", "AUDITOR", "--company", "Acme & Sons"];
  const { code, stdout } = await admin(...args);
  expect({ code, first: stdout.split("\n")[0] }).toEqual({
    code: 0,
    first: "rita@example.com now has the role AUDITOR at Acme & Sons.",
  });
  expect(await sql(`SELECT "companyId", "role" FROM "User"`)).toEqual([{ companyId: "acme", role: "AUDITOR" }]);
});

it("makes a key that works, for as long and for as much as is said", async () => {
  const args = ["create-key", "--name", "report", "--service-account", "reporter", "--scopes", "pipeline.read"];
  const { code, stdout } = await admin(...args, "--expires-in", "90d");
  expect(code).toBe(0);
  expect(stdout).toContain('The service account "reporter" has been created with the role SUPPORT.');
  const key = keyIn(stdout);
  expect(await enter(key)).toMatchObject({ permissions: new Set(["self.read", "pipeline.read"]) });
  const [row] = await sql(
    `SELECT ("expiresAt" - "createdAt") BETWEEN '89 days' AND '91 days' AS "fits" FROM "ApiKey" WHERE "name" = 'report'`,
  );
  expect(row).toEqual({ fits: true });
  expect(await sql(`SELECT "actorKind" FROM "SecurityAuditLog" WHERE "action" = 'keys.create'`)).toEqual([
    { actorKind: "command" },
  ]);
});

it("makes keys of a person and of a company, lists, rotates and revokes them", async () => {
  await database.rows.platformUser({ email: "sam@example.com", role: "ADMIN" });
  const own = await admin("create-key", "--name", "mine", "--owner", "Sam@Example.com", "--addresses", "192.0.2.0/24");
  expect(own.stdout).toContain("It belongs to sam@example.com, whose role is ADMIN");
  expect(await enter(keyIn(own.stdout))).toMatchObject({ role: "ADMIN", allowedAddresses: ["192.0.2.0/24"] });
  const theirs = ["create-key", "--name", "feed", "--company", "Acme & Sons", "--scopes", "company.sessions.read"];
  expect(await enter(keyIn((await admin(...theirs)).stdout), "company")).toMatchObject({ companyId: "acme" });

  const rotated = await admin("rotate-key", "mine", "--grace", "24h");
  expect(rotated.stdout).toMatch(/It is named "mine #2" and works until \S+ \S+\. "mine" works until /);
  expect(await enter(keyIn(rotated.stdout))).toBeDefined();
  expect(await enter(keyIn(own.stdout))).toBeDefined();
  expect((await admin("revoke-key", "mine")).stdout).toBe('The key "mine" has been revoked.\n');
  expect(await enter(keyIn(own.stdout))).toBeUndefined();

  const listed = await admin("list-keys");
  expect(listed.stdout).toMatch(/^feed +company Acme & Sons .* works .* company\.sessions\.read/m);
  expect(listed.stdout).toMatch(/^mine #2 +user sam@example\.com +ADMIN +works .* 192\.0\.2\.0\/24/m);
  expect(listed.stdout).not.toMatch(/^mine +user/m);
  const { keys } = JSON.parse((await admin("list-keys", "--all", "--json")).stdout);
  expect(keys.map(({ name, state }: { name: string; state: string }) => [name, state])).toContainEqual([
    "mine",
    "revoked",
  ]);
});

it("lists, disables and enables service accounts", async () => {
  expect((await admin("create-service-account", "--name", "robot", "--role", "ADMIN")).code).toBe(0);
  const { stdout } = await admin("create-key", "--name", "robot", "--service-account", "robot");
  expect((await admin("disable-service-account", "robot")).stdout).toContain("Its keys have stopped working.");
  expect(await enter(keyIn(stdout))).toBeUndefined();
  expect((await admin("list-service-accounts")).stdout).toMatch(/^robot +ADMIN +disabled +1 /m);
  await admin("enable-service-account", "robot");
  expect(await enter(keyIn(stdout))).toMatchObject({ role: "ADMIN" });
});

it("leaves no service account behind where its key is refused", async () => {
  const args = ["create-key", "--name", "x", "--service-account", "left over", "--role", "SUPPORT"];
  const { code, stderr } = await admin(...args, "--scopes", "keys.write");
  expect(code).toBe(1);
  expect(stderr).toContain("does not have keys.write");
  expect(await sql(`SELECT * FROM "ServiceAccount" WHERE "name" = 'left over'`)).toEqual([]);
});

it.each([
  [["create-user", "--email", "x@example.com", "--role", "BOSS"], /role: must be/],
  [["create-user", "--email", "nobody", "--role", "ADMIN"], /email: is not an email address/],
  [["create-user", "--email", "x@example.com", "--role", "USER"], /USER is not a role in the realm platform/],
  [["create-user", "--email", "x@example.com", "--role", "USER", "--company", "None"], /No company is named "None"/],
  [
    ["create-key", "--name", "x", "--service-account", "x", "--expires-in", "soon"],
    /--expires-in soon is not a valid time\. Write it like 90d/,
  ],
  [["create-key", "--name", "x", "--service-account", "x", "--scopes", "all"], /--scopes: must be/],
  [["create-key", "--name", "x", "--service-account", "x", "--expires-in", "400d"], /A key works for a year at most/],
  [["create-key", "--name", "x", "--service-account", "x", "--addresses", "here"], /must be an IP address or a range/],
  [
    ["create-key", "--name", "x y", "--role", "ADMIN"],
    /Say whose key it is, by one of --owner <email>.* create-key --name "x y" --service-account "x y" --role ADMIN/,
  ],
  [["create-key", "--name", "x", "--owner", "a@example.com", "--company", "Acme & Sons"], /Say whose key it is/],
  [["create-key", "--name", "x", "--company", "Acme & Sons", "--role", "ADMIN"], /--role goes with --service-account/],
  [["create-key", "--name", "x", "--company", "Acme & Sons"], /needs one or more of company\.sessions\.read/],
  [["create-key", "--name", "x", "--owner", "a@example.com"], /No platform user has the email address a@example\.com/],
  [["revoke-key", "none"], /No key is named "none"/],
  [["disable-service-account", "none"], /No service account is named "none"/],
  [["reset-password", "--email", "nobody@example.com"], /No user has the email address nobody@example\.com/],
] as const)("says in one sentence what is wrong with %j", async (args, sentence) => {
  const { code, stdout, stderr } = await admin(...args);
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toMatch(/^livedash: [^\n]+\n$/);
  expect(stderr).toMatch(sentence);
});
