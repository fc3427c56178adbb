import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { listAudit } from "../../lib/admin/audit/listAudit.ts";
import { createKey } from "../../lib/admin/keys/createKey.ts";
import { type CallContext, callOperation } from "../../lib/api/operation.ts";
import { recordAudit } from "../../lib/audit/recordAudit.ts";
import { inTransaction } from "../../lib/db/pool.ts";
import { actingAs } from "../support/acting.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { pagesOf } from "../support/pages.ts";

let database: TestDatabase;
let boss: CallContext;
beforeAll(async () => {
  database = await createTestDatabase();
  boss = actingAs(database.pool, "SUPPORT");
});
afterAll(() => database.drop());

/** Records that something was done, so many minutes after midnight. */
const record = (action: string, minute: number, more: { actor?: string; target?: string; denied?: boolean } = {}) =>
  recordAudit(
    { ...boss, clock: { ...boss.clock, now: () => new Date(Date.UTC(2026, 10, 1, 0, minute)) } },
    database.pool,
    {
      actor: { kind: "user", id: `id-of-${more.actor ?? "ada"}`, name: more.actor ?? "ada" },
      action,
      outcome: more.denied ? "denied" : "done",
      ...(more.target ? { target: { type: "user", id: more.target } } : {}),
      from: "192.0.2.1",
      requestId: "request-1",
      details: { minute },
    },
  );

describe("the audit log", () => {
  it("takes records, and nothing that would change one", async () => {
    await record("users.create", 0);
    for (const sql of [
      `UPDATE "SecurityAuditLog" SET "outcome" = 'done'`,
      `UPDATE "SecurityAuditLog" SET "details" = NULL WHERE "id" = 'none'`,
      `DELETE FROM "SecurityAuditLog"`,
      `TRUNCATE "SecurityAuditLog"`,
      `TRUNCATE "SecurityAuditLog" CASCADE`,
      `INSERT INTO "SecurityAuditLog" ("id", "actorKind", "action", "outcome") SELECT "id", 'user', 'forged', 'done'
         FROM "SecurityAuditLog" ON CONFLICT ("id") DO UPDATE SET "action" = 'forged'`,
      `MERGE INTO "SecurityAuditLog" a USING (VALUES (1)) v ON true WHEN MATCHED THEN DELETE`,
    ]) {
      await expect(database.owner.query(sql), sql).rejects.toThrow("append-only");
    }
    const { rows } = await database.owner.query(`SELECT "action", "outcome" FROM "SecurityAuditLog"`);
    expect(rows).toEqual([{ action: "users.create", outcome: "done" }]);
  });

  it("holds no record of a change that did not come to be, and no change without its record", async () => {
    const owner = actingAs(database.pool, "SUPER_ADMIN");
    // The record itself fails: it has the id of another one.
    const { rows: taken } = await database.owner.query(`SELECT "id" FROM "SecurityAuditLog" LIMIT 1`);
    const ids = ["key-id", taken[0].id];
    const clumsy = { ...owner, newId: () => ids.shift() ?? "" };
    const { id: serviceAccountId } = await database.rows.serviceAccount();
    const unrecorded = callOperation(clumsy, createKey, { name: "unrecorded", serviceAccountId });
    await expect(unrecorded).rejects.toThrow("duplicate key");
    expect((await database.pool.query(`SELECT * FROM "ApiKey"`)).rows).toEqual([]);
    // The change fails after it was recorded.
    const broken = inTransaction(database.pool, async (tx) => {
      await recordAudit(owner, tx, {
        actor: { kind: "user", id: "x", name: "x" },
        action: "never.happened",
        outcome: "done",
        from: null,
        requestId: null,
      });
      await tx.query(`SELECT 1 / 0`);
    });
    await expect(broken).rejects.toThrow("division by zero");
    expect((await callOperation(boss, listAudit, { action: "never.happened" })).records).toEqual([]);
  });

  it("records a call that is denied", async () => {
    await expect(callOperation(boss, createKey, { name: "x", ownerId: "x" })).rejects.toMatchObject({
      code: "forbidden",
    });
    const { records } = await callOperation(boss, listAudit, { action: "createKey" });
    expect(records).toMatchObject([
      {
        actor: { kind: "user", id: "boss", name: "boss@example.com" },
        outcome: "denied",
        target: null,
        ipAddress: "192.0.2.1",
        requestId: "request-1",
        details: { permission: "keys.write" },
      },
    ]);
  });

  it("is listed newest first, page by page, with what comes meanwhile left out", async () => {
    for (let minute = 10; minute < 20; minute++) await record("pages.turn", minute);
    const seen: unknown[] = [];
    const read = (at: object) => callOperation(boss, listAudit, { action: "pages.turn", limit: 3, ...at });
    for await (const { records } of pagesOf(read)) {
      seen.push(...records.map(({ details }) => details?.minute));
      await record("pages.turn", 30);
    }
    expect(seen).toEqual([19, 18, 17, 16, 15, 14, 13, 12, 11, 10]);
  });

  it("is filtered by who, what, on what, with what result and when", async () => {
    await record("filters.one", 40, { actor: "zoe", target: "t1" });
    await record("filters.two", 41, { actor: "zoe", denied: true });
    await record("filtersX", 42, { actor: "zoe" });
    const actions = async (filter: object) =>
      (await callOperation(boss, listAudit, filter)).records.map(({ action }) => action);
    expect(await actions({ actor: "zoe" })).toEqual(["filtersX", "filters.two", "filters.one"]);
    expect(await actions({ actor: "id-of-zoe", action: "filters." })).toEqual(["filters.two", "filters.one"]);
    expect(await actions({ target: "t1" })).toEqual(["filters.one"]);
    expect(await actions({ actor: "zoe", outcome: "denied" })).toEqual(["filters.two"]);
    const at = (minute: number) => `2026-11-01T00:${minute}:00Z`;
    expect(await actions({ actor: "zoe", from: at(41), to: at(42) })).toEqual(["filters.two"]);
    const { nextCursor } = await callOperation(boss, listAudit, { limit: 1 });
    await expect(callOperation(boss, listAudit, { limit: 1, actor: "zoe", cursor: nextCursor })).rejects.toMatchObject({
      code: "invalid_cursor",
    });
  });
});
