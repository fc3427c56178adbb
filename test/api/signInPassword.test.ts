import { describe, expect, it } from "vitest";
import { createUser } from "../../lib/signIn/createUser.ts";
import { PASSWORD } from "../support/people.ts";
import {
  audited,
  console_,
  NEXT_PASSWORD,
  SUMMARY,
  SUPPORT,
  startForSignIn,
  statusOf,
  visit,
  visitSignedIn,
} from "./signingIn.ts";

startForSignIn();

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

    for (const path of ["/two-factor/enable", "/confirm-password", "/two-factor/generate-backup-codes"]) {
      const reply = await visitor.signIn(path, { password: oneTimePassword });
      expect(reply, path).toMatchObject({ status: 403, body: { code: "PASSWORD_CHANGE_REQUIRED" } });
    }
    expect((await visitor.signIn("/revoke-other-sessions", {})).status).toBe(403);

    const same = { currentPassword: oneTimePassword, newPassword: oneTimePassword };
    expect(await visitor.signIn("/change-password", same)).toMatchObject({
      status: 400,
      body: {
        ok: false,
        error: { code: "invalid_input", message: expect.stringContaining("newPassword: must differ from the old one") },
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
    await madeBefore("167 hours");
    expect((await signIn()).status).toBe(200);
  });

  it("that LiveDash has made signs in once, however many try at the same time", async () => {
    const email = "once@example.com";
    const { oneTimePassword } = await createUser(console_.ctx, console_.ctx.db, { ...SUPPORT, email });
    const credentials = { email, password: oneTimePassword };
    const visitors = Array.from({ length: 4 }, () => visit());
    const replies = await Promise.all(visitors.map((visitor) => visitor.signIn("/sign-in/email", credentials)));
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 401, 401, 401]);
    const again = await visit().signIn("/sign-in/email", credentials);
    expect(again).toMatchObject({ status: 401, body: { code: "PASSWORD_USED" } });
    expect(again.headers.getSetCookie()).toEqual([]);
    expect(await audited(1)).toEqual(["sign_in.password denied anonymous once@example.com"]);

    const [first] = visitors.filter((_, index) => replies[index]?.status === 200);
    const change = { currentPassword: oneTimePassword, newPassword: NEXT_PASSWORD };
    expect((await first?.signIn("/change-password", change))?.status).toBe(200);
    for (let time = 0; time < 2; time++) {
      expect((await visit().signIn("/sign-in/email", { email, password: NEXT_PASSWORD })).status).toBe(200);
    }
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
    for (const newPassword of ["elevenchars", "aaaaaaaaaaaaaaaaaaaa", "long".repeat(51)]) {
      const reply = await visitor.signIn("/change-password", { currentPassword: PASSWORD, newPassword });
      expect(reply).toMatchObject({ status: 400, body: { error: { code: "invalid_input" } } });
      expect(JSON.stringify(reply.body)).not.toContain(newPassword);
    }
    const twelve = { currentPassword: PASSWORD, newPassword: "otter-kelp-9" };
    expect(await visitor.signIn("/change-password", twelve)).toMatchObject({ status: 200 });
  });

  it("is not taken if it is a common one, or one's own name", async () => {
    const visitor = await visitSignedIn();
    const refused = { QwertyUIOP123: "PASSWORD_TOO_COMMON", "SAM@Example.com1": "PASSWORD_IS_NAME" };
    for (const [newPassword, code] of Object.entries(refused)) {
      const reply = await visitor.signIn("/change-password", { currentPassword: PASSWORD, newPassword });
      expect(reply, newPassword).toMatchObject({ status: 400, body: { code } });
      expect(JSON.stringify(reply.body)).not.toContain(newPassword);
    }
    expect((await visit().signIn("/sign-in/email", { email: SUPPORT.email, password: PASSWORD })).status).toBe(200);
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
