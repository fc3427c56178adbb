import { describe, expect, it } from "vitest";
import { needsConfirmation } from "../../lib/api/stepUp.ts";
import { OPERATIONS } from "../../lib/operations.ts";
import { addKey, addUser, PASSWORD } from "../support/people.ts";
import { codeOf, type Visitor } from "../support/visitor.ts";
import { audited, console_, READER, SUPPORT, startForSignIn, visit, visitSignedIn } from "./signingIn.ts";

startForSignIn();

const BOSS = { ...SUPPORT, email: "boss@example.com", role: "SUPER_ADMIN" } as const;
const USERS = "/api/admin/users";
const invite = (visitor: Visitor, email: string) => visitor.call(USERS, { body: { email, role: "SUPPORT" } });
const NEEDED = { status: 403, body: { error: { code: "second_factor_needed" } } };

async function visitAsBoss(): Promise<Visitor> {
  await addUser(console_.ctx, BOSS);
  return visitSignedIn("platform", BOSS.email);
}

/**
 * Sets a second factor up. Answers the code that did it and the one that comes next, both good for half a minute at least:
 * read again later, they might be others.
 */
async function setUp(visitor: Visitor): Promise<{ spent: string; next: string; backupCodes: string[] }> {
  const { body } = await visitor.signIn("/two-factor/enable", { password: PASSWORD });
  const [spent, next] = [codeOf(body.totpURI), codeOf(body.totpURI, 1)];
  expect((await visitor.signIn("/two-factor/verify-totp", { code: spent })).status).toBe(200);
  return { spent, next, backupCodes: body.backupCodes };
}

describe("changing users and keys", () => {
  it("asks who has no second factor for the password once more, for ten minutes on this session", async () => {
    const boss = await visitAsBoss();
    const other = await visitSignedIn("platform", BOSS.email);
    expect(await invite(boss, "a@example.com")).toMatchObject(NEEDED);
    expect((await boss.signIn("/confirm-password", { password: "not the password" })).status).toBe(400);
    expect(await invite(boss, "a@example.com")).toMatchObject(NEEDED);
    expect((await boss.signIn("/confirm-password", { password: PASSWORD })).status).toBe(200);
    expect(await audited(2)).toEqual([
      "sign_in.confirm done user boss@example.com",
      "sign_in.confirm failed user boss@example.com",
    ]);
    expect((await invite(boss, "a@example.com")).status).toBe(200);
    expect(await invite(other, "b@example.com")).toMatchObject(NEEDED);
    await console_.sql(
      `UPDATE "PlatformSession" SET "confirmedAt" = now() - interval '9 minutes' WHERE "confirmedAt" IS NOT NULL`,
    );
    expect((await invite(boss, "b@example.com")).status).toBe(200);
    await console_.sql(
      `UPDATE "PlatformSession" SET "confirmedAt" = now() - interval '10 minutes' WHERE "confirmedAt" IS NOT NULL`,
    );
    expect(await invite(boss, "c@example.com")).toMatchObject(NEEDED);
  });

  it("asks for a code where there is a second factor: each once, and the password does not do", async () => {
    const boss = await visitAsBoss();
    const { spent, next, backupCodes } = await setUp(boss);
    expect(await invite(boss, "a@example.com")).toMatchObject(NEEDED);
    const byPassword = await boss.signIn("/confirm-password", { password: PASSWORD });
    expect(byPassword).toMatchObject({ status: 400, body: { code: "CODE_NEEDED" } });
    for (const code of [spent, "000000"]) {
      expect((await boss.signIn("/two-factor/verify-totp", { code })).status).toBe(401);
      expect(await invite(boss, "a@example.com")).toMatchObject(NEEDED);
    }
    expect((await boss.signIn("/two-factor/verify-totp", { code: next })).status).toBe(200);
    expect(await audited(1)).toEqual(["sign_in.confirm done user boss@example.com"]);
    expect((await invite(boss, "a@example.com")).status).toBe(200);

    // What has confirmed somebody signs nobody in.
    const thief = visit();
    await thief.signIn("/sign-in/email", { email: BOSS.email, password: PASSWORD });
    expect((await thief.signIn("/two-factor/verify-totp", { code: next })).status).toBe(401);

    await console_.sql(`UPDATE "PlatformSession" SET "confirmedAt" = NULL`);
    expect((await boss.signIn("/two-factor/verify-backup-code", { code: backupCodes[0] })).status).toBe(200);
    expect((await invite(boss, "b@example.com")).status).toBe(200);
    expect((await boss.signIn("/two-factor/verify-backup-code", { code: backupCodes[0] })).status).toBe(401);
  });

  it("is not for whoever has found a session and guesses codes", async () => {
    const boss = await visitAsBoss();
    const { next } = await setUp(boss);
    for (let wrong = 0; wrong < 8; wrong++) {
      expect((await boss.signIn("/two-factor/verify-totp", { code: `00000${wrong}` })).status).toBe(401);
    }
    const locked = await boss.signIn("/two-factor/verify-totp", { code: next });
    expect(locked).toMatchObject({ status: 429, body: { code: "CODES_LOCKED" } });
    expect(await invite(boss, "a@example.com")).toMatchObject(NEEDED);

    // Wrong codes of a second factor that was taken away do not count against the next one.
    const { headers } = await addKey(console_.ctx, "SUPER_ADMIN");
    const { body } = await boss.call("/api/admin/me");
    const reset = await fetch(`${console_.server.url}${USERS}/${body.me.id}/reset-two-factor`, {
      method: "POST",
      headers: { ...headers, "Content-Type": "application/json" },
      body: "{}",
    });
    expect(reset.status).toBe(200);
    await setUp(await visitSignedIn("platform", BOSS.email));
  });

  it("is asked for by every call that changes something and does not say that it need not, of no key and no reader", async () => {
    const boss = await visitAsBoss();
    await addUser(console_.ctx, { ...READER, role: "ADMIN" });
    const admin = await visitSignedIn("company", READER.email);
    const guarded = OPERATIONS.filter(needsConfirmation);
    expect(guarded.length).toBeGreaterThan(15);
    for (const { name, path, method, permission } of guarded) {
      const visitor = permission.startsWith("company.") ? admin : boss;
      expect(await visitor.call(path.replace("{id}", "x"), { method, body: {} }), name).toMatchObject(NEEDED);
    }
    expect((await boss.call(USERS)).status).toBe(200);
    const { headers } = await addKey(console_.ctx, "SUPER_ADMIN");
    const byKey = await fetch(console_.server.url + USERS, {
      method: "POST",
      headers: { ...headers, "Content-Type": "application/json" },
      body: JSON.stringify({ email: "machine@example.com", role: "SUPPORT" }),
    });
    expect(byKey.status).toBe(200);
    const sam = await visitSignedIn();
    expect(await invite(sam, "a@example.com")).toMatchObject({ status: 403, body: { error: { code: "forbidden" } } });
  });
});

