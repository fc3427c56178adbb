import { Pool } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { permissionsOfRole } from "../../lib/auth/permissions.ts";
import { asTenant } from "../../lib/company/asTenant.ts";
import { forgetKey } from "../../lib/company/tenantProof.ts";
import { withHeld } from "../support/held.ts";
import { COMPANIES, type Companies, openCompanies, SESSIONS } from "./support.ts";

/** All that the tenants' role may read: a column that is added here needs a reason. */
const READABLE: Record<string, string[]> = {
  Company: ["createdAt", "id", "name", "status", "timeZone"],
  Message: ["content", "id", "order", "role", "sessionId", "timestamp"],
  Question: ["companyId", "content", "createdAt", "id", "key", "topic"],
  Session: [
    "analysedAt",
    "avgResponseTime",
    "category",
    "companyId",
    "country",
    "endTime",
    "escalated",
    "externalSessionId",
    "forwardedHr",
    "id",
    "initialMsg",
    "isEmpty",
    "language",
    "messagesSent",
    "sentiment",
    "startTime",
    "summary",
  ],
  SessionQuestion: ["companyId", "order", "questionId", "sessionId"],
};
/** They may read nothing here; if that ever changes, each sees its own. */
const KEPT_FROM_THEM = ["AnalysisResult", "ErasedSession"];
const NOT_PROVED = { code: "LD001" };
/** Whose a row is, told from its key: ids of the fixtures begin with their company's letter. */
const KEYS: Record<string, string> = {
  Company: "id",
  Message: "sessionId",
  Question: "id",
  Session: "id",
  SessionQuestion: "sessionId",
};
const DENIED = { code: "42501" };
const READ_ONLY = { code: "25006" };

let companies: Companies;
beforeAll(async () => {
  companies = await openCompanies();
});
afterAll(() => companies?.close());

async function keysOf(table: string, company: "acme" | "bolt"): Promise<string[]> {
  return asTenant(companies.as(company), async ({ tx }) => {
    const { rows } = await tx.query<{ key: string }>(`SELECT "${KEYS[table]}" AS "key" FROM "${table}"`);
    return rows.map(({ key }) => key);
  });
}

describe("row-level security alone, without a condition in the query", () => {
  it.each(Object.keys(READABLE))(
    "shows of %s the rows of the own company, all of them and no others",
    async (table) => {
      for (const { id, prefix } of COMPANIES) {
        const keys = await keysOf(table, id);
        const { rows } = await companies.database.pool.query<{ count: number }>(
          `SELECT count(*)::int AS "count" FROM "${table}" WHERE starts_with("${KEYS[table]}", $1)`,
          [prefix],
        );
        expect(keys.length).toBe(rows[0]?.count);
        expect(keys.length).toBeGreaterThanOrEqual(table === "Company" ? 1 : 25);
        expect(keys.filter((key) => !key.startsWith(prefix))).toEqual([]);
      }
    },
  );

  it.each(Object.keys(READABLE))(
    "shows nothing of %s without a company, and to one that does not exist",
    async (table) => {
      const { pool } = companies.database;
      for (const setting of [undefined, "", "nobody", "%"]) {
        await withHeld(pool, async (client) => {
          await client.query("SET LOCAL ROLE livedash_tenant");
          if (setting !== undefined) await client.query("SELECT set_config('livedash.company', $1, true)", [setting]);
          const { rows } = await client.query(`SELECT "${KEYS[table]}" FROM "${table}"`);
          expect(rows).toEqual([]);
        });
      }
    },
  );

  it("does not follow a question or a message into another company", async () => {
    const { pool, rows } = companies.database;
    await rows.sessionQuestion({ sessionId: "a1", order: 9, questionId: "bq1" });
    try {
      const joined = await asTenant(companies.as("acme"), ({ tx }) =>
        tx.query(
          `SELECT q."content" FROM "SessionQuestion" sq JOIN "Question" q ON q."id" = sq."questionId" WHERE q."id" = 'bq1'`,
        ),
      );
      expect(joined.rows).toEqual([]);
    } finally {
      await pool.query(`DELETE FROM "SessionQuestion" WHERE "order" = 9`);
    }
  });
});

