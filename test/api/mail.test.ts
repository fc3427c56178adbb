import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { checkMail } from "../../lib/admin/doctor/checkMail.ts";
import { after } from "../../lib/clock.ts";
import { sendMails } from "../../lib/mail/sendMails.ts";
import { linkIn, type MailServer, startMailServer } from "../support/mailServer.ts";
import { addKey, addUser, PASSWORD } from "../support/people.ts";
import { openVisitor, type Visitor } from "../support/visitor.ts";
import { audited, NEXT_PASSWORD, READER, SUPPORT, statusOf } from "./signingIn.ts";
import { call, startTestConsole, type TestConsole } from "./support.ts";

const PUBLIC_URL = "https://livedash.example.com";
const USERS = "/api/admin/legacy/users";

let server: MailServer;
let console_: TestConsole;
let key: Record<string, string>;
beforeAll(async () => {
  server = await startMailServer();
  const env = { PUBLIC_URL, SMTP_URL: server.url, MAIL_FROM: "LiveDash <livedash@example.com>" };
  console_ = await startTestConsole({ env });
  await console_.database.rows.company({ id: "acme", name: "Acme" });
});
afterAll(async () => {
  await console_.close();
  await server.close();
});
beforeEach(async () => {
  await console_.sql(
    `TRUNCATE "PlatformUser", "User", "PlatformVerification", "UserVerification", "SignInLock", "AuthRateLimit", "CallCount", "OutgoingMail" CASCADE`,
  );
  key = (await addKey(console_.ctx, "SUPER_ADMIN")).headers;
  await addUser(console_.ctx, SUPPORT);
  server.mails.length = 0;
  server.refuse(0);
});

const visit = (realm: "platform" | "company" = "platform") => openVisitor(console_.server.url, realm, PUBLIC_URL);
const forget = (email: string, visitor = visit()) => visitor.signIn("/forgotten-password", { email });
const signIn = (password: string, email = SUPPORT.email, visitor = visit()) =>
  visitor.signIn("/sign-in/email", { email, password });
const choose = (token: string, newPassword = NEXT_PASSWORD, visitor = visit()) =>
  visitor.signIn("/reset-password", { token, newPassword });
/** Sends what is due after so many minutes. */
function sendLater(minutes = 0): Promise<void> {
  const { ctx } = console_;
  return sendMails({ ...ctx, clock: { ...ctx.clock, now: () => after(ctx.clock, minutes * 60_000) } });
}
/** What the newest link holds. */
async function askForLink(email: string = SUPPORT.email, visitor: Visitor = visit()): Promise<string> {
  expect((await forget(email, visitor)).status).toBe(200);
  await sendLater();
  return linkIn(server.mails.at(-1)).hash.slice(1);
}

