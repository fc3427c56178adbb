import { describe, expect, it } from "vitest";
import { followAudit } from "../../lib/admin/audit/followAudit.ts";
import { readAuditSeal } from "../../lib/admin/audit/readAuditSeal.ts";
import { callOperation } from "../../lib/api/operation.ts";
import { cutAudit } from "../../lib/audit/cutAudit.ts";
import { placeBefore } from "../../lib/audit/readSealed.ts";
import { sealAudit } from "../../lib/audit/sealAudit.ts";
import { inTransaction } from "../../lib/db/pool.ts";
import { explained } from "../support/explained.ts";
import { DAY, openAudit } from "./support.ts";

const audit = openAudit();
const { configured, pass, record, recordMany, sql, tamper } = audit;

describe("following it", () => {
  async function follow(input: object): Promise<Record<string, unknown>[]> {
    const { type, content } = await callOperation(audit.ctx, followAudit, input);
    expect(type).toBe("application/x-ndjson");
    const text = await new Response(content).text();
    return text
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line));
  }

  it("gives each sealed entry once, in order, as a line that can be checked without the secret", async () => {
    await recordMany(1_203);
    await sealAudit(audit.ctx);
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

  it("finds where a time lies in the chain by what was recorded since, not by all that was before", async () => {
    await tamper(`INSERT INTO "SecurityAuditLog" ("id", "createdAt", "actorKind", "action", "outcome", "sequence", "hash")
      SELECT 'id' || n, '2026-01-01'::timestamptz + n * interval '1 second', 'user', 'thing', 'done', n, 'x'
        FROM generate_series(1, 20000) n; ANALYZE "SecurityAuditLog"`);
    const [read] = await sql(`SELECT "createdAt" AS "at" FROM "SecurityAuditLog" WHERE "sequence" = 18001`);
    let rowsRead = Infinity;
    const pool = explained(audit.database.pool, (transaction) => {
      rowsRead = transaction.rowsRead;
    });
    expect(await inTransaction(pool, (tx) => placeBefore(tx, read.at.toISOString()))).toBe(18_000);
    expect(rowsRead).toBeLessThan(2_100);
  });

  it("is empty where nothing was recorded, from whatever time on", async () => {
    expect(await follow({})).toEqual([]);
    expect(await follow({ since: "2026-10-01T00:00:00Z" })).toEqual([]);
  });

  it("says how far it is sealed, and goes on behind a cut", async () => {
    expect(await callOperation(audit.ctx, readAuditSeal, {})).toEqual({ sealed: null, unsealed: 0, removed: null });
    await recordMany(2);
    await sealAudit(audit.ctx);
    pass(9 * DAY);
    await cutAudit(configured({ AUDIT_RETENTION: DAY }));
    await sealAudit(audit.ctx);
    await record("thing.unsealed");
    const { sealed, removed, unsealed } = await callOperation(audit.ctx, readAuditSeal, {});
    expect({ sealed: sealed?.sequence, removed: removed?.sequence, unsealed }).toEqual({
      sealed: 3,
      removed: 2,
      unsealed: 1,
    });
    expect(await follow({})).toMatchObject([{ sequence: 3, action: "audit.cut", previous: removed?.hash }]);
  });
});
