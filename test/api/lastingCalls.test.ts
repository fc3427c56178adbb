import { PassThrough } from "node:stream";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { beginLasting, type LastingCall, type LastingKind, lastingKindOf } from "../../lib/api/lastingCalls.ts";
import type { CallContext } from "../../lib/api/operation.ts";
import type { Actor, Realm } from "../../lib/auth/actor.ts";
import { findKeyActor } from "../../lib/auth/apiKeys.ts";
import { type Permission, permissionsOfCompanyRole, permissionsOfRole } from "../../lib/auth/permissions.ts";
import type { PlatformRole } from "../../lib/db/generated/enums.ts";
import { openLog } from "../../lib/observability/log.ts";
import { OPERATIONS } from "../../lib/operations.ts";
import { actingAs } from "../support/acting.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { addCompanyKey, addKey } from "../support/people.ts";
import { refusal } from "../support/refusal.ts";
import { loneClock, type TestClock } from "../support/testClock.ts";

const START = new Date("2026-11-26T12:00:00Z").getTime();
const DAY_MS = 86_400_000;
const inTime = (ms: number) => new Date(START + ms);

let database: TestDatabase;
let clock: TestClock;
let resting: PromiseWithResolvers<void>;
let ctx: CallContext;
let logged: PassThrough;
let open: LastingCall[];

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

beforeEach(() => {
  const lone = loneClock(START);
  resting = Promise.withResolvers();
  logged = new PassThrough();
  open = [];
  const log = openLog({ level: "info", format: "json", destination: logged });
  clock = {
    ...lone,
    sleep: (ms, signal) => {
      resting.resolve();
      return lone.sleep(ms, signal);
    },
  };
  ctx = { ...actingAs(database.pool, "SUPPORT"), clock, log };
});
afterEach(async () => {
  for (const call of open) call.end();
  await clock.pass(2_000);
});

/** Lets two seconds pass, and waits until all who make a call have been looked up. Only while there is one. */
async function lookUp(): Promise<void> {
  resting = Promise.withResolvers();
  await clock.pass(2_000);
  await resting.promise;
}

function begin(
  caller: CallContext,
  kind: LastingKind = "stream",
  permission: Permission = "requests.read",
): LastingCall {
  const call = beginLasting(caller, kind, permission);
  open.push(call);
  return call;
}

async function withKey(realm: Realm, key: string): Promise<CallContext> {
  const actor = await findKeyActor(ctx, realm, key, null);
  if (!actor || actor.kind === "refused") return expect.fail("The key does not let anybody in.");
  return { ...ctx, actor };
}

const byKey = async (expiresAt = inTime(DAY_MS)) =>
  withKey("platform", (await addKey(ctx, "SUPPORT", { expiresAt })).key);
const byCompanyKey = async (companyId: string) =>
  withKey(
    "company",
    (await addCompanyKey(ctx, companyId, { scopes: ["company.sessions.read"], expiresAt: inTime(DAY_MS) })).key,
  );

async function byPerson(role: PlatformRole = "SUPPORT", expiresAt = inTime(DAY_MS)): Promise<CallContext> {
  const { id } = await database.rows.platformUser({ role });
  const { id: sessionId } = await database.rows.platformSession({ userId: id, expiresAt });
  return { ...ctx, actor: personOf(id, sessionId, role) };
}

const personOf = (id: string, sessionId: string, role: PlatformRole): Actor => ({
  kind: "user",
  id,
  name: `${id}@example.com`,
  displayName: "Ada",
  sessionId,
  role,
  permissions: permissionsOfRole(role),
  hasSecondFactor: false,
  pending: undefined,
  confirmed: false,
});

async function byReader(companyId: string): Promise<CallContext> {
  const role = "USER";
  const { id } = await database.rows.user({ companyId, role });
  const { id: sessionId } = await database.rows.userSession({ userId: id, expiresAt: inTime(DAY_MS) });
  const common = { displayName: "Jo", hasSecondFactor: false, pending: undefined, confirmed: false };
  const permissions = permissionsOfCompanyRole(role);
  return {
    ...ctx,
    actor: { kind: "company_user", id, name: "jo", sessionId, role, companyId, permissions, ...common },
  };
}

