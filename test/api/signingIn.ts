import { afterAll, beforeAll, beforeEach, expect } from "vitest";
import type { Realm } from "../../lib/auth/actor.ts";
import type { NewUser } from "../../lib/signIn/createUser.ts";
import { addUser, PASSWORD } from "../support/people.ts";
import { openVisitor, type Visitor } from "../support/visitor.ts";
import { startTestConsole, type TestConsole } from "./support.ts";

export const SUMMARY = "/api/admin/legacy/summary";
export const NEXT_PASSWORD = "quite another long password";
export const SUPPORT = { realm: "platform", email: "sam@example.com", name: "Sam", role: "SUPPORT" } satisfies NewUser;
export const READER = {
  realm: "company",
  email: "rita@example.com",
  name: "Rita",
  role: "USER",
  companyId: "acme",
} satisfies NewUser;

/** What the tests of a file share, once startForSignIn has been called: a console in which Sam alone has a name. */
export let console_: TestConsole;
export let samId: string;

export function startForSignIn(): void {
  beforeAll(async () => {
    console_ = await startTestConsole();
    await console_.database.rows.company({ id: "acme", name: "Acme" });
  });
  afterAll(() => console_.close());
  beforeEach(async () => {
    await console_.sql(`TRUNCATE "PlatformUser", "User", "SignInLock", "AuthRateLimit", "CallCount" CASCADE`);
    samId = await addUser(console_.ctx, SUPPORT);
  });
}

export const visit = (realm: Realm = "platform") => openVisitor(console_.server.url, realm);

export async function visitSignedIn(realm: Realm = "platform", email = SUPPORT.email): Promise<Visitor> {
  const visitor = visit(realm);
  const { status } = await visitor.signIn("/sign-in/email", { email, password: PASSWORD });
  expect(status).toBe(200);
  return visitor;
}

export const statusOf = async (visitor: Visitor) => (await visitor.call(SUMMARY)).status;

/** The newest records of sign-in, newest first: action, outcome, kind and name of the actor. */
export async function audited(limit: number, where = console_): Promise<string[]> {
  const { rows } = await where.database.pool.query(
    `SELECT concat_ws(' ', "action", "outcome", "actorKind", "actorName") AS "line" FROM "SecurityAuditLog"
      WHERE "action" LIKE 'sign_in.%' ORDER BY "createdAt" DESC, "id" DESC LIMIT $1`,
    [limit],
  );
  return rows.map((row) => row.line);
}
