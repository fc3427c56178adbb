import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Realm } from "../../lib/auth/actor.ts";
import { createUser, type NewUser } from "../../lib/auth/createUser.ts";
import { addUser, PASSWORD } from "../support/people.ts";
import { openVisitor, type Visitor } from "../support/visitor.ts";
import { call, startTestConsole, type TestConsole } from "./support.ts";

const SUMMARY = "/api/admin/legacy/summary";
const NEXT_PASSWORD = "quite another long password";
const SUPPORT = { realm: "platform", email: "sam@example.com", name: "Sam", role: "SUPPORT" } satisfies NewUser;
const READER = {
  realm: "company",
  email: "rita@example.com",
  name: "Rita",
  role: "USER",
  companyId: "acme",
} satisfies NewUser;

let console_: TestConsole;
let samId: string;
beforeAll(async () => {
  console_ = await startTestConsole();
  await console_.sql(`INSERT INTO "Company" ("id", "name") VALUES ('acme', 'Acme')`);
});
afterAll(() => console_.close());

beforeEach(async () => {
  await console_.sql(`TRUNCATE "PlatformUser", "User", "SignInLock", "AuthRateLimit", "CallCount" CASCADE`);
  samId = await addUser(console_.ctx, SUPPORT);
});

const visit = (realm: Realm = "platform") => openVisitor(console_.server.url, realm);
async function visitSignedIn(realm: Realm = "platform", email = SUPPORT.email): Promise<Visitor> {
  const visitor = visit(realm);
  const { status } = await visitor.signIn("/sign-in/email", { email, password: PASSWORD });
  expect(status).toBe(200);
  return visitor;
}
const statusOf = async (visitor: Visitor) => (await visitor.call(SUMMARY)).status;

/** The newest records of sign-in, newest first: action, outcome, kind and name of the actor. */
async function audited(limit: number): Promise<string[]> {
  const { rows } = await console_.database.pool.query(
    `SELECT concat_ws(' ', "action", "outcome", "actorKind", "actorName") AS "line" FROM "SecurityAuditLog"
      WHERE "action" LIKE 'sign_in.%' ORDER BY "createdAt" DESC, "id" DESC LIMIT $1`,
    [limit],
  );
  return rows.map((row) => row.line);
}

describe("signing in with a password", () => {
  it("opens the API with a cookie that no script reads and no other site sends", async () => {
    const visitor = await visitSignedIn();
    expect(visitor.received).toHaveLength(1);
    expect(visitor.received[0]).toMatch(/^livedash-platform\.session_token=/);
    expect(visitor.received[0]).toMatch(/; Path=\/; HttpOnly; SameSite=Strict$/);
    expect(await statusOf(visitor)).toBe(200);
    expect(await audited(1)).toEqual(["sign_in.password done user sam@example.com"]);
  });

  it("answers the same for a wrong password, an unknown address and somebody who is disabled", async () => {
    const off = { ...SUPPORT, email: "off@example.com" };
    const offId = await addUser(console_.ctx, off);
    await console_.sql(`UPDATE "PlatformUser" SET "disabledAt" = now() WHERE "id" = $1`, [offId]);
    const tries = [
      { email: SUPPORT.email, password: "not the password" },
      { email: "nobody@example.com", password: PASSWORD },
      { email: off.email, password: PASSWORD },
      { email: off.email, password: "not the password" },
    ];
    for (const body of tries) {
      const reply = await visit().signIn("/sign-in/email", body);
      expect(reply.status).toBe(401);
      expect(reply.body).toEqual({ code: "INVALID_EMAIL_OR_PASSWORD", message: "Invalid email or password" });
      expect(reply.headers.getSetCookie()).toEqual([]);
    }
    expect(await audited(4)).toEqual([
      "sign_in.password failed anonymous off@example.com",
      "sign_in.password denied anonymous off@example.com",
      "sign_in.password failed anonymous nobody@example.com",
      "sign_in.password failed anonymous sam@example.com",
    ]);
  });

  it("locks an address that nobody has like any other", async () => {
    const attempt = () => visit().signIn("/sign-in/email", { email: "nobody@example.com", password: "wrong password" });
    const replies = await Promise.all(Array.from({ length: 9 }, attempt));
    expect(replies.map(({ status }) => status).sort()).toEqual([...Array(8).fill(401), 429]);
  });

  it("gives a new session each time, and ends it at signing out", async () => {
    const first = await visitSignedIn();
    const second = await visitSignedIn();
    const token = (visitor: Visitor) => visitor.cookies.get("livedash-platform.session_token");
    expect(token(first)).not.toBe(token(second));
    const kept = new Map(first.cookies);
    await first.signIn("/sign-out", {});
    for (const [name, value] of kept) first.cookies.set(name, value);
    expect(await statusOf(first)).toBe(401);
    expect(await statusOf(second)).toBe(200);
    expect(await audited(1)).toEqual(["sign_in.sign_out done user sam@example.com"]);
  });

  it("holds over all workers: many wrong passwords at once are not more than many in a row", async () => {
    const attempt = (password: string) => visit().signIn("/sign-in/email", { email: SUPPORT.email, password });
    const replies = await Promise.all(Array.from({ length: 14 }, (_, index) => attempt(`wrong password ${index}`)));
    expect(replies.map(({ status }) => status).sort()).toEqual([...Array(8).fill(401), ...Array(6).fill(429)]);
    const locked = await attempt(PASSWORD);
    expect(locked).toMatchObject({ status: 429, body: { code: "ADDRESS_LOCKED" } });
    expect(await audited(1)).toEqual(["sign_in.password denied anonymous sam@example.com"]);
    await console_.sql(`UPDATE "SignInLock" SET "lockedUntil" = now() - interval '1 second'`);
    expect((await attempt(PASSWORD)).status).toBe(200);
    expect((await console_.database.pool.query(`SELECT * FROM "SignInLock"`)).rows).toEqual([]);
  });

  it("limits how often one place may try, whatever the addresses", async () => {
    const attempt = (index: number) =>
      visit().signIn("/sign-in/email", { email: `user${index}@example.com`, password: "wrong password" });
    for (let index = 0; index < 20; index++) expect((await attempt(index)).status).toBe(401);
    const refused = await attempt(20);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
  });
});

