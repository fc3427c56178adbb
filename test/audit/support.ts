import { afterAll, beforeAll, beforeEach } from "vitest";
import { checkAudit } from "../../lib/admin/doctor/checkAudit.ts";
import type { CallContext } from "../../lib/api/operation.ts";
import { recordAudit } from "../../lib/audit/recordAudit.ts";
import type { Sql } from "../../lib/db/pool.ts";
import { actingAs } from "../support/acting.ts";
import { emptyAudit, tamperWith } from "../support/audit.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";

export const DAY = 86_400_000;

/** An audit log of its own for a test file, empty before each test, and a clock that stands still until a test moves it. */
export function openAudit() {
  let database: TestDatabase;
  let ctx: CallContext;
  let now: Date;
  beforeAll(async () => {
    database = await createTestDatabase();
    const boss = actingAs(database.pool, "SUPER_ADMIN");
    ctx = { ...boss, clock: { ...boss.clock, now: () => now } };
  });
  beforeEach(async () => {
    now = new Date("2026-11-01T00:00:00Z");
    await emptyAudit(database.owner);
    await database.owner.query(`TRUNCATE "RefusedCall"`);
  });
  afterAll(() => database.drop());

  const sql = async (text: string, values: unknown[] = []) => (await database.owner.query(text, values)).rows;
  const record = (action: string, into: Sql = database.pool): Promise<void> =>
    recordAudit(ctx, into, {
      actor: { kind: "user", id: "zoe", name: "zoe@example.com" },
      action,
      outcome: "done",
      target: { type: "thing", id: "t1" },
      from: "192.0.2.9",
      requestId: null,
      details: { z: 1, a: ["ü", { c: null, b: 0.5 }] },
    });
  return {
    get database() {
      return database;
    },
    get ctx() {
      return ctx;
    },
    /** The same with other configuration. */
    configured: (env: object): CallContext => ({ ...ctx, config: { ...ctx.config, ...env } }),
    pass: (ms: number) => {
      now = new Date(now.getTime() + ms);
    },
    sql,
    /** As somebody who has the whole database, and switches its guards off. */
    tamper: (statements: string) => tamperWith(database.owner, statements),
    record,
    /** One a second. */
    recordMany: async (count: number) => {
      for (let n = 1; n <= count; n++) {
        now = new Date(now.getTime() + 1_000);
        await record(`thing.${n}`);
      }
    },
    findings: async (auditHead?: { sequence: number; hash: string }) =>
      (await checkAudit(ctx, { fix: false, ...(auditHead ? { auditHead } : {}) })).map(({ id, examples }) => ({
        id,
        examples,
      })),
    headOf: async () => (await sql(`SELECT "sequence"::int, "hash" FROM "AuditSeal" ORDER BY 1 DESC LIMIT 1`))[0],
  };
}
