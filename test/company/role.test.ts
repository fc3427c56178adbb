import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import type { TemporaryPostgres } from "../../lib/db/embedded/index.ts";
import { grantsScript } from "../../lib/db/grantsScript.ts";
import { applyMigrations, prepareDatabase } from "../../lib/db/migrate.ts";
import { openPool } from "../../lib/db/pool.ts";
import { assertRights, readWeaknesses } from "../../lib/db/rights.ts";
import { startPostgres } from "../support/testServer.ts";

// A server of its own: roles belong to a whole server, and here it must be seen how the role is made.
let server: TemporaryPostgres;
beforeAll(async () => {
  server = await startPostgres(inject("release"));
});
afterAll(() => server?.stop());

async function query(url: string, ...statements: string[]) {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    let rows: unknown[] = [];
    for (const statement of statements) rows = (await client.query(statement)).rows;
    return rows;
  } finally {
    await client.end();
  }
}

/** A database of somebody who is no administrator, and its address for them. */
async function addOwner(name: string, attributes = ""): Promise<string> {
  await query(
    server.url,
    `CREATE ROLE ${name} LOGIN PASSWORD 'pw' ${attributes}`,
    `CREATE DATABASE ${name} OWNER ${name}`,
  );
  const url = new URL(server.url);
  url.username = name;
  url.password = "pw";
  url.pathname = `/${name}`;
  return url.href;
}

const READ_AS_TENANT = [
  `INSERT INTO "Company" ("id", "name") VALUES ('c1', 'One'), ('c2', 'Two')`,
  "SET ROLE livedash_tenant",
  "SET livedash.company = 'c2'",
  `SELECT "name" FROM "Company"`,
];

describe("the tenants' role", () => {
  it("is asked of an administrator, in a sentence, by who may not create roles", async () => {
    const url = await addOwner("plain");
    await expect(applyMigrations({ databaseUrl: url })).rejects.toThrow(
      /As an administrator, run: CREATE ROLE livedash_tenant NOLOGIN; GRANT livedash_tenant TO plain/,
    );
  });

  it("is made by an owner who may create roles, and serves them at once", async () => {
    const url = await addOwner("maker", "CREATEROLE");
    await applyMigrations({ databaseUrl: url });
    expect(await query(url, ...READ_AS_TENANT)).toEqual([{ name: "Two" }]);
  });

  it("is shared with a second database whose owner was given it, and refused in a sentence until then", async () => {
    const url = await addOwner("second");
    await expect(applyMigrations({ databaseUrl: url })).rejects.toThrow(
      /As an administrator, run: GRANT livedash_tenant TO second/,
    );
    await query(server.url, "GRANT livedash_tenant TO second");
    await applyMigrations({ databaseUrl: url });
    expect(await query(url, ...READ_AS_TENANT)).toEqual([{ name: "Two" }]);
  });

  it("is refused where it would pass row-level security", async () => {
    const url = await addOwner("third");
    await query(server.url, "GRANT livedash_tenant TO third", "ALTER ROLE livedash_tenant BYPASSRLS");
    try {
      await expect(applyMigrations({ databaseUrl: url })).rejects.toThrow(/ALTER ROLE livedash_tenant .*NOBYPASSRLS/);
    } finally {
      await query(server.url, "ALTER ROLE livedash_tenant NOBYPASSRLS");
    }
  });
});

/** The address of the same database for another user. */
function addressFor(address: string, user: string): string {
  const url = new URL(address);
  url.username = user;
  return url.href;
}

async function asPool<T>(address: string, work: (pool: ReturnType<typeof openPool>) => Promise<T>): Promise<T> {
  const pool = openPool(address, { max: 2 });
  try {
    return await work(pool);
  } finally {
    await pool.end();
  }
}

const weakerFor = (app: string, tenant: string | undefined, tables: string[]) =>
  asPool(app, async (db) => {
    const read = async (tenantDb?: ReturnType<typeof openPool>) =>
      (await readWeaknesses(db, tenantDb, tables)).map(({ id }) => id);
    return tenant ? await asPool(tenant, read) : await read();
  });

