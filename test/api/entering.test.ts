import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addKey, addUser, PASSWORD, signIn } from "../support/people.ts";
import { call, startTestConsole, type TestConsole } from "./support.ts";

const SUMMARY = "/api/admin/legacy/summary";
let console_: TestConsole;
beforeAll(async () => {
  console_ = await startTestConsole();
  await addUser(console_.ctx, { realm: "platform", email: "support@example.com", name: "Sam", role: "SUPPORT" });
});
afterAll(() => console_.close());

describe("who may enter", () => {
  it("nobody without credentials", async () => {
    const { status, body } = await call(console_, SUMMARY);
    expect(status).toBe(401);
    expect(body).toMatchObject({ ok: false, error: { code: "unauthenticated" } });
  });

  it("a key that holds, as long as it holds", async () => {
    const { headers, id } = await addKey(console_.ctx, "SUPPORT");
    const { status, body } = await call(console_, SUMMARY, { headers });
    expect(status).toBe(200);
    expect(body).toMatchObject({ ok: true, summary: { pending_batching: 0, processing_failed: 0 } });
    await console_.sql(`UPDATE "ApiKey" SET "revokedAt" = now() WHERE "id" = $1`, [id]);
    expect((await call(console_, SUMMARY, { headers })).status).toBe(401);
    const old = await addKey(console_.ctx, "SUPPORT", { expiresAt: new Date(Date.now() - 1_000) });
    expect((await call(console_, SUMMARY, { headers: old.headers })).status).toBe(401);
  });

  it("a person who has signed in, until their session is gone", async () => {
    const headers = await signIn(console_.server.url, "platform", "support@example.com");
    expect((await call(console_, SUMMARY, { headers })).status).toBe(200);
    await console_.sql(`DELETE FROM "PlatformSession"`);
    expect((await call(console_, SUMMARY, { headers })).status).toBe(401);
  });

  it("locks an address after too many wrong passwords, and says so", async () => {
    const attempt = (password: string) =>
      call(console_, "/api/auth/platform/sign-in/email", {
        body: { email: "support@example.com", password },
        headers: { Origin: console_.server.url },
      });
    for (let wrong = 0; wrong < 8; wrong++) expect((await attempt("wrong password")).status).toBe(401);
    const locked = await attempt(PASSWORD);
    expect(locked.status).toBe(429);
    expect(locked.body).toMatchObject({ code: "ADDRESS_LOCKED" });
  });
});
