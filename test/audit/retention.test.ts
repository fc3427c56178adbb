import { describe, expect, it } from "vitest";
import { cutAudit } from "../../lib/audit/cutAudit.ts";
import { changeAudit } from "../../lib/audit/seal.ts";
import { sealAudit } from "../../lib/audit/sealAudit.ts";
import { inTransaction } from "../../lib/db/pool.ts";
import { DAY, openAudit } from "./support.ts";

const audit = openAudit();
const { configured, findings, headOf, pass, recordMany, sql, tamper } = audit;

describe("retention", () => {
  it("keeps everything unless it is told otherwise", async () => {
    await recordMany(2);
    await sealAudit(audit.ctx);
    pass(5_000 * DAY);
    expect(await cutAudit(audit.ctx)).toEqual({ removed: 0, addressesErased: 0 });
  });

  it("removes what is old up to a seal; the chain begins there, and the cut is recorded", async () => {
    await recordMany(3);
    await sealAudit(audit.ctx);
    const head = await headOf();
    pass(20 * DAY);
    await recordMany(2);
    await sealAudit(audit.ctx);
    pass(20 * DAY);
    expect(await cutAudit(configured({ AUDIT_RETENTION: 30 * DAY }))).toEqual({ removed: 3, addressesErased: 0 });
    await sealAudit(audit.ctx);
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

  it("cuts once a day, in transactions of so many places at most, and records each cut", async () => {
    for (const entries of [3, 3, 2, 1]) {
      await recordMany(entries);
      await sealAudit(audit.ctx);
      pass(60_000);
    }
    pass(2 * DAY - 150_000);
    const brief = configured({ AUDIT_RETENTION: 2 * DAY });
    const cuts = () =>
      sql(`SELECT ("details"->>'upTo')::int AS "upTo", ("details"->>'removed')::int AS "removed" FROM "SecurityAuditLog"
            WHERE "action" = 'audit.cut' ORDER BY 1`);
    expect(await cutAudit(brief, 4)).toEqual({ removed: 6, addressesErased: 0 });
    expect(await cuts()).toEqual([
      { upTo: 3, removed: 3 },
      { upTo: 6, removed: 3 },
    ]);
    pass(DAY - 1);
    expect(await cutAudit(brief, 1)).toEqual({ removed: 0, addressesErased: 0 });
    pass(1);
    expect(await cutAudit(brief, 1)).toEqual({ removed: 3, addressesErased: 0 });
    expect((await cuts()).slice(2)).toEqual([
      { upTo: 8, removed: 2 },
      { upTo: 9, removed: 1 },
    ]);
    await sealAudit(audit.ctx);
    expect(await findings()).toEqual([]);
  });

  it("removes nothing that it cannot record", async () => {
    await recordMany(2);
    await sealAudit(audit.ctx);
    pass(2 * DAY);
    const brief = configured({ AUDIT_RETENTION: DAY });
    const failing = {
      ...brief,
      newId: () => {
        throw new Error("no more ids");
      },
    };
    await expect(cutAudit(failing)).rejects.toThrow("no more ids");
    expect(await sql(`SELECT 1 FROM "SecurityAuditLog"`)).toHaveLength(2);
    expect(await cutAudit(brief)).toEqual({ removed: 2, addressesErased: 0 });
    expect(await sql(`SELECT "action" FROM "SecurityAuditLog"`)).toEqual([{ action: "audit.cut" }]);
  });

  it("goes on where more places than it passes at once have lost their seals, and counts what was there", async () => {
    await recordMany(2);
    await sealAudit(audit.ctx);
    await tamper(`DELETE FROM "AuditSeal"; UPDATE "Installation" SET "auditSequence" = 30000`);
    await recordMany(1);
    await sealAudit(audit.ctx);
    pass(2 * DAY);
    expect(await cutAudit(configured({ AUDIT_RETENTION: DAY }))).toEqual({ removed: 3, addressesErased: 0 });
    expect(await sql(`SELECT "details" FROM "SecurityAuditLog"`)).toMatchObject([
      { details: { upTo: 30_001, removed: 3 } },
    ]);
  });

  it("erases addresses, and the chain stays whole", async () => {
    await recordMany(3);
    await sealAudit(audit.ctx);
    pass(20 * DAY);
    await recordMany(1);
    await sealAudit(audit.ctx);
    const brief = configured({ AUDIT_ADDRESS_RETENTION: 7 * DAY });
    expect(await cutAudit(brief)).toEqual({ removed: 0, addressesErased: 3 });
    expect(await cutAudit(brief)).toEqual({ removed: 0, addressesErased: 0 });
    expect(await sql(`SELECT "ipAddress" FROM "SecurityAuditLog" WHERE "ipAddress" IS NOT NULL`)).toHaveLength(1);
    expect(await findings()).toEqual([]);
  });

  it("leaves the past alone while another process works on it, and does it in the next round", async () => {
    await recordMany(3);
    await sealAudit(audit.ctx);
    pass(20 * DAY);
    const brief = configured({ AUDIT_ADDRESS_RETENTION: 7 * DAY, AUDIT_RETENTION: 10 * DAY });
    const another = { ...audit.ctx, db: audit.database.owner };
    const meanwhile = await changeAudit(another, "seal", () => cutAudit(brief));
    expect(meanwhile).toEqual({ removed: 0, addressesErased: 0 });
    expect(await cutAudit(brief)).toEqual({ removed: 3, addressesErased: 0 });
  });

  it("is all that the database allows: whoever says that they seal, erase or cut can do no more than that", async () => {
    await recordMany(2);
    await sealAudit(audit.ctx);
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
      const attempt = inTransaction(audit.database.owner, async (tx) => {
        await tx.query("SELECT set_config('livedash.audit', $1, true)", [change]);
        await tx.query(statement);
      });
      await expect(attempt, statement).rejects.toThrow("append-only");
    }
    expect(await findings()).toEqual([]);
  });
});