describe("roles as docs/operations/roles.md sets them up, on a server whose owner may create none", () => {
  let addresses: { owner: string; app: string; tenant: string };
  let tables: string[];
  beforeAll(async () => {
    const admin = new URL(server.url);
    admin.pathname = "/strict";
    await query(server.url, "CREATE DATABASE strict");
    await query(admin.href, "REVOKE ALL ON SCHEMA public FROM PUBLIC");
    admin.password = "pw";
    const [owner = "", app = "", tenant = ""] = ["strict_owner", "strict_app", "strict_tenant"].map((user) =>
      addressFor(admin.href, user),
    );
    addresses = { owner, app, tenant };
    const script = grantsScript(addresses);
    expect(script).not.toContain("pw");
    const own = new URL(server.url);
    own.pathname = "/strict";
    for (let time = 0; time < 2; time++) await query(own.href, script);
    for (const user of ["strict_owner", "strict_app", "strict_tenant"]) {
      await query(own.href, `ALTER ROLE ${user} PASSWORD 'pw'`);
    }
    ({ tables } = await prepareDatabase({ databaseUrl: owner, renew: true }));
  });

  it("leave nothing weaker, and the application sees all rows", async () => {
    expect(await weakerFor(addresses.app, addresses.tenant, tables)).toEqual([]);
    await asPool(addresses.app, (db) => assertRights(db, tables));
    await query(addresses.app, `INSERT INTO "Company" ("id", "name") VALUES ('c1', 'One'), ('c2', 'Two')`);
    for (const address of [addresses.app, addresses.owner]) {
      expect(await query(address, `SELECT "name" FROM "Company" ORDER BY 1`)).toEqual([
        { name: "One" },
        { name: "Two" },
      ]);
    }
    expect(await query(addresses.app, "SELECT count(*)::int FROM pgboss.version")).toEqual([{ count: 1 }]);
    expect(await query(addresses.app, ...READ_AS_TENANT.slice(1))).toEqual([{ name: "Two" }]);
  });

  it("have policies on every table with row-level security, which is forced, and rights on every table", async () => {
    const bare = await query(
      addresses.owner,
      `SELECT relname FROM pg_class c WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
          AND (NOT has_table_privilege('strict_app', oid, 'SELECT')
            OR relrowsecurity AND NOT (relforcerowsecurity AND 2 = (SELECT count(*) FROM pg_policy
                 WHERE polrelid = c.oid AND polname IN ('owner', 'app'))))`,
    );
    expect(bare).toEqual([]);
    const found = await query(
      addresses.owner,
      `SELECT relname AS "name" FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'`,
    );
    expect((found as { name: string }[]).map(({ name }) => name).sort()).toEqual([...tables].sort());
  });

  it("let an older worker go on, which works as the owner: it inserts without new columns, changes and reads all", async () => {
    const rows = await query(
      addresses.owner,
      `INSERT INTO "Company" ("id", "name") VALUES ('old', 'Old')`,
      `INSERT INTO "Session" ("id", "companyId", "startTime", "endTime") VALUES ('old', 'old', now(), now())`,
      `INSERT INTO "Message" ("sessionId", "role", "content", "order", "id") VALUES ('old', 'User', 'Hoi', 0, 'old')`,
      `INSERT INTO "Question" ("id", "companyId", "content") VALUES ('old', 'old', 'When?')`,
      `INSERT INTO "SessionQuestion" ("sessionId", "questionId", "order") VALUES ('old', 'old', 0)`,
      `UPDATE "Session" SET "summary" = 'short' WHERE "id" = 'old'`,
      `SELECT s."summary", q."companyId" FROM "Session" s JOIN "SessionQuestion" q ON q."sessionId" = s."id" WHERE s."id" = 'old'`,
    );
    expect(rows).toEqual([{ summary: "short", companyId: "old" }]);
    await query(addresses.owner, `DELETE FROM "Company" WHERE "id" = 'old'`);
  });

  it("are given again what was taken from them, at the next migrate", async () => {
    await query(addresses.owner, `REVOKE ALL ON "Session" FROM livedash_app; DROP POLICY app ON "Company"`);
    const look = () => asPool(addresses.app, (db) => assertRights(db, tables));
    await expect(look()).rejects.toMatchObject({ code: "database_rights_missing" });
    await expect(look()).rejects.toThrow(/strict_app.*Company, Session.*livedash migrate/);
    await prepareDatabase({ databaseUrl: addresses.owner, renew: true });
    await look();
  });

  it.each([
    'ALTER TABLE "Session" DISABLE ROW LEVEL SECURITY',
    'DROP TRIGGER append_only ON "SecurityAuditLog"',
    "SET session_replication_role = replica",
    "CREATE TABLE mine ()",
  ])("keep the application from %s", async (sql) => {
    await expect(query(addresses.app, sql)).rejects.toMatchObject({ code: "42501" });
  });

  it("let the application look whether a migration is missing, and say who applies it", async () => {
    expect((await prepareDatabase({ databaseUrl: addresses.app, renew: true })).applied).toEqual([]);
    await query(
      addresses.owner,
      `UPDATE _prisma_migrations SET rolled_back_at = now() WHERE migration_name LIKE '%signed_tenants'`,
    );
    const early = prepareDatabase({ databaseUrl: addresses.app, renew: false });
    await expect(early).rejects.toMatchObject({
      code: "migration_pending",
      message: expect.stringContaining("DIRECT_DATABASE_URL"),
    });
    await query(addresses.owner, "UPDATE _prisma_migrations SET rolled_back_at = NULL");
  });

  it("refuse a user without rights, and one whom row-level security shows nothing, in a sentence", async () => {
    await query(server.url, "CREATE ROLE bare LOGIN PASSWORD 'pw'", "GRANT CONNECT ON DATABASE strict TO bare");
    const bare = addressFor(addresses.app, "bare");
    const start = () => prepareDatabase({ databaseUrl: bare, renew: true });
    await expect(start()).rejects.toMatchObject({
      code: "database_rights_missing",
      message: expect.stringContaining("GRANT livedash_app TO"),
    });
    const admin = new URL(server.url);
    admin.pathname = "/strict";
    await query(
      admin.href,
      "GRANT USAGE ON SCHEMA public, pgboss TO bare",
      "GRANT ALL ON ALL TABLES IN SCHEMA public, pgboss TO bare",
    );
    await start();
    const blind = asPool(bare, (db) => assertRights(db, tables));
    await expect(blind).rejects.toThrow(/"bare" cannot read and write .*Company.*GRANT livedash_app TO/);
  });

  it("are named where they are weaker than they could be", async () => {
    expect(await weakerFor(addresses.owner, undefined, tables)).toEqual(["application-owns", "tenants-share-login"]);
    expect(await weakerFor(addresses.app, addresses.app, tables)).toEqual(["tenant-login-powerful"]);
    expect(await weakerFor(server.url.replace(/\/[^/]*$/, "/strict"), addresses.tenant, tables)).toEqual([
      "application-powerful",
      "application-owns",
    ]);
  });
});
