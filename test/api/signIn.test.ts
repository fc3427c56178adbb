import { describe, expect, it } from "vitest";
import { addUser, PASSWORD } from "../support/people.ts";
import type { Visitor } from "../support/visitor.ts";
import { audited, console_, SUPPORT, samId, startForSignIn, statusOf, visit, visitSignedIn } from "./signingIn.ts";

startForSignIn();

describe("signing in with a password", () => {
  it("opens the API with a cookie that no script reads and no other site sends", async () => {
    const visitor = await visitSignedIn();
    const names = visitor.received.map((line) => line.split("=", 1)[0]);
    expect(names.sort()).toEqual(["livedash-platform.device", "livedash-platform.session_token"]);
    for (const line of visitor.received) expect(line).toMatch(/; Path=\/; HttpOnly; SameSite=Strict$/);
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
