import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createCompany } from "../../lib/admin/companies/createCompany.ts";
import { updateCompany } from "../../lib/admin/companies/updateCompany.ts";
import { updateUser } from "../../lib/admin/users/updateUser.ts";
import { callOperation } from "../../lib/api/operation.ts";
import { recordCounted } from "../../lib/audit/recordRefusal.ts";
import { systemClock } from "../../lib/clock.ts";
import { call, startTestConsole, type TestConsole } from "../api/support.ts";
import { fillCompanies } from "../company/support.ts";
import { actingAs } from "../support/acting.ts";
import { addKey, addUser, signIn } from "../support/people.ts";

const SUMMARY = "/api/admin/legacy/summary";
const SESSIONS = "/api/company/sessions";

/** Stands still: no window in which something counts as one ends while a test looks. */
const now = new Date();
const clock = { ...systemClock, now: () => now };

let console_: TestConsole;
let reader: { Cookie: string };
beforeAll(async () => {
  console_ = await startTestConsole({ clock });
  await fillCompanies(console_.ctx);
  await addUser(console_.ctx, {
    realm: "company",
    companyId: "acme",
    email: "r@acme.example",
    name: "R",
    role: "USER",
  });
  await addUser(console_.ctx, { realm: "platform", email: "sam@example.com", name: "Sam", role: "SUPPORT" });
  reader = await signIn(console_.server.url, "company", "r@acme.example");
});
beforeEach(() => console_.sql(`TRUNCATE "CallCount", "RefusedCall"`));
afterAll(() => console_.close());

/** What has been recorded since the last time it was asked for, oldest first. */
const seen = new Set<string>();
async function recorded(prefix: string) {
  const { rows } = await console_.database.pool.query(
    `SELECT "id", "action", "outcome", "actorKind", "actorName", "targetId", "companyId", "ipAddress", "details"
       FROM "SecurityAuditLog" WHERE starts_with("action", $1) ORDER BY "createdAt", "id"`,
    [prefix],
  );
  const fresh = rows.filter(({ id }) => !seen.has(id));
  for (const { id } of fresh) seen.add(id);
  return fresh.map(({ id: _, ...row }) => row);
}

describe("who reads and searches", () => {
  it("is recorded: a session that is opened, once", async () => {
    for (const path of [`${SESSIONS}/a14`, `${SESSIONS}/a14`, `${SESSIONS}/a14?after=1`, `${SESSIONS}/a15`])
      expect((await call(console_, path, { headers: reader })).status).toBe(200);
    expect((await call(console_, `${SESSIONS}/nowhere`, { headers: reader })).status).toBe(404);
    const of = { actorKind: "company_user", actorName: "r@acme.example", companyId: "acme", ipAddress: "127.0.0.1" };
    expect(await recorded("company.sessions.read")).toMatchObject([
      { ...of, targetId: "a14", outcome: "done" },
      { ...of, targetId: "a15", outcome: "done" },
    ]);
  });

  it("is recorded: a list, and a search without what was looked for", async () => {
    const paths = ["?sentiment=NEGATIVE", "?search=Urlaub", "/count?search=Urlaub", "?search=Krankheit&question=thing"];
    for (const path of [...paths, ...paths])
      expect((await call(console_, SESSIONS + path, { headers: reader })).status).toBe(200);
    const entries = await recorded("company.sessions.");
    expect(entries.map(({ action, details }) => [action, details])).toEqual([
      ["company.sessions.list", { filters: ["sentiment"] }],
      ["company.sessions.search", { filters: ["search"] }],
      ["company.sessions.search", { filters: ["question", "search"] }],
    ]);
    expect(JSON.stringify(entries)).not.toMatch(/Urlaub|Krankheit|thing/);
  });
});

