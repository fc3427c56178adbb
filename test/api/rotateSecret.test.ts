import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { readAccounts } from "../../lib/accounts/account.ts";
import { openKey, sealKey } from "../../lib/accounts/sealKey.ts";
import { insertAccount } from "../../lib/accounts/storeAccount.ts";
import { checkAudit } from "../../lib/admin/doctor/checkAudit.ts";
import { rotateSecret } from "../../lib/admin/secret/rotateSecret.ts";
import type { CallContext } from "../../lib/api/operation.ts";
import { cutAudit } from "../../lib/audit/cutAudit.ts";
import { changeAudit } from "../../lib/audit/seal.ts";
import { openCsvPassword, sealCsvPassword } from "../../lib/import/csvCredentials.ts";
import { openAuthentication } from "../../lib/platform-auth.ts";
import { actingAs } from "../support/acting.ts";
import { emptyAudit, recordSealed } from "../support/audit.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { addUser, PASSWORD } from "../support/people.ts";
import { codeOf } from "../support/visitor.ts";

const OLD = "the one that was in use until now, 1st";
const NEW = "that which comes in its place, the 2nd";
const CSV_PASSWORD = "pässword of the CSV";
const ACCOUNT = "azure-eu";
const ACCOUNT_KEY = "sk-of-the-account";
const EMAIL = "ada@example.com";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  await sql(`DELETE FROM "ProviderAccount" WHERE "id" <> 'default'`);
  await sql(`TRUNCATE "Company", "PlatformUser", "AuthRateLimit", "UsedCode", "SignInLock" CASCADE`);
  await emptyAudit(database.owner);
});

const sql = async (text: string, values?: unknown[]) => (await database.owner.query(text, values)).rows ?? [];

/** A process with this secret, and perhaps the one before it. */
function withSecrets(current: string, previous?: string, more: Partial<CallContext> = {}): CallContext {
  const boss = actingAs(database.pool, "SUPER_ADMIN");
  const secrets = { LIVEDASH_SECRET: current, ...(previous ? { LIVEDASH_SECRET_PREVIOUS: previous } : {}) };
  return { ...boss, config: { ...boss.config, ...secrets }, ...more };
}

const passwordOf = async (id: string) =>
  (await sql(`SELECT "csvPassword" FROM "Company" WHERE "id" = $1`, [id]))[0].csvPassword;

async function addCompanies(ctx: CallContext, count: number): Promise<void> {
  await database.rows.companies(
    Array.from({ length: count }, (_, n) => {
      const id = `c${n}`;
      return { id, name: `Company ${n}`, csvPassword: sealCsvPassword(ctx.config, id, CSV_PASSWORD) };
    }),
  );
}

async function addAccount(ctx: CallContext): Promise<void> {
  const way = { kind: "openai", address: null, endpoint: null, organization: null, project: null };
  const apiKey = sealKey(ctx.config, ACCOUNT, ACCOUNT_KEY);
  await insertAccount(ctx.db, { id: ACCOUNT, ...way, apiKey, createdAt: ctx.clock.now(), createdBy: "Ada" });
}

async function openAccountKey(ctx: CallContext): Promise<string> {
  const account = (await readAccounts(ctx.db)).find(({ id }) => id === ACCOUNT);
  return openKey(ctx.config, ACCOUNT, account?.apiKey ?? "");
}

/** Somebody at the sign-in pages of a process. */
function visit(ctx: CallContext) {
  const auth = openAuthentication(ctx, { twoFactorRequired: false });
  const cookies = new Map<string, string>();
  return async (path: string, body: object) => {
    const origin = "http://127.0.0.1:3000";
    const headers = {
      "Content-Type": "application/json",
      Origin: origin,
      Host: "127.0.0.1:3000",
      Cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join("; "),
    };
    const url = `${origin}/api/auth/platform${path}`;
    const reply = await auth.handle(
      "platform",
      new Request(url, { method: "POST", headers, body: JSON.stringify(body) }),
    );
    for (const line of reply.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      cookies.set(name, value);
    }
    return { status: reply.status, body: await reply.json() };
  };
}

async function setUpSecondFactor(ctx: CallContext): Promise<string[]> {
  await addUser(ctx, { realm: "platform", email: EMAIL, name: "Ada", role: "ADMIN" });
  const send = visit(ctx);
  expect((await send("/sign-in/email", { email: EMAIL, password: PASSWORD })).status).toBe(200);
  const { totpURI, backupCodes } = (await send("/two-factor/enable", { password: PASSWORD })).body;
  expect((await send("/two-factor/verify-totp", { code: codeOf(totpURI) })).status).toBe(200);
  return backupCodes;
}

