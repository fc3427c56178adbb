import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { type RunningEmulator, startEmulator } from "../../emulator/server.ts";
import type { TemporaryPostgres } from "../../lib/db/embedded/index.ts";
import { runCommand } from "../support/cli.ts";
import { startPostgres } from "../support/testServer.ts";

// docs/operations/roles.md, step by step, with the commands themselves. On a server of its own: roles belong to all of it.

let server: TemporaryPostgres;
let emulator: RunningEmulator;
let admin: string;
let provider: Record<string, string>;
let logins: { DIRECT_DATABASE_URL: string; DATABASE_URL: string; TENANT_DATABASE_URL: string };

beforeAll(async () => {
  server = await startPostgres(inject("release"));
  emulator = await startEmulator({ times: { validating: 20, inProgress: 50, finalizing: 20 } });
  admin = addressOf();
  await query(server.url, "CREATE DATABASE strict");
  provider = {
    OPENAI_API_KEY: "sk-test",
    OPENAI_BASE_URL: emulator.url,
    BATCH_CREATION_INTERVAL: "200ms",
    BATCH_POLLING_INTERVAL: "200ms",
    LIVEDASH_SECRET: "a-secret-of-this-test-alone-3141592653",
  };
  logins = {
    DIRECT_DATABASE_URL: addressOf("ld_owner"),
    DATABASE_URL: addressOf("ld_app"),
    TENANT_DATABASE_URL: addressOf("ld_tenant"),
  };
});
afterAll(async () => {
  await emulator?.close();
  await server?.stop();
});

function addressOf(user?: string): string {
  const url = new URL(server.url);
  url.pathname = "/strict";
  if (user) Object.assign(url, { username: user, password: "pw-of-this-test" });
  return url.href;
}

async function query<Row = unknown>(address: string, sql: string): Promise<Row[]> {
  const client = new Client({ connectionString: address });
  await client.connect();
  try {
    return (await client.query(sql)).rows as Row[];
  } finally {
    await client.end();
  }
}

describe("least privilege", () => {
  it("is set up by what is printed, and nothing is weaker then", async () => {
    const printed = await runCommand(["migrate", "--print-grants"], logins);
    expect(printed).toMatchObject({ code: 0, stderr: "" });
    expect(printed.stdout).not.toContain("pw-of-this-test");
    await query(admin, printed.stdout);
    for (const user of ["ld_owner", "ld_app", "ld_tenant"]) {
      await query(admin, `ALTER ROLE ${user} PASSWORD 'pw-of-this-test'`);
    }
    const migrated = await runCommand(["migrate"], logins);
    expect(migrated).toMatchObject({ code: 0, stderr: "" });
    expect(migrated.stdout).toContain("applied ");

    const doctor = await runCommand(["doctor", "--json"], { ...logins, ...provider });
    expect(doctor).toMatchObject({ code: 0, stderr: "" });
    expect(JSON.parse(doctor.stdout)).toMatchObject({ findings: [], weaknesses: [] });
    const owners = await query(
      admin,
      `SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname IN ('public', 'pgboss')`,
    );
    expect(owners).toEqual([{ tableowner: "ld_owner" }]);
  });

  it("is enough to import, to run to the end, and to read it all", async () => {
    const env = { ...logins, ...provider };
    const file = "samples/brackmoeller-logistik";
    const imported = await runCommand(["import", `${file}.csv`, "--company", "Logistik", "--transcripts", file], env);
    expect(imported).toMatchObject({ code: 0, stderr: "" });
    const run = await runCommand(["run", "--until-idle"], env);
    expect(run.code, run.stdout + run.stderr).toBe(0);
    expect(run.stderr).not.toContain("database.weaker");
    const status = await runCommand(["status", "--json"], logins);
    const analysed = `SELECT count(*)::int AS "n" FROM "Session" WHERE "summary" IS NOT NULL`;
    const [{ n = 0 } = {}] = await query<{ n: number }>(admin, analysed);
    expect(n).toBeGreaterThan(0);
    expect(JSON.parse(status.stdout).requests).toMatchObject({ processing_complete: n, processing_failed: 0 });
  });

  it("is missed where one login does everything: doctor and the log say so, and all goes on", async () => {
    const env = { DATABASE_URL: logins.DIRECT_DATABASE_URL, ...provider };
    const doctor = await runCommand(["doctor"], env);
    expect(doctor.code).toBe(0);
    expect(doctor.stdout).toMatch(
      /The database could guard more than it does:\s+application-owns\s[\s\S]*tenants-share-login\s/,
    );
    const run = await runCommand(["run", "--until-idle"], env);
    expect(run.code).toBe(0);
    const weaker = run.stderr
      .split("\n")
      .filter((line) => line.includes('"database.weaker"'))
      .map((line) => JSON.parse(line).weakness);
    expect(weaker).toEqual(["application-owns", "tenants-share-login"]);
  });

  it("is told that a migration is missing where the owner's address is not given", async () => {
    await query(
      admin,
      `UPDATE _prisma_migrations SET rolled_back_at = now() WHERE migration_name LIKE '%signed_tenants'`,
    );
    const { DIRECT_DATABASE_URL: _, ...without } = logins;
    const status = await runCommand(["status"], without);
    expect(status).toMatchObject({ code: 1, stdout: "" });
    expect(status.stderr).toMatch(/^livedash: .*DIRECT_DATABASE_URL[^\n]*\n$/);
    await query(admin, "UPDATE _prisma_migrations SET rolled_back_at = NULL");
  });
});