describe("of the operations", () => {
  const named = (kind: LastingKind | undefined) =>
    OPERATIONS.filter((operation) => lastingKindOf(operation) === kind)
      .map(({ name }) => name)
      .sort();

  it("those that last take one of their caller's places, and the others are answered at once", () => {
    expect(named("upload")).toEqual(["dryRunCsv", "uploadCsv"]);
    expect(named("stream")).toEqual([
      "watchBatch",
      "watchBulkRequeue",
      "watchImport",
      "watchJob",
      "watchPipeline",
      "watchRequest",
    ]);
    expect(named("download")).toEqual([
      "exportBadRows",
      "exportFigures",
      "exportList",
      "exportSessions",
      "followAudit",
      "readExportFile",
      "readMetrics",
      "readSessionsExportFile",
    ]);
    expect(named(undefined)).toEqual(expect.arrayContaining(["importNow", "listRequests"]));
  });
});

describe("one caller", () => {
  it.each([
    ["stream", 20, "You have 20 live connections open, which is the limit. Close one, or try again in a minute."],
    ["download", 4, "You have 4 downloads open, which is the limit."],
    ["upload", 2, "You have 2 uploads open, which is the limit."],
  ] as const)("has so many places of a kind: %s, %i", async (kind, places, words) => {
    const [caller, other] = [await byKey(), await byKey()];
    const calls = Array.from({ length: places }, () => begin(caller, kind));
    expect(() => begin(caller, kind)).toThrow(refusal("too_many_calls", words));
    expect(() => begin(caller, kind)).toThrow(expect.objectContaining({ status: 429, retryAfter: 60 }));
    // Those of another kind, and those of others, are places of their own.
    for (const another of ["stream", "download", "upload"] as const) if (another !== kind) begin(caller, another);
    begin(other, kind);

    // Given back twice, it is one place.
    calls[0]?.end();
    calls[0]?.end();
    begin(caller, kind);
    expect(() => begin(caller, kind)).toThrow(refusal("too_many_calls"));
  });

  it("has the same places in all their sessions, and is named in the log when they are taken", async () => {
    const caller = await byPerson();
    const elsewhere = await database.rows.platformSession({ userId: caller.actor.id, expiresAt: inTime(DAY_MS) });
    const there: CallContext = { ...caller, actor: personOf(caller.actor.id, elsewhere.id, "SUPPORT") };
    begin(caller, "upload");
    begin(there, "upload");
    expect(() => begin(there, "upload")).toThrow(refusal("too_many_calls"));
    expect(JSON.parse(String(logged.read()))).toMatchObject({
      event: "api.lasting_refused",
      kind: "upload",
      actor: caller.actor.id,
    });
  });
});