describe("a forgotten password", () => {
  it("is answered the same for every address, and mailed to the one that somebody has", async () => {
    await addUser(console_.ctx, { ...READER, email: "rita@example.com" });
    const offId = await addUser(console_.ctx, { ...SUPPORT, email: "off@example.com" });
    await console_.sql(`UPDATE "PlatformUser" SET "disabledAt" = now() WHERE "id" = $1`, [offId]);
    for (const email of [SUPPORT.email, "nobody@example.com", "off@example.com", "rita@example.com"]) {
      const { status, body } = await forget(email);
      expect({ status, body }).toEqual({ status: 200, body: { status: true } });
    }
    expect(server.mails).toEqual([]);
    await sendLater();
    expect(server.mails.map(({ to }) => to)).toEqual([[SUPPORT.email]]);
    const [mail] = server.mails;
    expect(mail?.source).toContain("From: LiveDash <livedash@example.com>");
    expect(mail?.source).toContain("Subject: Choose a new password for LiveDash");
    expect(linkIn(mail).href).toMatch(/^https:\/\/livedash\.example\.com\/sign-in\/new-password#[\w-]{43}$/);
    await sendLater(60);
    expect(server.mails).toHaveLength(1);
  });

  it("is replaced through the link, once: it ends sessions and locks, and the database does not have the link", async () => {
    const owner = visit();
    await signIn(PASSWORD, SUPPORT.email, owner);
    await Promise.all(Array.from({ length: 9 }, () => signIn("not the password")));
    expect((await signIn(PASSWORD)).status).toBe(429);
    const token = await askForLink();
    const { rows } = await console_.database.pool.query(`SELECT * FROM "PlatformVerification"`);
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toContain(token);

    expect(await choose(token, "Qwertyuiop123")).toMatchObject({ status: 400, body: { code: "PASSWORD_TOO_COMMON" } });
    expect(await choose(token, "sam@example.com")).toMatchObject({ status: 400, body: { code: "PASSWORD_IS_NAME" } });
    expect((await choose(token, "too short")).status).toBe(400);
    expect((await choose(token)).status).toBe(200);
    expect(await audited(1, console_)).toEqual(["sign_in.reset_password done user sam@example.com"]);
    expect(await statusOf(owner)).toBe(401);
    expect((await signIn(PASSWORD)).status).toBe(401);
    const visitor = visit();
    expect((await signIn(NEXT_PASSWORD, SUPPORT.email, visitor)).status).toBe(200);
    expect(await statusOf(visitor)).toBe(200);
    expect(await choose(token, "yet another long password")).toMatchObject({
      status: 400,
      body: { code: "INVALID_TOKEN" },
    });
  });

  it("is replaced by one of many that use the link at once, and every other link ends with it", async () => {
    const first = await askForLink();
    await console_.sql(`UPDATE "OutgoingMail" SET "wantedAt" = now() - interval '6 minutes'`);
    const second = await askForLink();
    expect(second).not.toBe(first);
    const replies = await Promise.all([1, 2, 3].map((n) => choose(second, `${NEXT_PASSWORD} ${n}`)));
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 400, 400]);
    expect((await choose(first)).status).toBe(400);
  });

  it("is not replaced through a link that is an hour old, made up, of the other realm, or of who is let in no more", async () => {
    const token = await askForLink();
    expect((await choose(`${token}x`)).status).toBe(400);
    expect((await choose(token, NEXT_PASSWORD, visit("company"))).status).toBe(400);
    await console_.sql(`UPDATE "PlatformUser" SET "disabledAt" = now()`);
    expect((await choose(token)).status).toBe(400);
    await console_.sql(`UPDATE "PlatformUser" SET "disabledAt" = NULL`);
    const { rows } = await console_.database.pool.query(
      `SELECT "expiresAt" - now() < interval '1 hour' AS "soon" FROM "PlatformVerification"`,
    );
    expect(rows).toEqual([{ soon: true }]);
    await console_.sql(`UPDATE "PlatformVerification" SET "expiresAt" = now() - interval '1 second'`);
    expect(await choose(token)).toMatchObject({ status: 400, body: { code: "INVALID_TOKEN" } });
    expect((await signIn(PASSWORD)).status).toBe(200);
  });

  it("takes one mail in five minutes, however often it is asked for", async () => {
    for (let time = 0; time < 3; time++) {
      await forget(SUPPORT.email);
      await sendLater();
    }
    expect(server.mails).toHaveLength(1);
    await console_.sql(`UPDATE "OutgoingMail" SET "wantedAt" = now() - interval '6 minutes'`);
    await askForLink();
    expect(server.mails).toHaveLength(2);
  });

  it("is tried again while the mail server does not take it, and given up after six times", async () => {
    await forget(SUPPORT.email);
    server.refuse(1);
    await sendLater();
    await sendLater();
    expect(server.mails).toHaveLength(0);
    expect(await checkMail(console_.ctx)).toMatchObject([{ id: "mail-not-sent", count: 1, examples: ["reset"] }]);
    await sendLater(1);
    expect(server.mails).toHaveLength(1);
    expect(await checkMail(console_.ctx)).toEqual([]);

    await console_.sql(`UPDATE "OutgoingMail" SET "wantedAt" = now() - interval '6 minutes'`);
    await forget(SUPPORT.email);
    server.refuse(100);
    for (let hour = 0; hour < 8; hour++) await sendLater(60 * hour);
    server.refuse(0);
    await sendLater(60 * 9);
    expect(server.mails).toHaveLength(1);
    const [finding] = await checkMail(console_.ctx);
    expect(finding?.id).toBe("mail-not-sent");
    expect(JSON.stringify(finding)).not.toContain(SUPPORT.email);
  });

  it("shows in the doctor where no process sends it", async () => {
    await forget(SUPPORT.email);
    expect(await checkMail(console_.ctx)).toEqual([]);
    await console_.sql(`UPDATE "OutgoingMail" SET "wantedAt" = now() - interval '11 minutes'`);
    expect(await checkMail(console_.ctx)).toMatchObject([{ id: "mail-waiting", count: 1 }]);
  });
});

