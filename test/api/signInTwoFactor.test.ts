import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { addUser, PASSWORD } from "../support/people.ts";
import { codeOf, openVisitor, type Visitor } from "../support/visitor.ts";
import { audited, SUMMARY, statusOf } from "./signingIn.ts";
import { startTestConsole, type TestConsole } from "./support.ts";

const EMAIL = "ada@example.com";

let console_: TestConsole;
beforeAll(async () => {
  console_ = await startTestConsole({
    env: { PUBLIC_URL: "https://livedash.example.com", TWO_FACTOR_REQUIRED: "true" },
  });
});
afterAll(() => console_.close());
beforeEach(async () => {
  await console_.sql(`TRUNCATE "PlatformUser", "SignInLock", "AuthRateLimit", "CallCount", "UsedCode" CASCADE`);
  await addUser(console_.ctx, { realm: "platform", email: EMAIL, name: "Ada", role: "SUPER_ADMIN" });
});

/** The console stands behind a proxy that ends https: its pages call from the public address. */
const visit = () => openVisitor(console_.server.url, "platform", "https://livedash.example.com");
async function givePassword(): Promise<Visitor> {
  const visitor = visit();
  expect((await visitor.signIn("/sign-in/email", { email: EMAIL, password: PASSWORD })).status).toBe(200);
  return visitor;
}

interface SetUp {
  visitor: Visitor;
  totpURI: string;
  backupCodes: string[];
}
async function setUp(): Promise<SetUp> {
  const visitor = await givePassword();
  const { body } = await visitor.signIn("/two-factor/enable", { password: PASSWORD });
  const { totpURI, backupCodes } = body;
  expect((await visitor.signIn("/two-factor/verify-totp", { code: codeOf(totpURI) })).status).toBe(200);
  return { visitor, totpURI, backupCodes };
}

