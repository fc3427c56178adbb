import { expect, it } from "vitest";
import { recordCounted, recordRefusal } from "../../lib/audit/recordRefusal.ts";
import { openAudit } from "./support.ts";

const audit = openAudit();
const { pass, sql } = audit;

const MINUTE = 60_000;
const NOBODY = { kind: "anonymous", id: null, name: null } as const;

async function refuse(name: string, reason: string, from = "192.0.2.7", ctx = audit.ctx): Promise<void> {
  const details = { prefix: name, reason };
  await recordRefusal(ctx, name, { actor: NOBODY, action: "keys.refused", from, requestId: null, details });
}

async function recorded() {
  const rows = await sql(
    `SELECT "ipAddress" AS "from", "details" FROM "SecurityAuditLog" ORDER BY "createdAt", "details"::text`,
  );
  return rows;
}

it("a refusal that could not be recorded is not counted as one that was", async () => {
  const failing = {
    ...audit.ctx,
    newId: () => {
      throw new Error("no more ids");
    },
  };
  await expect(refuse("ldk_a", "unknown", undefined, failing)).rejects.toThrow("no more ids");
  await refuse("ldk_a", "unknown");
  expect(await recorded()).toEqual([{ from: "192.0.2.7", details: { prefix: "ldk_a", reason: "unknown" } }]);
});

it("those that follow are one entry for each window and reason, with who came alone by name", async () => {
  for (let round = 0; round < 3; round++) {
    await refuse("ldk_a", "unknown");
    await refuse("ldk_a", "unknown", "192.0.2.8");
    await refuse("ldk_b", "unknown");
    await refuse("ldk_c", "revoked");
  }
  await refuse("ldk_d", "unknown");
  const first = await recorded();
  expect(first).toHaveLength(5);
  pass(10 * MINUTE);
  await recordCounted(audit.ctx);
  const since = "2026-11-01T00:00:00.000Z";
  expect((await recorded()).slice(5)).toEqual([
    { from: "192.0.2.7", details: { prefix: "ldk_c", reason: "revoked", count: 2, since } },
    { from: null, details: { reason: "unknown", different: 3, count: 6, since } },
  ]);
  pass(10 * MINUTE);
  await recordCounted(audit.ctx);
  expect(await recorded()).toHaveLength(7);
});

it("what was counted while nothing ran is written down in whole, window by window", async () => {
  await sql(`INSERT INTO "RefusedCall" ("kind", "windowStart", "name", "address", "count", "entry")
    SELECT 'keys.refused', '2026-10-01'::timestamptz + n * interval '5 minutes', 'ldk_' || m, '', 3,
           '{"actor": {"kind": "anonymous", "id": null, "name": null}, "action": "keys.refused", "from": null, "requestId": null}'
      FROM generate_series(1, 120) n, generate_series(1, 20) m`);
  await recordCounted(audit.ctx);
  const [{ entries, counted }] = await sql(
    `SELECT count(*)::int AS "entries", sum(("details"->>'count')::int)::int AS "counted" FROM "SecurityAuditLog"`,
  );
  expect({ entries, counted }).toEqual({ entries: 120, counted: 120 * 20 * 2 });
});