describe("an operation", () => {
  /** Whoever adds one here says: it touches no user, key, secret or role, and nobody's access. */
  const NOT_NEEDED = [
    ...["tryNow", "stopSpending", "resumeSpending", "pauseScheduler", "resumeScheduler"],
    ...["checkProviderAccount", "disableProviderAccount", "enableProviderAccount"],
    ...[
      "requeueRequests",
      "createBulkRequeue",
      "abortBulkRequeue",
      "abortJob",
      "retryJob",
      "cancelBatch",
      "giveUpBatch",
      "reanalyse",
      "switchResults",
    ],
    ...[
      "createExport",
      "abortExport",
      "createSessionsExport",
      "abortSessionsExport",
      "uploadCsv",
      "dryRunCsv",
      "importNow",
      "createModel",
      "updateModel",
      "addPrice",
      "addExchangeRate",
    ],
  ];
  const WRITES = OPERATIONS.filter(({ method }) => method !== "GET");

  it("that changes something asks, unless it is one of these", () => {
    const silent = WRITES.filter((operation) => !needsConfirmation(operation));
    expect(silent.map(({ name }) => name).sort()).toEqual(NOT_NEEDED.sort());
  });

  it("never goes without where its permission is about people, keys or companies", () => {
    const about = WRITES.filter(({ permission }) =>
      /^(company\.(?!sessions\.export)|users\.|keys\.|companies\.)/.test(permission),
    );
    expect(about.filter((operation) => !needsConfirmation(operation))).toEqual([]);
  });

  it("that only reads needs no permission to change anything", () => {
    const reads = OPERATIONS.filter(({ method }) => method === "GET");
    const odd = reads.filter(({ permission }) => !/\.(read|reveal|export)$/.test(permission));
    expect(odd.map(({ name }) => name)).toEqual([]);
  });
});
