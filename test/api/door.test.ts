import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { countCall } from "../../lib/api/rateLimit.ts";
import { assertOurPages, recordRefusedKey } from "../../lib/api/recordDoor.ts";
import { recordCounted } from "../../lib/audit/recordRefusal.ts";
import type { Context } from "../../lib/context.ts";
import { openLog } from "../../lib/observability/log.ts";
import { emptyAudit } from "../support/audit.ts";
import { consoleContext } from "../support/consoleContext.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { addKey } from "../support/people.ts";
import { refusal } from "../support/refusal.ts";

const NOON = new Date("2026-11-26T12:00:00Z").getTime();
const CALLER = { from: "192.0.2.1", requestId: "request-1" };

let database: TestDatabase;
let ctx: Context;
let now: Date;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  now = new Date(NOON);
  ctx = worker();
  await database.owner.query(`TRUNCATE "CallCount", "RefusedCall"`);
  await emptyAudit(database.owner);
});

/** One of several processes over the same database. */
function worker(env: Record<string, string> = {}): Context {
  const { clock, ...more } = consoleContext(database.pool, openLog({ level: "fatal", format: "json" }), env);
  return { ...more, clock: { ...clock, now: () => now } };
}

async function recorded() {
  const { rows } = await database.owner.query(`SELECT * FROM "SecurityAuditLog" ORDER BY "createdAt", "id"`);
  return rows;
}

describe("calls in a minute", () => {
  it("are counted over all workers; one more than allowed waits for the next minute", async () => {
    now = new Date(NOON + 20_500);
    const other = worker();
    for (const each of [ctx, other, ctx]) await countCall(each, "key/a", 3);
    const refused = await countCall(other, "key/a", 3).catch((error: unknown) => error);
    expect(refused).toEqual(refusal("too_many_calls", "You made more than 3 calls in a minute. Try again in 40 s."));
    expect(refused).toMatchObject({ status: 429, retryAfter: 40 });

    now = new Date(NOON + 59_999);
    await expect(countCall(ctx, "key/a", 3)).rejects.toMatchObject({ retryAfter: 1 });
    now = new Date(NOON + 60_000);
    await countCall(ctx, "key/a", 3);
  });

  it("are each caller's own", async () => {
    await countCall(ctx, "key/a", 1);
    await countCall(ctx, "key/b", 1);
    await expect(countCall(ctx, "key/a", 1)).rejects.toEqual(refusal("too_many_calls"));
  });

  it("are none too few when they come at once", async () => {
    const calls = await Promise.allSettled(Array.from({ length: 8 }, () => countCall(ctx, "key/a", 5)));
    expect(calls.filter(({ status }) => status === "fulfilled")).toHaveLength(5);
  });
});

describe("a key that is not let in", () => {
  const refuse = (key: string) =>
    recordRefusedKey(ctx, new Headers({ Authorization: `Bearer ${key}` }), CALLER).then(recorded);

  it("is recorded by its beginning alone where nobody knows it", async () => {
    const key = `ldk_${randomBytes(32).toString("base64url")}`;
    const entries = await refuse(key);
    expect(entries).toMatchObject([
      {
        action: "keys.refused",
        outcome: "denied",
        actorKind: "anonymous",
        actorId: null,
        actorName: null,
        targetId: null,
        ipAddress: "192.0.2.1",
        requestId: "request-1",
        details: { prefix: key.slice(0, 10), reason: "unknown" },
      },
    ]);
    const { rows } = await database.owner.query(`SELECT * FROM "RefusedCall"`);
    expect(JSON.stringify([entries, rows])).not.toContain(key.slice(10, 16));
  });

  it("of which nothing is kept where it may be a secret of something else", async () => {
    const entries = await refuse("sk-proj-t0ps3cret");
    expect(entries).toMatchObject([{ actorName: null, details: { prefix: null, reason: "unknown" } }]);
    const { rows } = await database.owner.query(`SELECT * FROM "RefusedCall"`);
    expect(rows).toHaveLength(1);
    expect(JSON.stringify([entries, rows])).not.toMatch(/sk-|t0ps/);
  });

  it.each<[string, { revoked?: boolean; expiresAt?: Date }]>([
    ["revoked", { revoked: true }],
    ["expired", { expiresAt: new Date(NOON) }],
    ["not_allowed", {}],
  ])("is named, and why it was not: %s", async (reason, { revoked = false, expiresAt = new Date(NOON + 1) }) => {
    const { id, key } = await addKey(ctx, "SUPPORT", { expiresAt });
    if (revoked) await database.owner.query(`UPDATE "ApiKey" SET "revokedAt" = now() WHERE "id" = $1`, [id]);
    expect(await refuse(key)).toMatchObject([
      {
        actorKind: "anonymous",
        actorName: expect.stringContaining(key.slice(0, 10)),
        targetType: "key",
        targetId: id,
        details: { prefix: key.slice(0, 10), reason },
      },
    ]);
  });

  it("is recorded once, and counted when it comes again", async () => {
    const key = `ldk_${"x".repeat(43)}`;
    for (let again = 0; again < 5; again++) await refuse(key);
    expect(await recorded()).toHaveLength(1);
    now = new Date(NOON + 10 * 60_000);
    await recordCounted(ctx);
    expect(await recorded()).toMatchObject([{}, { details: { prefix: "ldk_xxxxxx", reason: "unknown", count: 4 } }]);
  });

  it("is none where none was sent", async () => {
    for (const headers of [{}, { Authorization: "Basic YTpi" }, { Authorization: "Bearer" }, { Cookie: "a=b" }]) {
      await recordRefusedKey(ctx, new Headers(headers), CALLER);
    }
    expect(await recorded()).toEqual([]);
  });
});