describe("what the tenants' role may do", () => {
  it("is to read these columns, and nothing else", async () => {
    const { rows } = await companies.database.pool.query<{ table: string; columns: string[] }>(
      `SELECT c.relname AS "table", array_agg(a.attname::text ORDER BY a.attname) AS "columns"
         FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'v', 'm', 'p', 'f')
          AND has_column_privilege('livedash_tenant', c.oid, a.attnum, 'SELECT') GROUP BY 1`,
    );
    expect(Object.fromEntries(rows.map(({ table, columns }) => [table, columns.sort()]))).toEqual(READABLE);
  });

  it("has row-level security on every table that it may read, and on the answers that are kept", async () => {
    const { rows } = await companies.database.pool.query<{ name: string }>(
      `SELECT relname AS "name" FROM pg_class WHERE relrowsecurity AND relnamespace = current_schema()::regnamespace`,
    );
    expect(rows.map(({ name }) => name).sort()).toEqual([...KEPT_FROM_THEM, ...Object.keys(READABLE)].sort());
  });

  it("does not write anywhere", async () => {
    const { rows } = await companies.database.pool.query(
      `SELECT c.relname FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r'
          AND (has_table_privilege('livedash_tenant', c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER')
            OR has_any_column_privilege('livedash_tenant', c.oid, 'INSERT, UPDATE, REFERENCES'))`,
    );
    expect(rows).toEqual([]);
  });

  it.each([
    `SELECT * FROM "AIProcessingRequest"`,
    `SELECT * FROM "PlatformUser"`,
    `SELECT * FROM "User"`,
    `SELECT * FROM "SecurityAuditLog"`,
    `SELECT * FROM "SessionImport"`,
    `SELECT "csvPassword" FROM "Company"`,
    `SELECT "ipAddress" FROM "Session"`,
    `SELECT * FROM "Session"`,
    `UPDATE "Session" SET "summary" = 'changed'`,
    `INSERT INTO "Question" ("id", "companyId", "content") VALUES ('q', 'acme', 'Who?')`,
    `DELETE FROM "Message"`,
  ])("is refused %s", async (sql) => {
    // Twice: within the transaction of the operations, which is read only besides, and by the role itself.
    const refusal = sql.startsWith("SELECT") ? DENIED : READ_ONLY;
    await expect(asTenant(companies.as("acme"), ({ tx }) => tx.query(sql))).rejects.toMatchObject(refusal);
    await withHeld(companies.database.pool, async (client) => {
      await client.query("SET LOCAL ROLE livedash_tenant; SET LOCAL livedash.company = 'acme'");
      await expect(client.query(sql)).rejects.toMatchObject(DENIED);
    });
  });
});

describe("SQL that somebody injects into a company's queries", () => {
  it.each([
    "RESET ROLE",
    "SET LOCAL ROLE livedash_tenant",
    "RESET SESSION AUTHORIZATION",
    "SELECT set_config('livedash.proof', current_setting('livedash.proof'), false)",
  ])("sees its own company and no other after %s", async (way) => {
    const keys = await keysAfter(way);
    expect(keys).toHaveLength(SESSIONS);
    expect(keys.filter((key) => !key.startsWith("a"))).toEqual([]);
  });

  it("is refused altogether once it has switched row-level security off", async () => {
    await expect(keysAfter("SET LOCAL row_security = off")).rejects.toMatchObject(DENIED);
  });

  const keysAfter = (way: string) =>
    asTenant(companies.as("acme"), async ({ tx }) => {
      await tx.query(way);
      return (await tx.query<{ id: string }>(`SELECT "id" FROM "Session"`)).rows.map(({ id }) => id);
    });

  it("cannot name another company, with the proof of its own or with a made-up one", async () => {
    for (const proof of ["current_setting('livedash.proof')", "''", `'${"0".repeat(64)}'`]) {
      const read = asTenant(companies.as("acme"), async ({ tx }) => {
        await tx.query(
          `SELECT set_config('livedash.company', 'bolt', true), set_config('livedash.proof', ${proof}, true)`,
        );
        return await tx.query(`SELECT "id" FROM "Session"`);
      });
      await expect(read).rejects.toMatchObject(NOT_PROVED);
    }
  });

  it("cannot become the application, who reads everything, or the database's owner", async () => {
    const owner = decodeURIComponent(new URL(companies.database.ownerUrl).username);
    for (const role of ["livedash_app", "pg_read_all_data", owner]) {
      const become = asTenant(companies.as("acme"), ({ tx }) => tx.query(`SET ROLE "${role}"`));
      await expect(become, role).rejects.toMatchObject(DENIED);
    }
  });

  it("cannot read the key that proofs are made with", async () => {
    const read = asTenant(companies.as("acme"), ({ tx }) => tx.query(`SELECT * FROM "TenantKey"`));
    await expect(read).rejects.toMatchObject(DENIED);
  });
});

