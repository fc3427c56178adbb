import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { listAudit } from "../../lib/admin/audit/listAudit.ts";
import { checkAudit } from "../../lib/admin/doctor/checkAudit.ts";
import { type CallContext, callOperation } from "../../lib/api/operation.ts";
import { hasAuditToKeep, keepAudit } from "../../lib/audit/keepAudit.ts";
import { recordRefusal } from "../../lib/audit/recordRefusal.ts";
import { sealAudit } from "../../lib/audit/sealAudit.ts";
import { SCHEDULES } from "../../lib/schedulers/schedules.ts";
import { consoleContext } from "../support/consoleContext.ts";
import { withHeld } from "../support/held.ts";
import { openAudit } from "./support.ts";

const audit = openAudit();
const { configured, findings, headOf, pass, record, recordMany, sql, tamper } = audit;

describe("the chain of the audit log", () => {
  it("gives each entry its place and a hash that anybody can compute who has the one before", async () => {
    await recordMany(3);
    expect(await sealAudit(audit.ctx)).toEqual({ sealed: 3 });
    expect(await sealAudit(audit.ctx)).toEqual({ sealed: 0 });
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
    await withHeld(audit.database.pool, async (late) => {
      await record("thing.late", late);
      await recordMany(2);
      await sealAudit(audit.ctx);
      await late.query("COMMIT");
    });
    await recordMany(1);
    await sealAudit(audit.ctx);
    const rows = await sql(`SELECT "action" FROM "SecurityAuditLog" ORDER BY "sequence"`);
    expect(rows.map(({ action }) => action)).toEqual(["thing.1", "thing.2", "thing.late", "thing.1"]);
    expect(await findings()).toEqual([]);
  });

  it("is sealed once when several workers do it at once", async () => {
    await recordMany(20);
    const runs = await Promise.all(Array.from({ length: 4 }, () => sealAudit(audit.ctx)));
    expect(runs.reduce((sum, { sealed }) => sum + sealed, 0)).toBe(20);
    expect(await findings()).toEqual([]);
  });

  it("shows what was changed, and where", async () => {
    await recordMany(4);
    await sealAudit(audit.ctx);
    await tamper(`UPDATE "SecurityAuditLog" SET "actorName" = 'eve@example.com' WHERE "sequence" = 2`);
    expect(await findings()).toEqual([{ id: "audit-changed", examples: [expect.stringMatching(/^#2 \(/)] }]);
  });

  it("shows what is missing, in the middle and at the end", async () => {
    await recordMany(6);
    await sealAudit(audit.ctx);
    const head = await headOf();
    await tamper(`DELETE FROM "SecurityAuditLog" WHERE "sequence" IN (2, 3)`);
    expect(await findings()).toEqual([{ id: "audit-missing", examples: ["#2 to #3"] }]);
    await tamper(`DELETE FROM "SecurityAuditLog" WHERE "sequence" > 4; DELETE FROM "AuditSeal"`);
    const cutOff = { id: "audit-cut-off", examples: ["#5 to #6"] };
    expect(await findings()).toContainEqual(cutOff);
    // What is sealed from then on does not fill the gap.
    await recordMany(1);
    await sealAudit(audit.ctx);
    expect(await findings()).toContainEqual({ id: "audit-missing", examples: ["#2 to #3", "#5 to #6"] });
    // Somebody who sets the installation back, too, is found out by what the log says.
    await tamper(
      `DELETE FROM "SecurityAuditLog" WHERE "sequence" > 1; DELETE FROM "AuditSeal"; DELETE FROM "Installation"`,
    );
    expect(await findings(head)).toContainEqual({ id: "audit-cut-off", examples: ["#2 to #6"] });
  });

  it("cannot be built anew by somebody who has the database but not the secret", async () => {
    await recordMany(3);
    await sealAudit(audit.ctx);
    await tamper(
      `UPDATE "SecurityAuditLog" SET "action" = 'thing.forged', "sequence" = NULL, "hash" = NULL WHERE "sequence" = 2`,
    );
    await tamper(
      `UPDATE "SecurityAuditLog" SET "sequence" = NULL; DELETE FROM "AuditSeal"; DELETE FROM "Installation"`,
    );
    await sealAudit(configured({ LIVEDASH_SECRET: "guessed by somebody who does not know it" }));
    expect(await findings()).toMatchObject([{ id: "audit-unknown-key" }]);
    await tamper(`UPDATE "AuditSeal" SET "keyId" = '${await keyIdOf(audit.ctx)}'`);
    expect(await findings()).toEqual([{ id: "audit-forged", examples: ["#3"] }]);
  });

  it("is found unsealed when nobody seals it", async () => {
    await recordMany(1);
    pass(2 * 3_600_000);
    expect(await findings()).toMatchObject([{ id: "audit-unsealed" }]);
    expect(await sealAudit(configured({ LIVEDASH_SECRET: undefined }))).toEqual({ sealed: 0 });
    expect(await checkAudit(audit.ctx, { fix: true })).toMatchObject([{ id: "audit-unsealed", count: 1, repaired: 1 }]);
    expect(await findings()).toEqual([]);
  });

  it("is kept by a scheduler that runs on every worker", async () => {
    const schedule = SCHEDULES["audit-sealing"];
    expect([schedule.isEnabled(), schedule.intervalMs()]).toEqual([true, 10_000]);
    await recordMany(2);
    await count({ action: "keys.refused", details: { reason: "unknown" } });
    const { clock, log } = audit.ctx;
    const worker = { ...consoleContext(audit.database.pool, log), clock };
    expect(await keepAudit(worker)).toEqual({ sealed: 3, removed: 0, addressesErased: 0 });
    expect(await sql(`SELECT "action", "details" FROM "SecurityAuditLog" WHERE "sequence" = 3`)).toMatchObject([
      { action: "keys.refused", details: { reason: "unknown", count: 6 } },
    ]);
  });

  it("has something to keep once there is an entry to seal, or a count whose time is over", async () => {
    const without = configured({ LIVEDASH_SECRET: undefined });
    expect(await hasAuditToKeep(audit.ctx)).toBe(false);
    await recordMany(1);
    expect([await hasAuditToKeep(audit.ctx), await hasAuditToKeep(without)]).toEqual([true, false]);
    await keepAudit(audit.ctx);
    expect(await hasAuditToKeep(audit.ctx)).toBe(false);
    const actor = { kind: "anonymous", id: null, name: null } as const;
    await recordRefusal(audit.ctx, "ldk_a", { actor, action: "keys.refused", from: null, requestId: null });
    await keepAudit(audit.ctx);
    expect([await hasAuditToKeep(audit.ctx), await hasAuditToKeep(without)]).toEqual([false, false]);
    pass(10 * 60_000);
    expect([await hasAuditToKeep(audit.ctx), await hasAuditToKeep(without)]).toEqual([true, true]);
  });

  it("is sealed although what was counted cannot be written down, and that fails all the same", async () => {
    await recordMany(2);
    await count({ actor: null });
    await expect(keepAudit(audit.ctx)).rejects.toThrow();
    expect((await headOf()).sequence).toBe(2);
  });

  it("is shown in the list", async () => {
    await recordMany(1);
    await sealAudit(audit.ctx);
    await record("thing.new");
    const { records } = await callOperation(audit.ctx, listAudit, { actor: "zoe" });
    expect(records).toMatchObject([
      { action: "thing.new", sequence: null, hash: null },
      { action: "thing.1", sequence: 1, hash: expect.stringMatching(/^[0-9a-f]{64}$/) },
    ]);
  });
});

/** That so much was refused at the door in a window that is over: one is recorded already, six were counted. */
async function count(entry: object): Promise<void> {
  const nobody = { actor: { kind: "anonymous", id: null, name: null }, from: null, requestId: null };
  await sql(
    `INSERT INTO "RefusedCall" ("kind", "windowStart", "name", "address", "count", "entry")
     VALUES ('keys.refused', '2026-10-31', 'ldk_x', '', 7, $1)`,
    [{ ...nobody, ...entry }],
  );
}

async function keyIdOf(of: CallContext): Promise<string> {
  await record("thing.key");
  await sealAudit(of);
  return (await sql(`SELECT "keyId" FROM "AuditSeal" ORDER BY "sequence" DESC LIMIT 1`))[0].keyId;
}
