import type { Pool, PoolClient } from "pg";
import { describe, expect, it } from "vitest";
import { cutAudit } from "../../lib/audit/cutAudit.ts";
import { ENTRY_COLUMNS, hashOfEntry, sealedPart } from "../../lib/audit/entry.ts";
import { sealAudit } from "../../lib/audit/sealAudit.ts";
import { verifyAudit } from "../../lib/audit/verifyAudit.ts";
import { DAY, openAudit } from "./support.ts";

const audit = openAudit();
const { configured, findings, headOf, pass, record, recordMany, sql, tamper } = audit;

/** So many runs of sealing, each with so many entries. */
async function sealRuns(runs: number, entries: number): Promise<void> {
  for (let run = 1; run <= runs; run++) {
    await recordMany(entries);
    await sealAudit(audit.ctx);
  }
}

/** Cuts what was sealed until now. */
async function cutAll(): Promise<void> {
  pass(2 * DAY);
  await cutAudit(configured({ AUDIT_RETENTION: DAY }));
}

/** The same pool, which says how many rows each statement of a transaction gave. */
function counting(pool: Pool, counts: number[]): Pool {
  const counted = (client: PoolClient) =>
    new Proxy(client, {
      get: (target, name) => {
        const value = Reflect.get(target, name);
        if (name !== "query") return typeof value === "function" ? value.bind(target) : value;
        return async (text: string, values?: unknown[]) => {
          const result = await target.query(text, values);
          // Of several statements in one text, there are several results.
          for (const { rows } of [result].flat()) counts.push(rows.length);
          return result;
        };
      },
    });
  return new Proxy(pool, {
    get: (target, name) =>
      name === "connect" ? async () => counted(await target.connect()) : Reflect.get(target, name),
  });
}

describe("a check of the chain", () => {
  it("reads entries and seals page by page, and finds the same", async () => {
    await sealRuns(12, 1);
    await sealRuns(2, 5);
    await tamper(`UPDATE "SecurityAuditLog" SET "action" = 'x' WHERE "sequence" IN (3, 4, 18);
      DELETE FROM "SecurityAuditLog" WHERE "sequence" IN (7, 21, 22);
      UPDATE "AuditSeal" SET "mac" = repeat('0', 64) WHERE "sequence" IN (2, 9, 17);
      UPDATE "AuditSeal" SET "hash" = repeat('0', 64) WHERE "sequence" = 10`);
    const whole = await verifyAudit(audit.ctx);
    expect(whole).toMatchObject({
      checked: 19,
      changed: { count: 3 },
      missing: { examples: ["#7"] },
      cutOff: { examples: ["#21 to #22"] },
      forged: { examples: ["#2", "#9", "#10", "#17"] },
    });
    for (const atOnce of [1, 2, 3, 4, 5, 19]) {
      const counts: number[] = [];
      const ctx = { ...audit.ctx, db: counting(audit.database.pool, counts) };
      expect(await verifyAudit(ctx, undefined, atOnce), `${atOnce}`).toEqual(whole);
      expect(Math.max(...counts), `${atOnce}`).toBeLessThanOrEqual(atOnce);
    }
  });

  it("counts all that it finds, and names the first ten", async () => {
    await sealRuns(1, 25);
    await tamper(`UPDATE "SecurityAuditLog" SET "action" = 'x' WHERE "sequence" > 5`);
    const { changed } = await verifyAudit(audit.ctx);
    expect(changed.count).toBe(20);
    expect(changed.examples.map((example) => example.split(" ")[0])).toEqual(
      Array.from({ length: 10 }, (_, n) => `#${n + 6}`),
    );
  });

  it("tells a second finding from the first, and one no twice", async () => {
    await sealRuns(2, 2);
    const head = await headOf();
    expect(await findings({ ...head, hash: "0".repeat(64) })).toEqual([
      { id: "audit-changed", examples: [expect.stringMatching(/^#4 \(/)] },
    ]);
    await tamper(`UPDATE "AuditSeal" SET "mac" = repeat('0', 64) WHERE "sequence" = 2;
      UPDATE "Installation" SET "auditHash" = repeat('0', 64)`);
    expect(await findings()).toEqual([{ id: "audit-forged", examples: ["#2", "#4"] }]);
    await tamper(`UPDATE "AuditSeal" SET "mac" = repeat('0', 64), "hash" = repeat('1', 64) WHERE "sequence" = 4`);
    expect(await findings()).toEqual([{ id: "audit-forged", examples: ["#2", "#4"] }]);
  });

  it("finds what was chained on behind the last seal", async () => {
    await sealRuns(1, 3);
    await record("thing.forged");
    const [entry] = await sql(`SELECT ${ENTRY_COLUMNS} FROM "SecurityAuditLog" WHERE "sequence" IS NULL`);
    const { hash } = await headOf();
    await tamper(`UPDATE "SecurityAuditLog" SET "sequence" = 4, "hash" = '${hashOfEntry(sealedPart(4, entry), hash)}'
      WHERE "sequence" IS NULL`);
    expect(await findings()).toEqual([{ id: "audit-forged", examples: ["#4"] }]);
  });

  it("names only what lies behind the cut where all seals since then are gone", async () => {
    await sealRuns(1, 3);
    await cutAll();
    await sealRuns(1, 1);
    await tamper(`DELETE FROM "AuditSeal"`);
    expect(await findings()).toEqual([{ id: "audit-forged", examples: ["#4 to #5"] }]);
  });

  it("finds what was put before the cut", async () => {
    await sealRuns(1, 3);
    await cutAll();
    await record("thing.forged");
    await tamper(`UPDATE "SecurityAuditLog" SET "sequence" = 2, "hash" = 'x' WHERE "action" = 'thing.forged'`);
    await sealAudit(audit.ctx);
    expect(await findings()).toEqual([{ id: "audit-forged", examples: [expect.stringMatching(/^#2 \(/)] }]);
  });

  it("says that a kept head lies before the cut, where nothing is left to compare it with", async () => {
    await sealRuns(1, 2);
    const head = await headOf();
    await sealRuns(1, 1);
    await cutAll();
    await sealAudit(audit.ctx);
    expect(await findings()).toEqual([]);
    expect(await findings(head)).toEqual([
      { id: "audit-head-removed", examples: ["#2, before #3 where retention has cut"] },
    ]);
  });
});