describe("an invitation", () => {
  const invite = (body: object) => call(console_, USERS, { headers: key, body: { ...body, byMail: true } });

  it("is mailed in place of a password, for three days, and lets its owner choose one", async () => {
    const { realm, email, name, role, companyId } = READER;
    const made = await invite({ realm, email, name, role, companyId });
    expect(made).toMatchObject({ status: 200, body: { oneTimePassword: null, user: { email } } });
    await sendLater();
    const [mail] = server.mails;
    expect(mail).toMatchObject({ to: [email], source: expect.stringContaining("Your access to LiveDash") });
    expect(linkIn(mail).search).toBe("?realm=company");
    const { rows } = await console_.database.pool.query(
      `SELECT "expiresAt" - now() BETWEEN interval '71 hours' AND interval '72 hours' AS "threeDays" FROM "UserVerification"`,
    );
    expect(rows).toEqual([{ threeDays: true }]);
    const visitor = visit("company");
    expect((await choose(linkIn(mail).hash.slice(1), NEXT_PASSWORD, visitor)).status).toBe(200);
    expect((await signIn(NEXT_PASSWORD, email, visitor)).status).toBe(200);
    expect((await visitor.call("/api/company/me")).status).toBe(200);
  });

  it("of an address that somebody has is refused, and nothing is sent", async () => {
    expect((await invite({ email: SUPPORT.email, role: "SUPPORT" })).status).toBe(409);
    await sendLater();
    expect(server.mails).toEqual([]);
  });
});

describe("a link from an administrator", () => {
  async function replace(): Promise<void> {
    const { rows } = await console_.database.pool.query(`SELECT "id" FROM "PlatformUser"`);
    const path = `${USERS}/${rows[0].id}/reset-password`;
    expect(await call(console_, path, { headers: key, body: { byMail: true } })).toMatchObject({
      status: 200,
      body: { oneTimePassword: null, user: { mustChangePassword: true } },
    });
  }

  it("takes the place of the old password, and says so", async () => {
    await replace();
    expect((await signIn(PASSWORD)).status).toBe(401);
    await sendLater();
    expect(server.mails[0]?.source).toContain("the old one no longer works");
    expect(server.mails[0]?.source).not.toContain("your password stays");
    expect((await choose(linkIn(server.mails[0]).hash.slice(1))).status).toBe(200);
    const visitor = visit();
    expect((await signIn(NEXT_PASSWORD, SUPPORT.email, visitor)).status).toBe(200);
    expect(await statusOf(visitor)).toBe(200);
  });

  it("is sent once more where they reset the password again while it is on its way", async () => {
    await replace();
    server.meanwhile(replace);
    await sendLater();
    const [first, second] = server.mails.map((mail) => linkIn(mail).hash.slice(1));
    expect((await choose(first ?? "")).status).toBe(400);
    expect((await choose(second ?? "")).status).toBe(200);
  });
});

it("no link outlasts a password that its owner has changed", async () => {
  const token = await askForLink();
  const owner = visit();
  await signIn(PASSWORD, SUPPORT.email, owner);
  const changed = await owner.signIn("/change-password", { currentPassword: PASSWORD, newPassword: NEXT_PASSWORD });
  expect(changed.status).toBe(200);
  expect((await choose(token, "a password of somebody else's")).status).toBe(400);
  expect((await signIn(NEXT_PASSWORD)).status).toBe(200);
});

it("without a mail server, the calls say so and change nothing", async () => {
  const bare = await startTestConsole();
  try {
    const { headers } = await addKey(bare.ctx, "SUPER_ADMIN");
    const body = { email: "new@example.com", role: "SUPPORT", byMail: true };
    expect(await call(bare, USERS, { headers, body })).toMatchObject({
      status: 409,
      body: { error: { code: "conflict" } },
    });
    const asked = await openVisitor(bare.server.url, "platform").signIn("/forgotten-password", {
      email: SUPPORT.email,
    });
    expect(asked).toMatchObject({ status: 409, body: { code: "MAIL_NOT_SET_UP" } });
    const { rows } = await bare.database.pool.query(
      `SELECT (SELECT count(*) FROM "OutgoingMail")::int + (SELECT count(*) FROM "PlatformUser")::int AS "n"`,
    );
    expect(rows).toEqual([{ n: 0 }]);
  } finally {
    await bare.close();
  }
});