describe("what lasts", () => {
  it("ends within two seconds for whoever is let in no more, and for nobody else", async () => {
    const cases: [string, CallContext, Permission, string][] = [
      ["a key is revoked", await byKey(), "requests.read", `UPDATE "ApiKey" SET "revokedAt" = now() WHERE "id" = $1`],
      [
        "a key's service account is disabled",
        await byKey(),
        "requests.read",
        `UPDATE "ServiceAccount" SET "disabledAt" = now() WHERE "id" = (SELECT "serviceAccountId" FROM "ApiKey" WHERE "id" = $1)`,
      ],
      [
        "somebody is signed out",
        await byPerson(),
        "requests.read",
        `DELETE FROM "PlatformSession" WHERE "userId" = $1`,
      ],
      [
        "somebody is disabled",
        await byPerson(),
        "requests.read",
        `UPDATE "PlatformUser" SET "disabledAt" = now() WHERE "id" = $1`,
      ],
      [
        "somebody's role is another one",
        await byPerson("ADMIN"),
        "imports.write",
        `UPDATE "PlatformUser" SET "role" = 'SUPPORT' WHERE "id" = $1`,
      ],
      [
        "a reader's company is suspended",
        await byReader("suspended"),
        "company.sessions.read",
        `UPDATE "Company" SET "status" = 'SUSPENDED' WHERE "id" = (SELECT "companyId" FROM "User" WHERE "id" = $1)`,
      ],
      [
        "a key's company is archived",
        await byCompanyKey("archived"),
        "company.sessions.read",
        `UPDATE "Company" SET "status" = 'ARCHIVED' WHERE "id" = (SELECT "companyId" FROM "ApiKey" WHERE "id" = $1)`,
      ],
    ];
    const command: CallContext = { ...ctx, actor: { kind: "command", id: "c", name: "c", permissions: new Set() } };
    const untouched = [
      begin(await byKey()),
      begin(await byPerson()),
      begin(await byReader("acme"), "stream", "company.read"),
      begin(command),
    ];
    const calls = cases.map(([, caller, permission]) => begin(caller, "download", permission));
    const ended = () => calls.filter(({ signal }) => signal.aborted).length;
    await lookUp();
    expect(ended()).toBe(0);
    for (const [at, [what, caller, , statement]] of cases.entries()) {
      await database.owner.query(statement, [caller.actor.id]);
      await lookUp();
      expect(calls[at]?.signal.reason, what).toEqual(refusal("unauthenticated", "does not allow this any more"));
      expect(ended(), what).toBe(at + 1);
    }
    expect(untouched.filter(({ signal }) => signal.aborted)).toEqual([]);
  });

  it("ends when the time of its caller's key or session is up", async () => {
    const calls = [
      begin(await byKey(inTime(3_000))),
      begin(await byPerson("SUPPORT", inTime(5_000))),
      begin(await byKey()),
    ];
    const ended: boolean[][] = [];
    for (let check = 1; check <= 3; check++) {
      await lookUp();
      ended.push(calls.map(({ signal }) => signal.aborted));
    }
    expect(ended).toEqual([
      [false, false, false],
      [true, false, false],
      [true, true, false],
    ]);
  });

  it("ends all that one caller has open, and gives their places back when each is over", async () => {
    const caller = await byKey();
    const calls = [begin(caller, "upload"), begin(caller, "upload"), begin(caller, "stream")];
    const another = begin(await byKey(), "upload");
    for (const { signal, end } of calls) signal.addEventListener("abort", end);
    await database.owner.query(`UPDATE "ApiKey" SET "revokedAt" = now() WHERE "id" = $1`, [caller.actor.id]);
    await lookUp();
    expect(calls.map(({ signal }) => signal.aborted)).toEqual([true, true, true]);
    expect(another.signal.aborted).toBe(false);
    begin(caller, "upload");
    begin(caller, "upload");
  });

  it("goes on while nobody can be looked up, and is looked at again", async () => {
    const [caller, other] = [await byKey(), await byKey()];
    const [call, still] = [begin(caller), begin(other)];
    await database.owner.query(`UPDATE "ApiKey" SET "revokedAt" = now() WHERE "id" = $1`, [caller.actor.id]);
    await database.owner.query(`ALTER TABLE "ApiKey" RENAME TO "Away"`);
    try {
      await lookUp();
    } finally {
      await database.owner.query(`ALTER TABLE "Away" RENAME TO "ApiKey"`);
    }
    expect([call.signal.aborted, still.signal.aborted]).toEqual([false, false]);
    expect(JSON.parse(String(logged.read()))).toMatchObject({ level: 40, event: "api.lasting_unchecked" });
    await lookUp();
    expect([call.signal.aborted, still.signal.aborted]).toEqual([true, false]);
  });

  it("asks nothing of the database once it is over, and is looked after again when it begins anew", async () => {
    const caller = await byKey();
    const [first, second] = [begin(caller), begin(caller, "download")];
    await lookUp();
    first.end();
    await lookUp();
    second.end();
    const query = vi.spyOn(database.pool, "query");
    await clock.pass(60_000);
    expect(query).not.toHaveBeenCalled();
    query.mockRestore();

    const again = begin(caller);
    await database.owner.query(`UPDATE "ApiKey" SET "revokedAt" = now() WHERE "id" = $1`, [caller.actor.id]);
    await lookUp();
    expect(again.signal.aborted).toBe(true);
    expect(first.signal.aborted).toBe(false);
  });
});
