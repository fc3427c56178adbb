import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { checkMail } from "../../lib/admin/doctor/checkMail.ts";
import { after } from "../../lib/clock.ts";
import { wantMail } from "../../lib/mail/outgoingMail.ts";
import { sendMails } from "../../lib/mail/sendMails.ts";
import { linkIn, type MailServer, startMailServer } from "../support/mailServer.ts";
import { addKey, addUser, PASSWORD } from "../support/people.ts";
import { openVisitor, type Visitor } from "../support/visitor.ts";
import { audited, NEXT_PASSWORD, READER, SUPPORT, statusOf } from "./signingIn.ts";
import { call, startTestConsole, type TestConsole } from "./support.ts";

const PUBLIC_URL = "https://livedash.example.com";
const USERS = "/api/admin/users";

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
    const before = server.refused();
    for (let hour = 0; hour < 8; hour++) await sendLater(60 * hour);
    expect(server.refused() - before).toBe(6);
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

describe("an address that strangers ask a link for again and again", () => {
  const START = new Date("2026-11-27T00:00:00Z");
  /** Asks, and sends, every so many minutes of a standing clock; answers how many mails were sent in each hour. */
  async function askEvery(minutes: number, hours: number, email: string = SUPPORT.email): Promise<number[]> {
    const perHour: number[] = [];
    for (let minute = 0; minute < hours * 60; minute += minutes) {
      const clock = { ...console_.ctx.clock, now: () => new Date(START.getTime() + minute * 60_000) };
      const before = server.mails.length;
      for (const realm of ["platform", "company"] as const)
        await wantMail({ clock }, console_.ctx.db, { kind: "reset", realm, email });
      await sendMails({ ...console_.ctx, clock });
      const hour = Math.floor(minute / 60);
      perHour[hour] = (perHour[hour] ?? 0) + server.mails.length - before;
    }
    return perHour;
  }

  it("is sent five in an hour and ten in a day, over both realms, and more the day after", async () => {
    await addUser(console_.ctx, { ...READER, email: SUPPORT.email });
    const sent = await askEvery(10, 26);
    expect(sent.slice(0, 24).reduce((sum, count) => sum + count)).toBe(10);
    expect(Math.max(...sent)).toBe(5);
    expect(sent.slice(24).reduce((sum, count) => sum + count)).toBeGreaterThan(0);
  });

  it("is sent the one that an administrator wants, all the same", async () => {
    await askEvery(10, 3);
    const before = server.mails.length;
    const clock = {
      ...console_.ctx.clock,
      now: () => after({ ...console_.ctx.clock, now: () => START }, 3 * 3_600_000),
    };
    const mail = { kind: "replaced", realm: "platform", email: SUPPORT.email } as const;
    for (let time = 0; time < 2; time++) {
      await wantMail({ clock }, console_.ctx.db, mail, { atOnce: true });
      await sendMails({ ...console_.ctx, clock });
    }
    expect(server.mails.length - before).toBe(2);
  });
});

describe("the way to the mail server", () => {
  /** What came of a mail that was sent over this address; the host is this machine, but its name does not say so. */
  async function sendOver({ url }: MailServer, host: string, query = "") {
    const { ctx } = console_;
    await forget(SUPPORT.email);
    const { port } = new URL(url);
    await sendMails({ ...ctx, config: { ...ctx.config, SMTP_URL: `smtp://${host}:${port}${query}` } });
    const { rows } = await console_.database.pool.query(`SELECT "failure" FROM "OutgoingMail"`);
    return rows[0].failure;
  }

  it("is not taken unencrypted, unless it does not leave this machine or its address says so", async () => {
    expect(await sendOver(server, "0.0.0.0")).toMatch(/does not encrypt.*smtps:\/\/.*\?requireTLS=false to SMTP_URL/);
    expect(server.mails).toEqual([]);
    const [finding] = await checkMail(console_.ctx);
    expect(finding?.explanation).toContain("does not encrypt");
    for (const [host, query] of [
      ["0.0.0.0", "?requireTLS=false"],
      ["127.0.0.1", ""],
      ["localhost", ""],
    ] as const) {
      await console_.sql(`TRUNCATE "OutgoingMail"`);
      expect(await sendOver(server, host, query)).toBeNull();
    }
    expect(server.mails.map(({ encrypted }) => encrypted)).toEqual([false, false, false]);
  });

  it("is encrypted by STARTTLS, for a certificate that holds", async () => {
    const careful = await startMailServer({ tls: true });
    try {
      expect(await sendOver(careful, "0.0.0.0")).toMatch(/certificate/);
      expect(careful.mails).toEqual([]);
      await console_.sql(`TRUNCATE "OutgoingMail"`);
      expect(await sendOver(careful, "0.0.0.0", "?tls.rejectUnauthorized=false")).toBeNull();
      expect(careful.mails).toMatchObject([{ encrypted: true }]);
    } finally {
      await careful.close();
    }
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