describe("a session", () => {
  it("ends when its owner is disabled, at once and for the sign-in calls too", async () => {
    const visitor = await visitSignedIn();
    await console_.sql(`UPDATE "PlatformUser" SET "disabledAt" = now()`);
    const change = { currentPassword: PASSWORD, newPassword: NEXT_PASSWORD };
    expect((await visitor.signIn("/change-password", change)).status).toBe(401);
    expect(await statusOf(visitor)).toBe(401);
    await console_.sql(`UPDATE "PlatformUser" SET "disabledAt" = NULL`);
    expect(await statusOf(visitor)).toBe(401);
  });

  it("ends after twelve hours, used or not", async () => {
    const visitor = await visitSignedIn();
    const { rows } = await console_.database.pool.query(`SELECT "createdAt", "expiresAt" FROM "PlatformSession"`);
    expect(rows[0].expiresAt - rows[0].createdAt).toBeLessThanOrEqual(12 * 3_600_000 + 1_000);
    await console_.sql(`UPDATE "PlatformSession" SET "expiresAt" = now() + interval '5 minutes'`);
    expect(await statusOf(visitor)).toBe(200);
    await console_.sql(`UPDATE "PlatformSession" SET "expiresAt" = now() - interval '1 second'`);
    expect(await statusOf(visitor)).toBe(401);
  });

  it("ends after two hours without use, and lasts while it is used", async () => {
    const visitor = await visitSignedIn();
    const idleFor = (time: string) =>
      console_.sql(`UPDATE "PlatformSession" SET "updatedAt" = now() - $1::interval`, [time]);
    await idleFor("119 minutes");
    expect(await statusOf(visitor)).toBe(200);
    const { rows } = await console_.database.pool.query(
      `SELECT "updatedAt" > now() - interval '1 minute' AS "noted" FROM "PlatformSession"`,
    );
    expect(rows).toEqual([{ noted: true }]);
    await idleFor("121 minutes");
    expect((await visitor.signIn("/list-sessions")).status).toBe(401);
    expect(await statusOf(visitor)).toBe(401);
  });

  it("can be listed and ended from another one", async () => {
    const first = await visitSignedIn();
    const second = await visitSignedIn();
    const { body: sessions } = await first.signIn("/list-sessions");
    expect(sessions).toHaveLength(2);
    const own = (await first.signIn("/get-session")).body.session.token;
    const other = sessions.find(({ token }: { token: string }) => token !== own);
    await first.signIn("/revoke-session", { token: other.token });
    expect(await statusOf(second)).toBe(401);
    const third = await visitSignedIn();
    await first.signIn("/revoke-other-sessions", {});
    expect(await statusOf(third)).toBe(401);
    expect(await statusOf(first)).toBe(200);
    expect(await audited(3)).toEqual([
      "sign_in.revoke_sessions done user sam@example.com",
      "sign_in.password done user sam@example.com",
      "sign_in.revoke_session done user sam@example.com",
    ]);
  });

  it("of one realm never opens the other, under no name", async () => {
    await addUser(console_.ctx, READER);
    const reader = await visitSignedIn("company", READER.email);
    expect((await reader.signIn("/get-session")).body.user.email).toBe(READER.email);
    expect(await statusOf(reader)).toBe(401);
    const value = reader.cookies.get("livedash-company.session_token") ?? "";
    reader.cookies.set("livedash-platform.session_token", value);
    expect(await statusOf(reader)).toBe(401);
    const staff = await visitSignedIn();
    staff.cookies.set("livedash-company.session_token", staff.cookies.get("livedash-platform.session_token") ?? "");
    expect((await staff.call("/api/auth/company/get-session")).body).toBeNull();
  });

  it("is of no use to a call with a key that does not hold", async () => {
    const visitor = await visitSignedIn();
    const Cookie = [...visitor.cookies].map((pair) => pair.join("=")).join("; ");
    for (const Authorization of ["Bearer ldk_unknown", "Basic c2FtOnB3", "Bearer", ""]) {
      expect((await call(console_, SUMMARY, { headers: { Cookie, Authorization } })).status, Authorization).toBe(401);
    }
  });
});

