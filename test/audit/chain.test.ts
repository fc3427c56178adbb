import { createHash } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { followAudit } from "../../lib/admin/audit/followAudit.ts";
import { listAudit } from "../../lib/admin/audit/listAudit.ts";
import { readAuditSeal } from "../../lib/admin/audit/readAuditSeal.ts";
import { checkAudit } from "../../lib/admin/doctor/checkAudit.ts";
import type { CallContext } from "../../lib/api/verb.ts";
import { callVerb } from "../../lib/api/verb.ts";
import { cutAudit } from "../../lib/audit/cutAudit.ts";
import { keepAudit } from "../../lib/audit/keepAudit.ts";
import { recordAudit } from "../../lib/audit/recordAudit.ts";
import { sealAudit } from "../../lib/audit/sealAudit.ts";
import { inTransaction, type Sql } from "../../lib/db/pool.ts";
import { SCHEDULES } from "../../lib/schedulers/schedules.ts";
import { actingAs } from "../support/acting.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";

const DAY = 86_400_000;
let database: TestDatabase;
let now: Date;
let ctx: CallContext;
beforeAll(async () => {
  database = await createTestDatabase();
});
beforeEach(async () => {
  now = new Date("2026-11-01T00:00:00Z");
  const boss = actingAs(database.pool, "SUPER_ADMIN");
  ctx = { ...boss, clock: { ...boss.clock, now: () => now } };
  await tamper(
    `DELETE FROM "SecurityAuditLog"; DELETE FROM "AuditSeal"; DELETE FROM "AuditCut"; DELETE FROM "Installation"`,
  );
});
afterAll(() => database.drop());

const sql = async (text: string, values: unknown[] = []) => (await database.owner.query(text, values)).rows;

/** As somebody who has the whole database, and switches its guards off. */
const tamper = (statements: string) =>
  inTransaction(database.owner, (tx) => tx.query(`SET LOCAL session_replication_role = replica; ${statements}`));

function record(action: string, into: Sql = database.pool): Promise<void> {
  return recordAudit(ctx, into, {
    actor: { kind: "user", id: "zoe", name: "zoe@example.com" },
    action,
    outcome: "done",
    target: { type: "thing", id: "t1" },
    from: "192.0.2.9",
    requestId: null,
    details: { z: 1, a: ["ü", { c: null, b: 0.5 }] },
  });
}

async function recordMany(count: number): Promise<void> {
  for (let n = 1; n <= count; n++) {
    now = new Date(now.getTime() + 1_000);
    await record(`thing.${n}`);
  }
}

const findings = async (auditHead?: { sequence: number; hash: string }) =>
  (await checkAudit(ctx, { fix: false, ...(auditHead ? { auditHead } : {}) })).map(({ id, examples }) => ({
    id,
    examples,
  }));
const headOf = async () => (await sql(`SELECT "sequence"::int, "hash" FROM "AuditSeal" ORDER BY 1 DESC LIMIT 1`))[0];

