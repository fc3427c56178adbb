import { afterEach, beforeEach, expect, inject, it } from "vitest";
import { checkCatalogue } from "../../lib/admin/doctor/checkCatalogue.ts";
import catalogue from "../../lib/db/catalogue.json" with { type: "json" };
import { catalogueOf, readStructure } from "../../lib/db/catalogue.ts";
import { applyMigrations } from "../../lib/db/migrate.ts";
import { openPool } from "../../lib/db/pool.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { withHeld } from "../support/held.ts";

// Whether the doctor finds what a restore has lost. Runs on each release of PostgreSQL, whose words for the same thing may differ.

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

const findings = (db = database.pool) => checkCatalogue({ db });
const harm = (...statements: string[]) => database.owner.query(statements.join("; "));

/** All that was found, as "kind: name state". */
async function lost(db = database.pool): Promise<string[]> {
  const details = (await findings(db)).flatMap((finding) => finding.details ?? []);
  return details.map((detail) => detail.replace(/\. Run: [\s\S]*/, ""));
}

/** What the doctor says one should run. */
async function remedies(db = database.pool): Promise<string> {
  const details = (await findings(db)).flatMap((finding) => finding.details ?? []);
  return details.map((detail) => detail.replace(/^[\s\S]*?\. Run: /, "")).join("\n");
}

it("is what the migrations create: if this fails, run `npm run schema:catalogue`", async () => {
  const found = await readStructure(database.owner);
  // Each `livedash migrate` makes policies for the application and the owner, and looks after them.
  const created = found.filter(({ kind, name }) => kind !== "policy" || !/^(app|owner) on /.test(name));
  expect(catalogueOf(created)).toEqual(catalogue);
});

it("finds nothing in a database that has all, as the application and as the owner", async () => {
  expect(await findings()).toEqual([]);
  expect(await findings(database.owner)).toEqual([]);
});

it("names what is missing, changed, disabled or invalid, each with the statement that puts it back", async () => {
  await harm(
    `DROP TRIGGER append_only ON "SecurityAuditLog"`,
    `ALTER TABLE "SecurityAuditLog" DISABLE TRIGGER audit_row`,
    `DROP POLICY tenant ON "Session"`,
    `ALTER POLICY tenant ON "Company" USING (true)`,
    `ALTER TABLE "Message" DISABLE ROW LEVEL SECURITY`,
    `DROP FUNCTION livedash_analysis_failed(text)`,
    `CREATE OR REPLACE FUNCTION livedash_company() RETURNS text LANGUAGE sql AS 'SELECT NULL::text'`,
    `DROP INDEX "AIProcessingRequest_pending_idx"`,
    `ALTER TABLE "TenantKey" DROP CONSTRAINT "TenantKey_one_row"`,
    `ALTER TABLE "Installation" DROP CONSTRAINT "Installation_one_row"`,
    `ALTER TABLE "Installation" ADD CONSTRAINT "Installation_one_row" CHECK ("onlyRow") NOT VALID`,
    `ALTER TABLE "FilePart" DROP CONSTRAINT "FilePart_companyId_fkey"`,
    `REVOKE SELECT ("name") ON "Company" FROM livedash_tenant`,
    `REVOKE ALL ON "Message" FROM livedash_tenant`,
  );
  expect(await lost()).toEqual([
    "The function livedash_analysis_failed(session text) is missing",
    "The function livedash_company() is not as the migrations create it",
    "The index AIProcessingRequest_pending_idx is missing",
    "The constraint Installation_one_row on Installation was not checked for all rows",
    "The constraint TenantKey_one_row on TenantKey is missing",
    "The foreign key FilePart_companyId_fkey on FilePart is missing",
    "The trigger append_only on SecurityAuditLog is missing",
    "The trigger audit_row on SecurityAuditLog is disabled",
    "The row-level security of Message is switched off",
    "The policy tenant on Company is not as the migrations create it",
    "The policy tenant on Session is missing",
    "The right of livedash_tenant on Company is not as the migrations create it",
    "The right of livedash_tenant on Message is missing",
    "The right of livedash_tenant on livedash_analysis_failed(session text) is missing",
  ]);
  await harm(await remedies());
  expect(await findings()).toEqual([]);
});

it("finds an index that its creation has left invalid", async () => {
  await database.rows.company({ id: "one" });
  await database.rows.company({ id: "two" });
  await harm(`DROP INDEX "Company_name_key"`, `UPDATE "Company" SET "name" = 'same'`);
  const create = `CREATE UNIQUE INDEX CONCURRENTLY "Company_name_key" ON "Company" ("name")`;
  await expect(harm(create)).rejects.toMatchObject({ code: "23505" });
  await harm(`UPDATE "Company" SET "name" = "id"`);
  expect(await lost()).toEqual(["The index Company_name_key is invalid"]);
  await harm(await remedies());
  expect(await findings()).toEqual([]);
});

it("finds foreign keys that a restore of the rows alone has left switched off", async ({ skip }) => {
  const { rows } = await database.owner.query<{ is: boolean }>(
    `SELECT rolsuper AS "is" FROM pg_roles WHERE rolname = current_user`,
  );
  if (!rows[0]?.is) skip("Only a superuser can switch foreign keys off.");
  await harm(`ALTER TABLE "FilePart" DISABLE TRIGGER ALL`);
  expect(await lost()).toEqual(["The foreign key FilePart_companyId_fkey on FilePart is switched off"]);
  await harm(await remedies());
  expect(await findings()).toEqual([]);
});

it("names at most ten of a kind, and how many there are", async () => {
  await harm(
    ...Object.values(catalogue["foreign key"]).map((sql) => sql.replace(/ADD( CONSTRAINT "\w+").*/, "DROP$1")),
  );
  const [found, ...others] = await findings();
  expect(others).toEqual([]);
  expect(found).toMatchObject({
    id: "schema-foreign-key",
    count: Object.keys(catalogue["foreign key"]).length,
    examples: { length: 10 },
    details: { length: 10 },
  });
});

it("is the same in another schema, whose name stands in what is to be run", async () => {
  const url = new URL(database.ownerUrl);
  url.searchParams.set("schema", "user");
  await applyMigrations({ databaseUrl: url.href });
  const db = openPool(url.href);
  try {
    expect(await findings(db)).toEqual([]);
    await db.query(`DROP POLICY tenant ON "Company"; DROP FUNCTION livedash_company() CASCADE`);
    expect(await lost(db)).toContain("The policy tenant on Company is missing");
    expect(await findings()).toEqual([]);
    expect((await findings(db))[0]?.advice).toContain('after SET search_path = "user";');
    const psql = openPool(database.ownerUrl, { max: 1 });
    await psql.query(`SET search_path = "user"; ${await remedies(db)}`).finally(() => psql.end());
    expect(await findings(db)).toEqual([]);
  } finally {
    await db.end();
  }
});

it("asks for the role of the tenants first, where the server lacks it", async () => {
  await withHeld(database.owner, async (held) => {
    // Roles belong to the whole server, but the others never see that this one had another name.
    await held.query(`ALTER ROLE livedash_tenant RENAME TO ${inject("template")}_renamed`);
    const [first] = await checkCatalogue({ db: held });
    expect(first?.details).toEqual(["The role livedash_tenant is missing. Run: CREATE ROLE livedash_tenant NOLOGIN;"]);
  });
});