describe("a password", () => {
  it("that LiveDash has made is good for choosing another one, and for nothing else", async () => {
    const { oneTimePassword } = await createUser(console_.ctx, console_.ctx.db, {
      ...SUPPORT,
      email: "new@example.com",
    });
    const visitor = visit();
    const credentials = { email: "new@example.com", password: oneTimePassword };
    expect((await visitor.signIn("/sign-in/email", credentials)).status).toBe(200);
    const refused = await visitor.call(SUMMARY);
    expect(refused).toMatchObject({ status: 403, body: { error: { code: "password_change_required" } } });

    const same = { currentPassword: oneTimePassword, newPassword: oneTimePassword };
    expect(await visitor.signIn("/change-password", same)).toMatchObject({
      status: 400,
      body: {
        ok: false,
        error: { code: "invalid_input", message: expect.stringContaining("newPassword: is the old one") },
      },
    });
    const change = { currentPassword: oneTimePassword, newPassword: NEXT_PASSWORD };
    expect((await visitor.signIn("/change-password", change)).status).toBe(200);
    expect((await visitor.call(SUMMARY)).status).toBe(200);
    expect((await visit().signIn("/sign-in/email", credentials)).status).toBe(401);
    const chosen = { ...credentials, password: NEXT_PASSWORD };
    expect((await visit().signIn("/sign-in/email", chosen)).status).toBe(200);
  });

  it("that LiveDash has made waits seven days for its owner, and no longer", async () => {
    const email = "late@example.com";
    const { id, oneTimePassword } = await createUser(console_.ctx, console_.ctx.db, { ...SUPPORT, email });
    const madeBefore = (time: string) =>
      console_.sql(`UPDATE "PlatformAccount" SET "updatedAt" = now() - $2::interval WHERE "userId" = $1`, [id, time]);
    const signIn = () => visit().signIn("/sign-in/email", { email, password: oneTimePassword });
    await madeBefore("167 hours");
    expect((await signIn()).status).toBe(200);
    await madeBefore("169 hours");
    const late = await signIn();
    expect(late).toMatchObject({ status: 401, body: { code: "PASSWORD_EXPIRED" } });
    expect(late.headers.getSetCookie()).toEqual([]);
    expect(await audited(1)).toEqual(["sign_in.password denied anonymous late@example.com"]);
    // To whoever does not know it, it is as wrong as any other.
    expect(await visit().signIn("/sign-in/email", { email, password: "not the password" })).toMatchObject({
      status: 401,
      body: { code: "INVALID_EMAIL_OR_PASSWORD" },
    });
  });

  it("that is changed ends every other session, and gives this one a new token", async () => {
    const other = await visitSignedIn();
    const visitor = await visitSignedIn();
    const before = new Map(visitor.cookies);
    await visitor.signIn("/change-password", { currentPassword: PASSWORD, newPassword: NEXT_PASSWORD });
    expect(await statusOf(visitor)).toBe(200);
    expect(await statusOf(other)).toBe(401);
    for (const [name, value] of before) other.cookies.set(name, value);
    expect(await statusOf(other)).toBe(401);
    expect(await audited(1)).toEqual(["sign_in.change_password done user sam@example.com"]);
  });

  it("is not taken if it is short, long, or one letter again and again", async () => {
    const visitor = await visitSignedIn();
    for (const newPassword of ["too short", "aaaaaaaaaaaaaaaaaaaa", "long".repeat(51)]) {
      const reply = await visitor.signIn("/change-password", { currentPassword: PASSWORD, newPassword });
      expect(reply).toMatchObject({ status: 400, body: { error: { code: "invalid_input" } } });
      expect(JSON.stringify(reply.body)).not.toContain(newPassword);
    }
  });

  it("cannot be guessed by whoever has found a session", async () => {
    const visitor = await visitSignedIn();
    const guess = (index: number) =>
      visitor.signIn("/change-password", { currentPassword: `wrong password ${index}`, newPassword: NEXT_PASSWORD });
    for (let index = 0; index < 8; index++) expect((await guess(index)).status).toBe(400);
    expect(await guess(8)).toMatchObject({ status: 429, body: { code: "ADDRESS_LOCKED" } });
    expect(await audited(2)).toEqual([
      "sign_in.change_password denied user sam@example.com",
      "sign_in.change_password failed user sam@example.com",
    ]);
  });
});

