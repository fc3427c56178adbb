import { describe, expect, it } from "vitest";
import { addUser, PASSWORD } from "../support/people.ts";
import {
  audited,
  console_,
  NEXT_PASSWORD,
  READER,
  SUMMARY,
  startForSignIn,
  statusOf,
  visitSignedIn,
} from "./signingIn.ts";
import { call } from "./support.ts";

startForSignIn();

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