describe("the chain of the audit log", () => {
  it("gives each entry its place and a hash that anybody can compute who has the one before", async () => {
    await recordMany(3);
    expect(await sealAudit(ctx)).toEqual({ sealed: 3 });
    expect(await sealAudit(ctx)).toEqual({ sealed: 0 });
    const rows = await sql(`SELECT * FROM "SecurityAuditLog" ORDER BY "sequence"`);
    expect(rows.map(({ sequence, action }) => [Number(sequence), action])).toEqual([
      [1, "thing.1"],
      [2, "thing.2"],
      [3, "thing.3"],
    ]);
    const text = `{"action":"thing.2","actor":{"id":"zoe","kind":"user","name":"zoe@example.com"},"at":"2026-11-01T00:00:02.000Z","companyId":null,"details":{"a":["ü",{"b":0.5,"c":null}],"z":1},"id":"${rows[1].id}","outcome":"done","previous":"${rows[0].hash}","requestId":null,"sequence":2,"target":{"id":"t1","type":"thing"}}`;
    expect(rows[1].hash).toBe(createHash("sha256").update(text).digest("hex"));
    expect(await findings()).toEqual([]);
  });

  it("keeps its order when a transaction commits late", async () => {
    const late = await database.pool.connect();
    await late.query("BEGIN");
    await record("thing.late", late);
    await recordMany(2);
    await sealAudit(ctx);
    await late.query("COMMIT");
    late.release();
    await recordMany(1);
    await sealAudit(ctx);
    const rows = await sql(`SELECT "action" FROM "SecurityAuditLog" ORDER BY "sequence"`);
    expect(rows.map(({ action }) => action)).toEqual(["thing.1", "thing.2", "thing.late", "thing.1"]);
    expect(await findings()).toEqual([]);
  });

  it("is sealed once when several workers do it at once", async () => {
    await recordMany(20);
    const runs = await Promise.all(Array.from({ length: 4 }, () => sealAudit(ctx)));
    expect(runs.reduce((sum, { sealed }) => sum + sealed, 0)).toBe(20);
    expect(await findings()).toEqual([]);
  });

  it("shows what was changed, and where", async () => {
    await recordMany(4);
    await sealAudit(ctx);
    await tamper(`UPDATE "SecurityAuditLog" SET "actorName" = 'eve@example.com' WHERE "sequence" = 2`);
    expect(await findings()).toEqual([{ id: "audit-changed", examples: [expect.stringMatching(/^#2 \(/)] }]);
  });

  it("shows what is missing, in the middle and at the end", async () => {
    await recordMany(6);
    await sealAudit(ctx);
    const head = await headOf();
    await tamper(`DELETE FROM "SecurityAuditLog" WHERE "sequence" IN (2, 3)`);
    expect(await findings()).toEqual([{ id: "audit-missing", examples: ["#2 to #3"] }]);
    await tamper(`DELETE FROM "SecurityAuditLog" WHERE "sequence" > 4; DELETE FROM "AuditSeal"`);
    const cutOff = { id: "audit-cut-off", examples: ["#5 to #6"] };
    expect(await findings()).toContainEqual(cutOff);
    // What is sealed from then on does not fill the gap.
    await recordMany(1);
    await sealAudit(ctx);
    expect(await findings()).toContainEqual({ id: "audit-missing", examples: ["#2 to #3", "#5 to #6"] });
    // Somebody who sets the installation back, too, is found out by what the log says.
    await tamper(
      `DELETE FROM "SecurityAuditLog" WHERE "sequence" > 1; DELETE FROM "AuditSeal"; DELETE FROM "Installation"`,
    );
    expect(await findings(head)).toContainEqual({ id: "audit-cut-off", examples: ["#2 to #6"] });
  });

  it("cannot be built anew by somebody who has the database but not the secret", async () => {
    await recordMany(3);
    await sealAudit(ctx);
    await tamper(
      `UPDATE "SecurityAuditLog" SET "action" = 'thing.forged', "sequence" = NULL, "hash" = NULL WHERE "sequence" = 2`,
    );
    await tamper(
      `UPDATE "SecurityAuditLog" SET "sequence" = NULL; DELETE FROM "AuditSeal"; DELETE FROM "Installation"`,
    );
    const config = { ...ctx.config, LIVEDASH_SECRET: "guessed by somebody who does not know it" };
    await sealAudit({ ...ctx, config });
    expect(await findings()).toMatchObject([{ id: "audit-unknown-key" }]);
    await tamper(`UPDATE "AuditSeal" SET "keyId" = '${await keyIdOf(ctx)}'`);
    expect(await findings()).toEqual([{ id: "audit-forged", examples: ["#3"] }]);
  });

  it("is found unsealed when nobody seals it", async () => {
    await recordMany(1);
    now = new Date(now.getTime() + 2 * 3_600_000);
    expect(await findings()).toMatchObject([{ id: "audit-unsealed" }]);
    const withoutSecret = { ...ctx, config: { ...ctx.config, LIVEDASH_SECRET: undefined } };
    expect(await sealAudit(withoutSecret)).toEqual({ sealed: 0 });
    expect(await checkAudit(ctx, { fix: true })).toMatchObject([{ id: "audit-unsealed", count: 1, repaired: 1 }]);
    expect(await findings()).toEqual([]);
  });

  it("is kept by a scheduler that runs on every worker", async () => {
    const audit = SCHEDULES["audit-sealing"];
    expect([audit.isEnabled(), audit.intervalMs()]).toEqual([true, 10_000]);
    await recordMany(2);
    expect(await keepAudit(ctx)).toEqual({ sealed: 2, removed: 0, addressesErased: 0 });
  });

  it("is shown in the list", async () => {
    await recordMany(1);
    await sealAudit(ctx);
    await record("thing.new");
    const { records } = await callVerb(ctx, listAudit, { actor: "zoe" });
    expect(records).toMatchObject([
      { action: "thing.new", sequence: null, hash: null },
      { action: "thing.1", sequence: 1, hash: expect.stringMatching(/^[0-9a-f]{64}$/) },
    ]);
  });
});

async function keyIdOf(of: CallContext): Promise<string> {
  await record("thing.key");
  await sealAudit(of);
  return (await sql(`SELECT "keyId" FROM "AuditSeal" ORDER BY "sequence" DESC LIMIT 1`))[0].keyId;
}

describe("retention", () => {
  const keeping = (env: object) => ({ ...ctx, config: { ...ctx.config, ...env } });

  it("keeps everything unless it is told otherwise", async () => {
    await recordMany(2);
    await sealAudit(ctx);
    now = new Date(now.getTime() + 5_000 * DAY);
    expect(await cutAudit(ctx)).toEqual({ removed: 0, addressesErased: 0 });
  });

  it("removes what is old up to a seal; the chain begins there, and the cut is recorded", async () => {
    await recordMany(3);
    await sealAudit(ctx);
    const head = await headOf();
    now = new Date(now.getTime() + 20 * DAY);
    await recordMany(2);
    await sealAudit(ctx);
    now = new Date(now.getTime() + 20 * DAY);
    expect(await cutAudit(keeping({ AUDIT_RETENTION: 30 * DAY }))).toEqual({ removed: 3, addressesErased: 0 });
    await sealAudit(ctx);
    const rows = await sql(
      `SELECT "sequence"::int AS "n", "action", "details" FROM "SecurityAuditLog" ORDER BY "sequence"`,
    );
    expect(rows).toMatchObject([{ n: 4 }, { n: 5 }, { n: 6, action: "audit.cut", details: { upTo: 3, removed: 3 } }]);
    expect(await findings(head)).toEqual([]);
    expect(await findings({ ...head, hash: "0".repeat(64) })).toEqual([{ id: "audit-forged", examples: ["#3"] }]);
    // A cut that somebody else has made is none.
    await tamper(`UPDATE "AuditCut" SET "sequence" = 4, "hash" = (SELECT "hash" FROM "SecurityAuditLog" WHERE "sequence" = 4);
      DELETE FROM "SecurityAuditLog" WHERE "sequence" = 4`);
    expect(await findings()).toEqual([{ id: "audit-forged", examples: ["#4"] }]);
  });

  it("erases addresses, and the chain stays whole", async () => {
    await recordMany(3);
    await sealAudit(ctx);
    now = new Date(now.getTime() + 20 * DAY);
    await recordMany(1);
    await sealAudit(ctx);
    const brief = keeping({ AUDIT_ADDRESS_RETENTION: 7 * DAY });
    expect(await cutAudit(brief)).toEqual({ removed: 0, addressesErased: 3 });
    expect(await cutAudit(brief)).toEqual({ removed: 0, addressesErased: 0 });
    expect(await sql(`SELECT "ipAddress" FROM "SecurityAuditLog" WHERE "ipAddress" IS NOT NULL`)).toHaveLength(1);
    expect(await findings()).toEqual([]);
  });

  it("is all that the database allows: whoever says that they seal, erase or cut can do no more than that", async () => {
    await recordMany(2);
    await sealAudit(ctx);
    await recordMany(1);
    const attempts = [
      ["seal", `UPDATE "SecurityAuditLog" SET "action" = 'x' WHERE "sequence" = 1`],
      ["seal", `UPDATE "SecurityAuditLog" SET "hash" = 'x' WHERE "sequence" = 1`],
      ["seal", `UPDATE "SecurityAuditLog" SET "sequence" = 9, "hash" = 'x', "action" = 'x' WHERE "sequence" IS NULL`],
      ["erase", `UPDATE "SecurityAuditLog" SET "ipAddress" = '192.0.2.1'`],
      ["erase", `UPDATE "SecurityAuditLog" SET "ipAddress" = NULL, "actorName" = NULL`],
      ["cut", `DELETE FROM "SecurityAuditLog" WHERE "sequence" = 1`],
      ["cut", `DELETE FROM "SecurityAuditLog" WHERE "sequence" IS NULL`],
      ["cut", `TRUNCATE "AuditSeal"`],
      ["none", `UPDATE "AuditSeal" SET "mac" = 'x'`],
      ["none", `DELETE FROM "AuditCut"`],
      [
        "none",
        `INSERT INTO "SecurityAuditLog" ("id", "actorKind", "action", "outcome", "sequence", "hash") VALUES ('x', 'x', 'x', 'x', 7, 'x')`,
      ],
    ] as const;
    for (const [change, statement] of attempts) {
      const attempt = inTransaction(database.owner, async (tx) => {
        await tx.query("SELECT set_config('livedash.audit', $1, true)", [change]);
        await tx.query(statement);
      });
      await expect(attempt, statement).rejects.toThrow("append-only");
    }
    expect(await findings()).toEqual([]);
  });
});

describe("following it", () => {
  async function follow(input: object): Promise<Record<string, unknown>[]> {
    const { type, content } = await callVerb(ctx, followAudit, input);
    expect(type).toBe("application/x-ndjson");
    const text = await new Response(content).text();
    return text
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line));
  }

  it("gives each sealed entry once, in order, as a line that can be checked without the secret", async () => {
    await recordMany(1_203);
    await sealAudit(ctx);
    await record("thing.unsealed");
    const first = await follow({ limit: 700 });
    const rest = await follow({ after: first.at(-1)?.sequence });
    const lines = [...first, ...rest];
    expect(lines.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 1_203 }, (_, n) => n + 1));
    let before: unknown = null;
    for (const { hash, ipAddress, ...hashed } of lines) {
      expect(hashed.previous).toBe(before);
      expect(ipAddress).toBe("192.0.2.9");
      before = hash;
    }
    expect(await follow({ after: 1_203 })).toEqual([]);
    const at = lines[1_000]?.at;
    expect((await follow({ since: at }))[0]).toMatchObject({ sequence: 1_001, action: "thing.1001" });
    await expect(follow({ after: 1, since: at })).rejects.toMatchObject({ code: "invalid_input" });
  });

  it("says how far it is sealed, and goes on behind a cut", async () => {
    expect(await callVerb(ctx, readAuditSeal, {})).toEqual({ sealed: null, unsealed: 0, removed: null });
    await recordMany(2);
    await sealAudit(ctx);
    now = new Date(now.getTime() + 9 * DAY);
    await cutAudit({ ...ctx, config: { ...ctx.config, AUDIT_RETENTION: DAY } });
    await sealAudit(ctx);
    await record("thing.unsealed");
    const { sealed, removed, unsealed } = await callVerb(ctx, readAuditSeal, {});
    expect({ sealed: sealed?.sequence, removed: removed?.sequence, unsealed }).toEqual({
      sealed: 3,
      removed: 2,
      unsealed: 1,
    });
    expect(await follow({})).toMatchObject([{ sequence: 3, action: "audit.cut", previous: removed?.hash }]);
  });
});
