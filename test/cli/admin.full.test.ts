import { verifyPassword } from "better-auth/crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
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
const passwordIn = (text: string) => /^One-time password: (\S{20})$/m.exec(text)?.[1] ?? "";

it("makes a user, prints the one-time password, and records who did it", async () => {
  const { code, stdout, stderr } = await admin("create-user", "--email", "Ada@Example.com", "--role", "SUPER_ADMIN");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toMatch(
    /^ada@example\.com now has the role SUPER_ADMIN\.\nOne-time password: \S{20}\nCopy it now: .* It expires in 7 days/,
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
  const args = ["create-key", "--name", "report", "--role", "SUPPORT", "--expires", "90d", "--scopes", "pipeline.read"];
  const { code, stdout } = await admin(...args);
  expect(code).toBe(0);
  const key = /^Key: (ldk_\S+)$/m.exec(stdout)?.[1] ?? "";
  const actor = await findKeyActor(actingAs(database.pool, "SUPPORT"), key);
  expect([...(actor?.permissions ?? [])].sort()).toEqual(["pipeline.read", "self.read"]);
  const [row] = await sql(
    `SELECT ("expiresAt" - "createdAt") BETWEEN '89 days' AND '91 days' AS "fits" FROM "ApiKey" WHERE "name" = 'report'`,
  );
  expect(row).toEqual({ fits: true });
  expect(await sql(`SELECT "actorKind" FROM "SecurityAuditLog" WHERE "action" = 'keys.create'`)).toEqual([
    { actorKind: "command" },
  ]);
});

it.each([
  [["create-user", "--email", "x@example.com", "--role", "BOSS"], /role: Invalid option/],
  [["create-user", "--email", "nobody", "--role", "ADMIN"], /email: Invalid email/],
  [["create-user", "--email", "x@example.com", "--role", "USER"], /USER is not a role in the realm platform/],
  [["create-user", "--email", "x@example.com", "--role", "USER", "--company", "None"], /No company is named "None"/],
  [
    ["create-key", "--name", "x", "--role", "ADMIN", "--expires", "soon"],
    /--expires soon is not a valid time\. Write it like 90d/,
  ],
  [["create-key", "--name", "x", "--role", "ADMIN", "--scopes", "all"], /scopes\.0: Invalid option/],
  [["reset-password", "--email", "nobody@example.com"], /No user has the email address nobody@example\.com/],
] as const)("says in one sentence what is wrong with %j", async (args, sentence) => {
  const { code, stdout, stderr } = await admin(...args);
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toMatch(/^livedash: [^\n]+\n$/);
  expect(stderr).toMatch(sentence);
});