describe("a second factor", () => {
  it("is required of an administrator before anything else, and not of SUPPORT", async () => {
    const visitor = await givePassword();
    expect(await visitor.call(SUMMARY)).toMatchObject({
      status: 403,
      body: { error: { code: "two_factor_required" } },
    });
    await console_.sql(`UPDATE "PlatformUser" SET "role" = 'ADMIN'`);
    expect(await statusOf(visitor)).toBe(403);
    await console_.sql(`UPDATE "PlatformUser" SET "role" = 'SUPPORT'`);
    expect(await statusOf(visitor)).toBe(200);
  });

  it("is set up with the password and a first code, and ends the sessions that had none", async () => {
    const other = await givePassword();
    const visitor = await givePassword();
    expect((await visitor.signIn("/two-factor/enable", { password: "not the password" })).status).toBe(400);
    const { body } = await visitor.signIn("/two-factor/enable", { password: PASSWORD });
    expect(body.totpURI).toMatch(/^otpauth:\/\/totp\/LiveDash:ada%40example\.com\?secret=[A-Z2-7]{32,}/);
    expect(body.backupCodes).toHaveLength(10);
    expect(await statusOf(visitor)).toBe(403);
    expect((await visitor.signIn("/two-factor/verify-totp", { code: "000000" })).status).toBe(401);
    const before = new Map(visitor.cookies);
    expect((await visitor.signIn("/two-factor/verify-totp", { code: codeOf(body.totpURI) })).status).toBe(200);
    expect(await statusOf(visitor)).toBe(200);
    expect(await statusOf(other)).toBe(401);
    for (const [name, value] of before) other.cookies.set(name, value);
    expect(await statusOf(other)).toBe(401);
    expect(await audited(4, console_)).toEqual([
      "sign_in.set_up_two_factor done user ada@example.com",
      "sign_in.code failed user ada@example.com",
      "sign_in.begin_two_factor done user ada@example.com",
      "sign_in.begin_two_factor failed user ada@example.com",
    ]);
  });

  it("is stored sealed", async () => {
    const { totpURI, backupCodes } = await setUp();
    const { rows } = await console_.database.pool.query(`SELECT * FROM "PlatformTwoFactor"`);
    const stored = JSON.stringify(rows);
    expect(stored).not.toContain(new URL(totpURI).searchParams.get("secret"));
    for (const code of backupCodes) expect(stored).not.toContain(code);
  });

  it("is asked for at every sign-in: the password alone opens nothing and counts as no sign-in", async () => {
    const { totpURI } = await setUp();
    const visitor = visit();
    const { status, body } = await visitor.signIn("/sign-in/email", { email: EMAIL, password: PASSWORD });
    expect({ status, body }).toEqual({
      status: 200,
      body: { twoFactorRedirect: true, twoFactorMethods: ["totp"] },
    });
    expect([...visitor.cookies.keys()]).toEqual(["__Secure-livedash-platform.two_factor"]);
    expect(visitor.received.join()).not.toMatch(/session_token=[^;]/);
    expect(await statusOf(visitor)).toBe(401);
    expect((await visitor.signIn("/get-session")).body).toBeNull();
    const { rows } = await console_.database.pool.query(`SELECT count(*)::int AS "sessions" FROM "PlatformSession"`);
    expect(rows).toEqual([{ sessions: 1 }]);
    expect(await audited(1, console_)).toEqual(["sign_in.awaits_second_factor done user ada@example.com"]);

    expect((await visitor.signIn("/two-factor/verify-totp", { code: codeOf(totpURI, 1) })).status).toBe(200);
    expect(await statusOf(visitor)).toBe(200);
    expect(await audited(1, console_)).toEqual(["sign_in.code done user ada@example.com"]);
  });

  it("has its cookies over https alone, where the console is reached over https", async () => {
    const { visitor } = await setUp();
    const names = [...visitor.cookies.keys()].sort();
    expect(names).toEqual(["__Secure-livedash-platform.device", "__Secure-livedash-platform.session_token"]);
    const [cookie] = visitor.received.filter((line) => line.includes("session_token="));
    expect(cookie).toMatch(/; HttpOnly; Secure; SameSite=Strict$/);
  });

  it("takes each code once", async () => {
    const { totpURI } = await setUp();
    const code = codeOf(totpURI, 1);
    const replies = [];
    for (const visitor of [await givePassword(), await givePassword()]) {
      replies.push((await visitor.signIn("/two-factor/verify-totp", { code })).status);
      replies.push(await statusOf(visitor));
    }
    expect(replies).toEqual([200, 200, 401, 401]);
    expect(await audited(1, console_)).toEqual(["sign_in.code denied anonymous ada@example.com"]);
  });

  it("does not take the code that set it up", async () => {
    const visitor = await givePassword();
    const { totpURI } = (await visitor.signIn("/two-factor/enable", { password: PASSWORD })).body;
    const code = codeOf(totpURI);
    expect((await visitor.signIn("/two-factor/verify-totp", { code })).status).toBe(200);
    const thief = await givePassword();
    expect((await thief.signIn("/two-factor/verify-totp", { code })).status).toBe(401);
    expect(await statusOf(thief)).toBe(401);
    expect(await audited(1, console_)).toEqual(["sign_in.code denied anonymous ada@example.com"]);
  });

  it("and a one-time password both let in together, and once", async () => {
    const { totpURI } = await setUp();
    await console_.sql(`UPDATE "PlatformUser" SET "mustChangePassword" = true`);
    const [left, entering] = [await givePassword(), await givePassword()];
    expect((await entering.signIn("/two-factor/verify-totp", { code: codeOf(totpURI, 1) })).status).toBe(200);
    expect(await statusOf(entering)).toBe(403);
    // Not for its code: that would do, had the password not been used.
    await console_.sql(`TRUNCATE "UsedCode"`);
    const late = await left.signIn("/two-factor/verify-totp", { code: codeOf(totpURI) });
    expect(late).toMatchObject({ status: 401, body: { code: "PASSWORD_USED" } });
    const again = await visit().signIn("/sign-in/email", { email: EMAIL, password: PASSWORD });
    expect(again).toMatchObject({ status: 401, body: { code: "PASSWORD_USED" } });
  });

  it("takes no code from far away in time, and only a few wrong ones for one password", async () => {
    const { totpURI } = await setUp();
    const visitor = await givePassword();
    const attempt = (code: string) => visitor.signIn("/two-factor/verify-totp", { code });
    for (const steps of [-3, 3, 10]) expect((await attempt(codeOf(totpURI, steps))).status).toBe(401);
    expect(await audited(1, console_)).toEqual(["sign_in.code failed anonymous ada@example.com"]);
    for (const code of ["000001", "000002"]) expect((await attempt(code)).status).toBe(401);
    // The sixth is refused even if it is right; a password has to be given again.
    expect((await attempt(codeOf(totpURI, 1))).status).toBe(400);
    expect(await statusOf(visitor)).toBe(401);
  });

  it("is locked after ten wrong codes, however often the password is given between", async () => {
    const { totpURI } = await setUp();
    for (let round = 0; round < 2; round++) {
      const visitor = await givePassword();
      for (let wrong = 0; wrong < 5; wrong++)
        await visitor.signIn("/two-factor/verify-totp", { code: `00000${wrong}` });
    }
    const visitor = await givePassword();
    const reply = await visitor.signIn("/two-factor/verify-totp", { code: codeOf(totpURI, 1) });
    expect(reply.status).toBe(429);
    expect(await statusOf(visitor)).toBe(401);
    expect(await audited(1, console_)).toEqual(["sign_in.code denied anonymous ada@example.com"]);
  });

  it("can be replaced by a backup code, each once", async () => {
    const { backupCodes } = await setUp();
    const [code = ""] = backupCodes;
    const visitor = await givePassword();
    expect((await visitor.signIn("/two-factor/verify-backup-code", { code })).status).toBe(200);
    expect(await statusOf(visitor)).toBe(200);
    expect(await audited(1, console_)).toEqual(["sign_in.backup_code done user ada@example.com"]);
    const again = await givePassword();
    expect((await again.signIn("/two-factor/verify-backup-code", { code })).status).toBe(401);
    expect(await statusOf(again)).toBe(401);
  });

  it("gives new backup codes for the password and a code, which end the old ones", async () => {
    const { visitor, totpURI, backupCodes } = await setUp();
    const refused = await visitor.signIn("/two-factor/generate-backup-codes", { password: PASSWORD });
    expect(refused).toMatchObject({ status: 403, body: { code: "second_factor_needed" } });
    expect((await visitor.signIn("/two-factor/verify-totp", { code: codeOf(totpURI, 1) })).status).toBe(200);
    const { status, body } = await visitor.signIn("/two-factor/generate-backup-codes", { password: PASSWORD });
    expect({ status, count: body.backupCodes.length }).toEqual({ status: 200, count: 10 });
    const signing = await givePassword();
    const tryCode = async (code: string) => (await signing.signIn("/two-factor/verify-backup-code", { code })).status;
    expect(await tryCode(backupCodes[0] ?? "")).toBe(401);
    expect(await tryCode(body.backupCodes[0])).toBe(200);
  });

  it("lets nobody in who was disabled after the password", async () => {
    const { totpURI } = await setUp();
    const visitor = await givePassword();
    await console_.sql(`UPDATE "PlatformUser" SET "disabledAt" = now()`);
    const reply = await visitor.signIn("/two-factor/verify-totp", { code: codeOf(totpURI, 1) });
    expect(reply.status).toBe(401);
    await console_.sql(`UPDATE "PlatformUser" SET "disabledAt" = NULL`);
    expect(await statusOf(visitor)).toBe(401);
    expect(await audited(1, console_)).toEqual(["sign_in.code denied anonymous ada@example.com"]);
  });

  it("cannot be begun again while it is set up", async () => {
    const { visitor } = await setUp();
    expect((await visitor.signIn("/two-factor/enable", { password: PASSWORD })).status).toBe(400);
  });
});
