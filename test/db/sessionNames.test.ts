import type { Pool } from "pg";
import { afterAll, beforeAll, describe, expect, inject, it, vi } from "vitest";
import { applyMigrations } from "../../lib/db/migrate.ts";
import { openPool } from "../../lib/db/pool.ts";
import { withHeld } from "../support/held.ts";
import { migrateBefore } from "../support/migrateBefore.ts";
import { addressOf, onServer } from "../support/testServer.ts";

const NAMING = "_external_session_id";
const name = `${inject("template")}_names`;

// Letters in the order of a language, as many a server has them: there a common index cannot find a beginning.
let pool: Pool;
beforeAll(async () => {
  const server = inject("serverUrl");
  await onServer(server, `CREATE DATABASE ${name} TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'en-US'`);
  const databaseUrl = addressOf(server, name);
  pool = openPool(databaseUrl);
  await migrateBefore(databaseUrl, NAMING);
  await pool.query(`INSERT INTO "Company" ("id", "name") VALUES ('acme', 'Acme'), ('bolt', 'Bolt')`);
  await importAsBefore("acme", "Straße-1", 1, 40);
  await pool.query(
    `INSERT INTO "Session" ("id", "companyId", "startTime", "endTime") VALUES ('bare', 'acme', now(), now())`,
  );
  await applyMigrations({ databaseUrl });
});
afterAll(async () => {
  await pool?.end();
  await onServer(inject("serverUrl"), `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
});

/** What a release does that does not know the column. */
async function importAsBefore(companyId: string, prefix: string, from: number, to: number): Promise<void> {
  await pool.query(
    `INSERT INTO "SessionImport" ("id", "companyId", "externalSessionId", "startTimeRaw", "endTimeRaw", "contentHash")
     SELECT $1 || n, $1, $2 || n, '', '', '' FROM generate_series($3::int, $4::int) n`,
    [companyId, prefix, from, to],
  );
  await pool.query(
    `INSERT INTO "Session" ("id", "companyId", "importId", "startTime", "endTime")
     SELECT $1 || n, $1, $1 || n, now(), now() FROM generate_series($2::int, $3::int) n`,
    [companyId, from, to],
  );
}

const namesOf = async (ids: string[]) => {
  const { rows } = await pool.query<{ name: string | null }>(
    `SELECT "externalSessionId" AS "name" FROM "Session" WHERE "id" = ANY($1) ORDER BY "id"`,
    [ids],
  );
  return rows.map((row) => row.name);
};

describe("what companies call their sessions", () => {
  it("stands in sessions that were there before, and is unknown where no row tells it", async () => {
    expect(await namesOf(["acme1", "acme40", "bare"])).toEqual(["Straße-11", "Straße-140", null]);
  });

  it("is kept of what a worker of an earlier release imports meanwhile", async () => {
    await importAsBefore("bolt", "Straße-1", 1, 3);
    expect(await namesOf(["bolt1", "bolt3"])).toEqual(["Straße-11", "Straße-13"]);
  });

  it("stays when the raw row goes", async () => {
    await pool.query(`DELETE FROM "SessionImport" WHERE "id" = 'bolt3'`);
    expect(await namesOf(["bolt3"])).toEqual(["Straße-13"]);
  });

  it.each(["the owner", "the tenants' role"])("is found by its beginning through the index, by %s", async (reader) => {
    // Rows were updated before the index was built: while another transaction on the server is as old, none may use it.
    await vi.waitFor(() => expectFoundThroughIndex(reader), { timeout: 240_000, interval: 50 });
  });

  function expectFoundThroughIndex(reader: string): Promise<void> {
    return withHeld(pool, async (client) => {
      await client.query(`ANALYZE "Session"; SET LOCAL enable_seqscan = off`);
      if (reader !== "the owner") {
        await client.query(`SET LOCAL ROLE livedash_tenant; SET LOCAL livedash.company = 'acme'`);
      }
      // Whoever reads for a company names it, beside the policy.
      const company = reader === "the owner" ? "" : `AND "companyId" = 'acme'`;
      const wanted = `SELECT "id", "externalSessionId" FROM "Session" WHERE "externalSessionId" ^@ 'Straße-12' ${company}`;
      const { rows: plan } = await client.query<{ "QUERY PLAN": string }>(`EXPLAIN ${wanted}`);
      const lines = plan.map((row) => row["QUERY PLAN"]).join("\n");
      expect(lines).toMatch(/Session_externalSessionId_idx/);
      expect(lines).toMatch(/Index Cond: .*~>=~ 'Straße-12'/);
      expect((await client.query(wanted)).rows.length).toBe(reader === "the owner" ? 12 : 11);
    });
  }
});