async function signInWith(ctx: CallContext, code: string | undefined): Promise<number> {
  const send = visit(ctx);
  expect((await send("/sign-in/email", { email: EMAIL, password: PASSWORD })).body).toMatchObject({
    twoFactorRedirect: true,
  });
  return (await send("/two-factor/verify-backup-code", { code })).status;
}

const findings = async (ctx: CallContext) => (await checkAudit(ctx, { fix: false })).map(({ id }) => id);

describe("a new secret", () => {
  it("opens all that the old one has sealed, beside it and, once all is sealed anew, alone", async () => {
    const old = withSecrets(OLD);
    const both = withSecrets(NEW, OLD);
    const alone = withSecrets(NEW);
    await addCompanies(old, 3);
    await addAccount(old);
    const codes = await setUpSecondFactor(old);
    await recordSealed(old, "one");
    await recordSealed(old, "two");
    expect(() => openCsvPassword(alone.config, "c0", "sealed:v1:00000000.abc")).toThrow("cannot be decrypted");

    expect(openCsvPassword(both.config, "c0", await passwordOf("c0"))).toBe(CSV_PASSWORD);
    expect(await openAccountKey(both)).toBe(ACCOUNT_KEY);
    expect(await signInWith(both, codes[0])).toBe(200);
    expect(await findings(both)).toEqual([]);

    expect(await rotateSecret(both, { lost: false })).toMatchObject({
      csvPasswords: { done: 3, broken: [] },
      accountKeys: { done: 1, broken: [] },
      secondFactors: { done: 1, broken: [] },
      auditSeals: { broken: [] },
    });
    expect(openCsvPassword(alone.config, "c2", await passwordOf("c2"))).toBe(CSV_PASSWORD);
    expect(await openAccountKey(alone)).toBe(ACCOUNT_KEY);
    expect(await signInWith(alone, codes[1])).toBe(200);
    expect(await findings(alone)).toEqual([]);
    expect(await rotateSecret(both, { lost: false })).toMatchObject({
      csvPasswords: { done: 0 },
      accountKeys: { done: 0 },
      secondFactors: { done: 0 },
      auditSeals: { done: 0 },
    });
    expect(await sql(`SELECT 1 FROM "SecurityAuditLog" WHERE "action" = 'secret.rotate'`)).toHaveLength(2);
  });

  it("opens what was sealed before there were ids of keys", async () => {
    const old = withSecrets(OLD);
    await addCompanies(old, 1);
    const codes = await setUpSecondFactor(old);
    await sql(
      `UPDATE "Company" SET "csvPassword" = regexp_replace("csvPassword", '^(sealed:v1:)[0-9a-f]{8}\\.', '\\1')`,
    );
    await sql(`UPDATE "PlatformTwoFactor" SET "secret" = regexp_replace("secret", '^\\$ba\\$\\d+\\$', ''),
      "backupCodes" = regexp_replace("backupCodes", '^\\$ba\\$\\d+\\$', '')`);
    expect(openCsvPassword(old.config, "c0", await passwordOf("c0"))).toBe(CSV_PASSWORD);
    expect(await signInWith(old, codes[0])).toBe(200);
    await sql(`UPDATE "PlatformTwoFactor" SET "backupCodes" = regexp_replace("backupCodes", '^\\$ba\\$\\d+\\$', '')`);
    const both = withSecrets(NEW, OLD);
    expect(await signInWith(both, codes[1])).toBe(200);
    expect(await rotateSecret(both, { lost: false })).toMatchObject({
      csvPasswords: { done: 1 },
      secondFactors: { done: 1 },
    });
    const alone = withSecrets(NEW);
    expect(openCsvPassword(alone.config, "c0", await passwordOf("c0"))).toBe(CSV_PASSWORD);
    expect(await signInWith(alone, codes[2])).toBe(200);
  });

  it("is put in place in batches; what was interrupted goes on where it stopped", async () => {
    await addCompanies(withSecrets(OLD), 1_200);
    const halt = new AbortController();
    let queries = 0;
    const db = new Proxy(database.pool, {
      get: (pool, name) => {
        if (name === "query" && ++queries === 2) halt.abort();
        const value = Reflect.get(pool, name);
        return typeof value === "function" ? value.bind(pool) : value;
      },
    });
    const interrupted = await rotateSecret(withSecrets(NEW, OLD, { db, stopping: halt.signal }), { lost: false });
    expect(interrupted.csvPasswords.done).toBe(500);
    const rest = await rotateSecret(withSecrets(NEW, OLD), { lost: false });
    expect(rest.csvPasswords).toEqual({ done: 700, broken: [] });
    expect(openCsvPassword(withSecrets(NEW).config, "c1199", await passwordOf("c1199"))).toBe(CSV_PASSWORD);
  });

  it("is asked for with the one before it; what neither opens is named and stays", async () => {
    await addCompanies(withSecrets(OLD), 2);
    await setUpSecondFactor(withSecrets(OLD));
    await recordSealed(withSecrets(OLD), "one");
    const alone = withSecrets(NEW);
    await expect(rotateSecret(alone, { lost: false })).rejects.toMatchObject({ code: "no_previous_secret" });
    const before = await passwordOf("c0");
    const wrong = withSecrets(NEW, "neither the one nor the other of them");
    expect(await rotateSecret(wrong, { lost: false })).toMatchObject({
      csvPasswords: { done: 0, broken: ["Company 0", "Company 1"] },
      secondFactors: { done: 0, broken: [EMAIL] },
      auditSeals: { done: 0, broken: [expect.stringMatching(/^#\d+$/)] },
    });
    expect(await passwordOf("c0")).toBe(before);
    expect(await findings(alone)).toEqual(["audit-unknown-key"]);
    expect((await rotateSecret(alone, { lost: true })).auditSeals).toEqual({ done: 1, broken: [] });
    expect(await findings(alone)).toEqual([]);
  });

  it("does not make a forged seal a good one", async () => {
    const old = withSecrets(OLD);
    await recordSealed(old, "one");
    await recordSealed(old, "two");
    await sql(`BEGIN; SELECT set_config('livedash.audit', 'rotate', true);
      UPDATE "AuditSeal" SET "mac" = repeat('0', 64) WHERE "sequence" = 1; COMMIT`);
    const both = withSecrets(NEW, OLD);
    expect((await rotateSecret(both, { lost: true })).auditSeals).toEqual({ done: 1, broken: ["#1"] });
    expect(await findings(both)).toEqual(["audit-forged"]);
  });

  it("confirms anew where retention has cut", async () => {
    const old = withSecrets(OLD);
    await recordSealed(old, "one");
    const later = { ...old.clock, now: () => new Date(Date.now() + 10 * 86_400_000) };
    const config = { ...old.config, AUDIT_RETENTION: 86_400_000 };
    expect(await cutAudit({ ...old, config, clock: later })).toMatchObject({ removed: 1 });
    expect((await rotateSecret(withSecrets(NEW, OLD), { lost: false })).auditSeals).toEqual({ done: 1, broken: [] });
    expect(await findings(withSecrets(NEW))).toEqual([]);
  });

  it("leaves the key of an account that neither opens, and names it", async () => {
    await addAccount(withSecrets(OLD));
    const wrong = withSecrets(NEW, "neither the one nor the other of them");
    expect((await rotateSecret(wrong, { lost: false })).accountKeys).toEqual({ done: 0, broken: [ACCOUNT] });
    expect(await openAccountKey(withSecrets(OLD))).toBe(ACCOUNT_KEY);
    expect((await rotateSecret(withSecrets(NEW, OLD), { lost: false })).accountKeys).toEqual({ done: 1, broken: [] });
    expect(await openAccountKey(withSecrets(NEW))).toBe(ACCOUNT_KEY);
  });

  it("confirms seals when whoever is sealing has done so, and not beside them", async () => {
    const old = withSecrets(OLD);
    await recordSealed(old, "one");
    const both = withSecrets(NEW, OLD);
    const waits = Promise.withResolvers<void>();
    const sleep: CallContext["clock"]["sleep"] = (_, signal) => {
      waits.resolve();
      return both.clock.sleep(5, signal);
    };
    const keyIds = () => sql(`SELECT "keyId" FROM "AuditSeal"`);
    const before = await keyIds();
    const held = await changeAudit({ ...old, db: database.owner }, "seal", async () => {
      const rotating = rotateSecret({ ...both, clock: { ...both.clock, sleep } }, { lost: false });
      await Promise.race([waits.promise, rotating]);
      expect(await keyIds()).toEqual(before);
      return { rotating };
    });
    expect((await held?.rotating)?.auditSeals).toEqual({ done: 1, broken: [] });
    expect(await keyIds()).not.toEqual(before);
    expect(await findings(withSecrets(NEW))).toEqual([]);
  });
});