describe("what is refused at the door", () => {
  it("is recorded: a key that is unknown, revoked or has expired, by its first characters", async () => {
    const { key: revoked, id } = await addKey(console_.ctx, "SUPPORT");
    await console_.sql(`UPDATE "ApiKey" SET "revokedAt" = now() WHERE "id" = $1`, [id]);
    const { key: old } = await addKey(console_.ctx, "SUPPORT", { expiresAt: new Date(now.getTime() - 1_000) });
    const unknown = `ldk_${"x".repeat(43)}`;
    for (const key of [revoked, old, unknown, "somebodys-password-elsewhere"])
      expect((await call(console_, SUMMARY, { headers: { Authorization: `Bearer ${key}` } })).status).toBe(401);
    const entries = await recorded("keys.refused");
    expect(entries).toMatchObject([
      {
        outcome: "denied",
        actorKind: "anonymous",
        targetId: id,
        details: { prefix: revoked.slice(0, 10), reason: "revoked" },
      },
      { details: { prefix: old.slice(0, 10), reason: "expired" } },
      { targetId: null, details: { prefix: "ldk_xxxxxx", reason: "unknown" } },
      { targetId: null, details: { prefix: null, reason: "unknown" } },
    ]);
    expect(JSON.stringify(entries)).not.toMatch(new RegExp(`${revoked}|${unknown}|somebodys`));
  });

  it("does not fill the log: the same again is counted, and so are many that differ", async () => {
    for (let n = 0; n < 20; n++) {
      const Authorization = `Bearer ldk_same${"y".repeat(39)}`;
      await call(console_, SUMMARY, { headers: { Authorization } });
    }
    expect(await recorded("keys.refused")).toHaveLength(1);
    const later = { ...console_.ctx, clock: { ...clock, now: () => new Date(now.getTime() + 600_000) } };
    await recordCounted(later);
    expect(await recorded("keys.refused")).toMatchObject([
      { ipAddress: "127.0.0.1", details: { prefix: "ldk_sameyy", reason: "unknown", count: 19 } },
    ]);
    for (let n = 100; n < 180; n++) {
      await console_.sql(`TRUNCATE "CallCount"`);
      await call(console_, SUMMARY, { headers: { Authorization: `Bearer ldk_${n}${"z".repeat(40)}` } });
    }
    expect(await recorded("keys.refused")).toHaveLength(20);
    await recordCounted(later);
    expect(await recorded("keys.refused")).toMatchObject([{ details: { reason: "many", count: 60 } }]);
    await recordCounted(later);
    expect(await recorded("keys.refused")).toEqual([]);
  });

  it("is recorded: a call from another site, with a session and before there is one", async () => {
    const headers = {
      ...(await signIn(console_.server.url, "platform", "sam@example.com")),
      Origin: "https://evil.example",
    };
    const path = "/api/admin/spending/stop";
    expect((await call(console_, path, { headers, body: { reason: "not mine" } })).status).toBe(403);
    const Origin = "https://evil.example/?token=t0ps3cret";
    const body = { email: "sam@example.com", password: "x" };
    const attempt = await call(console_, "/api/auth/platform/sign-in/email", { headers: { Origin }, body });
    expect(attempt.status).toBe(403);
    const entries = await recorded("calls.");
    expect(entries).toMatchObject([
      {
        action: "calls.foreign_origin",
        outcome: "denied",
        actorName: "sam@example.com",
        details: { origin: "https://evil.example" },
      },
      { action: "calls.foreign_origin", actorKind: "anonymous", details: { origin: "https://evil.example" } },
    ]);
    expect(JSON.stringify(entries)).not.toContain("t0ps3cret");
  });
});

describe("what changes", () => {
  it("is recorded from what to what: the address of a CSV, without its secrets, and a role", async () => {
    const boss = actingAs(console_.database.pool, "SUPER_ADMIN");
    const csvUrl = "https://files.example/a.csv?token=t0ps3cret&x=1#k3y";
    const { company } = await callOperation(boss, createCompany, { name: "New", csvUrl });
    await callOperation(boss, updateCompany, { id: company.id, csvUrl: "https://other.example/b.csv?sig=s1gnature" });
    const masked = "https://files.example/a.csv?token=***&x=***#***";
    const entries = await recorded("companies.");
    expect(entries).toMatchObject([
      { details: { csvUrl: { from: null, to: masked } } },
      { details: { csvUrl: { from: masked, to: "https://other.example/b.csv?sig=***" } } },
    ]);
    expect(JSON.stringify(entries)).not.toMatch(/t0ps3cret|k3y|s1gnature/);
    const id = await addUser(console_.ctx, { realm: "platform", email: "p@example.com", name: "P", role: "SUPPORT" });
    await callOperation(boss, updateUser, { id, role: "ADMIN" });
    expect(await recorded("users.update")).toMatchObject([{ details: { role: { from: "SUPPORT", to: "ADMIN" } } }]);
  });
});