describe("asTenant", () => {
  it("reads the key again when another database was restored in the place of this one", async () => {
    const { owner } = companies.database;
    await keysOf("Company", "acme");
    const { rows } = await owner.query(`SELECT "key" FROM "TenantKey"`);
    await owner.query(`UPDATE "TenantKey" SET "key" = sha256('another')`);
    try {
      expect(await keysOf("Company", "acme")).toEqual(["acme"]);
    } finally {
      await owner.query(`UPDATE "TenantKey" SET "key" = $1`, [rows[0]?.key]);
    }
    expect(await keysOf("Company", "bolt")).toEqual(["bolt"]);
  });

  it("says what is missing where a restore has left the key out, and reads it once it is there", async () => {
    const { owner } = companies.database;
    const { rows } = await owner.query(`DELETE FROM "TenantKey" RETURNING "key"`);
    forgetKey(companies.ctx.db);
    try {
      await expect(keysOf("Company", "acme")).rejects.toThrow("The table TenantKey is empty. Restore its row");
    } finally {
      await owner.query(`INSERT INTO "TenantKey" ("key") VALUES ($1)`, [rows[0]?.key]);
    }
    expect(await keysOf("Company", "acme")).toEqual(["acme"]);
  });

  it("reads only, one state of the data, for a limited time", async () => {
    const { rows } = await asTenant(companies.as("acme"), ({ tx }) =>
      tx.query(
        `SELECT current_user::text AS "user", current_setting('transaction_read_only') AS "readOnly",
                current_setting('transaction_isolation') AS "isolation", current_setting('statement_timeout') AS "limit"`,
      ),
    );
    expect(rows).toEqual([{ user: "livedash_tenant", readOnly: "on", isolation: "repeatable read", limit: "8s" }]);
  });

  it.each(["url", "tenantUrl"] as const)(
    "leaves nothing of the tenant in a connection to its %s, whether it ends well or not",
    async (name) => {
      const pool = new Pool({ connectionString: companies.database[name], max: 1 });
      try {
        const { rows: before } = await pool.query(`SELECT current_user::text AS "user"`);
        const { tenantDb: _, ...own } = companies.as("acme");
        const ctx = name === "url" ? { ...own, db: pool } : { ...own, tenantDb: pool };
        await asTenant(ctx, async () => undefined);
        await expect(asTenant(ctx, ({ tx }) => tx.query("SELECT 1/0"))).rejects.toMatchObject({ code: "22012" });
        const { rows } = await pool.query(
          `SELECT current_user::text AS "user", current_setting('livedash.company') AS "company",
                  current_setting('livedash.proof') AS "proof", (SELECT count(*)::int FROM "Session") AS "sessions"`,
        );
        expect(rows).toEqual([{ ...before[0], company: "", proof: "", sessions: name === "url" ? 2 * SESSIONS : 0 }]);
      } finally {
        await pool.end();
      }
    },
  );

  it("says what to do when a query takes too long", async () => {
    const slow = asTenant(companies.as("acme"), async ({ tx }) => {
      await tx.query("SET LOCAL statement_timeout = '20ms'");
      await tx.query("SELECT pg_sleep(30)");
    });
    await expect(slow).rejects.toMatchObject({ code: "too_slow", message: expect.stringContaining("shorter period") });
  });

  it("is for a company's own users, whatever permissions others have", async () => {
    const actor = {
      kind: "key" as const,
      id: "k",
      name: "a key",
      role: "SUPER_ADMIN" as const,
      permissions: permissionsOfRole("SUPER_ADMIN"),
      ownerId: undefined,
      allowedAddresses: [],
      expiresAt: new Date("2100-01-01"),
    };
    const call = asTenant({ ...companies.as("acme"), actor }, async () => undefined);
    await expect(call).rejects.toMatchObject({ code: "forbidden" });
  });

  it("refuses a user whose company is gone", async () => {
    const ctx = companies.as("acme");
    const actor = { ...ctx.actor, companyId: "gone" } as typeof ctx.actor;
    await expect(asTenant({ ...ctx, actor }, async () => undefined)).rejects.toMatchObject({ code: "not_found" });
  });
});