describe("a call that another site has sent", () => {
  const FOREIGN = refusal("foreign_origin");
  /** Somebody's call, if they are named; else a stranger's. */
  const check = (headers: Record<string, string>, name?: string) =>
    assertOurPages(ctx, new Headers({ Host: "livedash.example", ...headers }), {
      ...CALLER,
      ...(name === undefined ? {} : { actor: { kind: "user", id: `id of ${name}`, name } }),
    });

  it("is refused and recorded with its site, without what else stands in the address", async () => {
    await expect(check({ Origin: "https://u:p4ss@evil.example:8443/x?token=t0ps3cret#k" })).rejects.toEqual(FOREIGN);
    const entries = await recorded();
    expect(entries).toMatchObject([
      {
        action: "calls.foreign_origin",
        outcome: "denied",
        actorKind: "anonymous",
        actorId: null,
        ipAddress: "192.0.2.1",
        requestId: "request-1",
        details: { origin: "https://evil.example:8443" },
      },
    ]);
    const { rows } = await database.owner.query(`SELECT * FROM "RefusedCall"`);
    expect(JSON.stringify([entries, rows])).not.toMatch(/p4ss|t0ps3cret/);
  });

  it("is put down to whose session it came with", async () => {
    await expect(check({ Origin: "https://evil.example" }, "ada")).rejects.toEqual(FOREIGN);
    expect(await recorded()).toMatchObject([{ actorKind: "user", actorId: "id of ada", actorName: "ada" }]);
    // Somebody else's is no repetition of it.
    await expect(check({ Origin: "https://evil.example" }, "bert")).rejects.toEqual(FOREIGN);
    expect(await recorded()).toHaveLength(2);
  });

  it.each<[string, Record<string, string>, string | null]>([
    ["does not say which site", { "Sec-Fetch-Site": "cross-site" }, null],
    ["is no address", { Origin: "t0ps3cret" }, "invalid"],
    ["has no origin", { Origin: "null" }, "invalid"],
    ["is longer than any", { Origin: `https://${"a.".repeat(120)}example` }, `https://${"a.".repeat(96)}`],
  ])("is recorded though it %s", async (_what, headers, origin) => {
    await expect(check(headers)).rejects.toEqual(FOREIGN);
    expect(await recorded()).toMatchObject([{ details: { origin } }]);
  });

  it("is told from our own, of which nothing is recorded", async () => {
    await check({ Origin: "https://livedash.example", "Sec-Fetch-Site": "same-origin" });
    await check({});
    ctx = worker({ PUBLIC_URL: "https://public.example" });
    await check({ Origin: "https://public.example" });
    expect(await recorded()).toEqual([]);
    await expect(check({ Origin: "https://livedash.example" })).rejects.toEqual(FOREIGN);
  });
});