describe("what the sign-in calls take", () => {
  const SIGN_IN = "/api/auth/platform/sign-in/email";
  const credentials = { email: SUPPORT.email, password: PASSWORD };
  const post = (body: BodyInit, headers: Record<string, string> = {}) =>
    fetch(console_.server.url + SIGN_IN, {
      method: "POST",
      headers: { "Content-Type": "application/json", Origin: console_.server.url, ...headers },
      body,
    });

  it("nothing of the library's but what the pages need", async () => {
    const visitor = await visitSignedIn();
    const paths = ["/sign-up/email", "/update-user", "/delete-user", "/two-factor/disable", "/two-factor/get-totp-uri"];
    for (const path of [...paths, "/request-password-reset", "/ok", "/__proto__"]) {
      for (const body of [undefined, {}]) {
        const reply = await visitor.signIn(path, body);
        expect(reply, path).toMatchObject({ status: 404, body: { ok: false, error: { code: "not_found" } } });
      }
    }
    expect((await visitor.call("/api/auth/nobody/get-session")).status).toBe(404);
    expect((await visitor.signIn("/sign-out")).status).toBe(404);
  });

  it("no other field", async () => {
    const fields = [
      { rememberMe: false },
      { callbackURL: "https://evil.example" },
      { trustDevice: true },
      { role: "ADMIN" },
    ];
    for (const field of fields) {
      const reply = await visit().signIn("/sign-in/email", { ...credentials, ...field });
      expect(reply).toMatchObject({ status: 400, body: { error: { code: "invalid_input" } } });
    }
  });

  it("JSON alone, and little of it", async () => {
    const form = new URLSearchParams(credentials);
    expect((await post(form, { "Content-Type": "application/x-www-form-urlencoded" })).status).toBe(415);
    expect((await post(JSON.stringify(credentials), { "Content-Type": "text/plain" })).status).toBe(415);
    expect((await post(JSON.stringify({ ...credentials, password: "x".repeat(20_000) }))).status).toBe(413);
    for (const body of ["{", "[]", "null", '"text"', "{}", JSON.stringify({ ...credentials, email: ["a"] })]) {
      expect((await post(body)).status, body).toBe(400);
    }
  });

  it("nothing from another site", async () => {
    const text = JSON.stringify(credentials);
    expect((await post(text, { Origin: "https://evil.example" })).status).toBe(403);
    expect((await post(text, { "Sec-Fetch-Site": "cross-site" })).status).toBe(403);
    expect((await post(text, { "Sec-Fetch-Site": "same-site" })).status).toBe(403);
    expect((await post(text, { Origin: "null" })).status).toBe(403);
    expect((await post(text)).status).toBe(200);
  });

  it("and answers nothing that may be kept, under an id that the record has too", async () => {
    const reply = await visit().signIn("/sign-in/email", credentials);
    expect(reply.headers.get("cache-control")).toBe("no-store");
    const id = reply.headers.get("x-request-id");
    const { rows } = await console_.database.pool.query(
      `SELECT "actorId", "ipAddress" FROM "SecurityAuditLog" WHERE "requestId" = $1`,
      [id],
    );
    expect(rows).toEqual([{ actorId: samId, ipAddress: expect.stringMatching(/^(127\.0\.0\.1|::1)$/) }]);
  });

  it("keeps no password that was typed into the wrong field", async () => {
    await visit().signIn("/sign-in/email", { email: PASSWORD, password: PASSWORD });
    const { rows } = await console_.database.pool.query(`SELECT * FROM "SecurityAuditLog"`);
    expect(JSON.stringify(rows)).not.toContain(PASSWORD);
  });
});
