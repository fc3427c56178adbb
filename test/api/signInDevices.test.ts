import { describe, expect, it } from "vitest";
import { addUser, PASSWORD } from "../support/people.ts";
import type { Visitor } from "../support/visitor.ts";
import { audited, console_, READER, SUPPORT, startForSignIn, statusOf, visit, visitSignedIn } from "./signingIn.ts";

startForSignIn();

const DEVICE = "livedash-platform.device";
const guess = (visitor: Visitor, email = SUPPORT.email) =>
  visitor.signIn("/sign-in/email", { email, password: "not the password" });
const enter = (visitor: Visitor, email = SUPPORT.email) =>
  visitor.signIn("/sign-in/email", { email, password: PASSWORD });
/** A stranger's wrong guesses, as many as lock the address. */
async function lock(email = SUPPORT.email, stranger = visit()): Promise<void> {
  const replies = await Promise.all(Array.from({ length: 9 }, () => guess(stranger, email)));
  expect(replies.filter(({ status }) => status === 429)).toHaveLength(1);
  // What counts how often one place calls is not what is looked at here.
  await console_.sql(`TRUNCATE "AuthRateLimit"`);
}

describe("a device that its owner has signed in with", () => {
  it("lets them in while strangers have locked the address, and leaves it locked for others", async () => {
    const owner = await visitSignedIn();
    await owner.signIn("/sign-out", {});
    expect(owner.cookies.has(DEVICE)).toBe(true);
    await lock();
    expect(await enter(visit())).toMatchObject({ status: 429, body: { code: "ADDRESS_LOCKED" } });
    expect((await enter(owner)).status).toBe(200);
    expect(await statusOf(owner)).toBe(200);
    expect((await enter(visit())).status).toBe(429);
  });

  it("has a count of its own, which locks it and nothing else", async () => {
    const owner = await visitSignedIn();
    await owner.signIn("/sign-out", {});
    await lock(SUPPORT.email, owner);
    expect((await enter(owner)).status).toBe(429);
    expect((await enter(visit())).status).toBe(200);
    expect(await audited(2)).toEqual([
      "sign_in.password done user sam@example.com",
      "sign_in.password denied anonymous sam@example.com",
    ]);
  });

  it("is another one after each sign-in, and a right password clears its count", async () => {
    const owner = await visitSignedIn();
    const first = owner.cookies.get(DEVICE);
    for (let wrong = 0; wrong < 7; wrong++) expect((await guess(owner)).status).toBe(401);
    expect((await enter(owner)).status).toBe(200);
    expect(owner.cookies.get(DEVICE)).not.toBe(first);
    expect((await console_.database.pool.query(`SELECT * FROM "SignInLock"`)).rows).toEqual([]);
  });

  it("is no one's who has signed in with another address, in the other realm, or has made the cookie up", async () => {
    await addUser(console_.ctx, { ...SUPPORT, email: "mallory@example.com" });
    await addUser(console_.ctx, { ...READER, email: SUPPORT.email });
    const mallory = await visitSignedIn("platform", "mallory@example.com");
    const reader = await visitSignedIn("company", SUPPORT.email);
    const owner = await visitSignedIn();
    const [nonce, signature] = (owner.cookies.get(DEVICE) ?? "").split(".");
    await lock();
    for (const value of [
      mallory.cookies.get(DEVICE),
      reader.cookies.get("livedash-company.device"),
      `${nonce}x.${signature}`,
      "made.up",
    ]) {
      const visitor = visit();
      visitor.cookies.set(DEVICE, value ?? "");
      expect((await enter(visitor)).status, value).toBe(429);
    }
  });

  it("signs nobody in", async () => {
    const owner = await visitSignedIn();
    const thief = visit();
    thief.cookies.set(DEVICE, owner.cookies.get(DEVICE) ?? "");
    expect(await statusOf(thief)).toBe(401);
    expect((await guess(thief)).status).toBe(401);
  });
});

describe("signing in again", () => {
  it("ends the session that this browser had, and no other's", async () => {
    const other = await visitSignedIn();
    const visitor = await visitSignedIn();
    const older = new Map(visitor.cookies);
    expect((await enter(visitor)).status).toBe(200);
    expect(await statusOf(visitor)).toBe(200);
    expect(await statusOf(other)).toBe(200);
    const thief = visit();
    for (const [name, value] of older) thief.cookies.set(name, value);
    expect(await statusOf(thief)).toBe(401);
  });

  it("as somebody else ends it too, and a wrong password ends nothing", async () => {
    await addUser(console_.ctx, { ...SUPPORT, email: "ada@example.com" });
    const visitor = await visitSignedIn();
    expect((await guess(visitor, "ada@example.com")).status).toBe(401);
    expect(await statusOf(visitor)).toBe(200);
    const older = new Map(visitor.cookies);
    expect((await enter(visitor, "ada@example.com")).status).toBe(200);
    const thief = visit();
    for (const [name, value] of older) thief.cookies.set(name, value);
    expect(await statusOf(thief)).toBe(401);
  });
});
