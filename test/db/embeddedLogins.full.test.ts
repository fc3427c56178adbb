import { lstat, readFile } from "node:fs/promises";
import path from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import type { EmbeddedPostgres } from "../../lib/db/embedded/index.ts";
import { prepareDatabase } from "../../lib/db/migrate.ts";
import { openPool } from "../../lib/db/pool.ts";
import { assertRights, readWeaknesses } from "../../lib/db/rights.ts";
import { runCommand } from "../support/cli.ts";
import { migrateBefore } from "../support/migrateBefore.ts";
import { ask, cleanUp, newFolder, start, startWithLogins } from "./embeddedHelpers.ts";

afterEach(cleanUp);

const modeOf = async (file: string) => ((await lstat(file)).mode & 0o777).toString(8);

/** Makes the database what LiveDash works on, as each start of it does, and answers what is weaker than it could be. */
async function weaknessesOf({ addresses }: EmbeddedPostgres): Promise<string[]> {
  const { tables } = await prepareDatabase({ databaseUrl: addresses.owner, renew: true });
  const [app, tenant] = [openPool(addresses.app, { max: 1 }), openPool(addresses.tenant, { max: 1 })];
  try {
    await assertRights(app, tables);
    return (await readWeaknesses(app, tenant, tables)).map(({ id }) => id);
  } finally {
    await Promise.all([app.end(), tenant.end()]);
  }
}

const ATTRIBUTES = `SELECT concat_ws(' ', CASE WHEN rolsuper THEN 'SUPERUSER' END, CASE WHEN rolcreaterole THEN 'CREATEROLE' END,
    CASE WHEN rolcreatedb THEN 'CREATEDB' END, CASE WHEN rolbypassrls THEN 'BYPASSRLS' END, CASE WHEN rolreplication THEN 'REPLICATION' END,
    'in', (SELECT string_agg(pg_get_userbyid(m.roleid), ' ') FROM pg_auth_members m WHERE m.member = r.oid))
  FROM pg_roles r WHERE rolname = current_user`;

describe("the logins of an embedded database", () => {
  it("have the rights that they need, and no others; the owner's password is its user's alone", async () => {
    const dataDir = await newFolder();
    const server = await startWithLogins(dataDir);
    expect(await weaknessesOf(server)).toEqual([]);
    const { owner, app, tenant } = server.addresses;
    expect(await ask(app, ATTRIBUTES)).toBe("in livedash_app");
    expect(await ask(tenant, ATTRIBUTES)).toBe("in livedash_tenant");

    await ask(app, `INSERT INTO "Company" ("id", "name") VALUES ('c1', 'One')`);
    expect(await ask(app, `SELECT count(*)::int FROM "Company"`)).toBe(1);
    // Without a proof of a company, a tenant sees none.
    expect(await ask(tenant, `SELECT count(*)::int FROM "Company"`)).toBe(0);
    const denied = { code: "42501" };
    for (const sql of [
      `ALTER TABLE "Company" DISABLE ROW LEVEL SECURITY`,
      `CREATE TABLE mine ()`,
      `COPY "Company" TO PROGRAM 'cat'`,
      `SELECT pg_read_file('/etc/passwd')`,
      `CREATE ROLE other SUPERUSER`,
      `SET ROLE livedash`,
    ]) {
      await expect(ask(app, sql), sql).rejects.toMatchObject(denied);
      await expect(ask(tenant, sql), sql).rejects.toMatchObject(denied);
    }
    for (const sql of [`SET ROLE livedash_app`, `SELECT "key" FROM "TenantKey"`, `SELECT "hash" FROM "ApiKey"`])
      await expect(ask(tenant, sql), sql).rejects.toMatchObject(denied);

    const folder = path.join(dataDir, "server");
    expect(await modeOf(folder)).toBe("700");
    expect(await modeOf(path.join(folder, "data"))).toBe("700");
    expect(await modeOf(path.join(folder, "password"))).toBe("600");
    const kept = (await readFile(path.join(folder, "password"), "utf8")).trim();
    for (const address of [owner, app, tenant]) {
      const withoutRight = new URL(address);
      withoutRight.password = address === owner ? "wrong" : kept;
      await expect(ask(withoutRight.href, "SELECT 1")).rejects.toMatchObject({ code: "28P01" });
    }
  });

  it("get their passwords back at a start, should somebody have changed them", async () => {
    const dataDir = await newFolder();
    const first = await startWithLogins(dataDir);
    await ask(first.addresses.owner, "ALTER ROLE livedash_app_login PASSWORD 'another'");
    await expect(ask(first.addresses.app, "SELECT 1")).rejects.toMatchObject({ code: "28P01" });
    await first.stop();
    expect(await ask((await startWithLogins(dataDir)).addresses.app, "SELECT 1")).toBe(1);
  });

  it("are made on data of version 0.1.0, which knew its superuser alone, and see what is there", async () => {
    const home = await newFolder();
    const dataDir = path.join(home, "postgres");
    const old = await start(dataDir);
    // The first migration after 0.1.0.
    await migrateBefore(old.url, "_stuck_and_stopped");
    await ask(
      old.url,
      `WITH one AS (INSERT INTO "Company" ("id", "name", "updatedAt") VALUES ('c1', 'One', now()) RETURNING "id")
       INSERT INTO "Session" ("id", "companyId", "startTime", "endTime") SELECT 's1', "id", now(), now() FROM one`,
    );
    await old.stop();

    // As somebody does who starts the new version on it, and asks whether all is well.
    const doctor = await runCommand(["doctor", "--json"], { LIVEDASH_DATA_DIR: home });
    expect(doctor).toMatchObject({ code: 0, stderr: "" });
    expect(JSON.parse(doctor.stdout)).toMatchObject({ findings: [], weaknesses: [] });
    const server = await startWithLogins(dataDir);
    expect(await weaknessesOf(server)).toEqual([]);
    const { app, tenant } = server.addresses;
    expect(await ask(app, `SELECT "name" FROM "Company"`)).toBe("One");
    expect(await ask(app, `SELECT count(*)::int FROM "Session"`)).toBe(1);
    expect(await ask(tenant, `SELECT count(*)::int FROM "Company"`)).toBe(0);
  });
});
