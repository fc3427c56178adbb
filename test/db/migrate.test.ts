import { createHash, randomUUID } from "node:crypto";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { Client } from "pg";
import { afterEach, beforeEach, describe, expect, inject, it } from "vitest";
import { explainConnectionError } from "../../lib/db/connectionErrors.ts";
import { applyMigrations } from "../../lib/db/migrate.ts";
import { LiveDashError } from "../../lib/errors.ts";
import { onServer, overTcp } from "../support/testServer.ts";

let url: string;
let client: Client;
let migrationsDir: string;
const name = `migrate_${randomUUID().replaceAll("-", "")}`;

beforeEach(async () => {
  const address = new URL(overTcp(inject("serverUrl")));
  await onServer(inject("serverUrl"), `CREATE DATABASE ${name} TEMPLATE template0`);
  address.pathname = `/${name}`;
  url = address.href;
  client = new Client({ connectionString: url });
  await client.connect();
  migrationsDir = await mkdtemp(path.join(tmpdir(), "livedash-migrations-"));
  await write("20260101000000_first", "CREATE TABLE one (id int);\nINSERT INTO one VALUES (1);\n");
  await write("20260102000000_second", "ALTER TABLE one ADD COLUMN word text;\n");
});

afterEach(async () => {
  await client.end();
  await onServer(inject("serverUrl"), `DROP DATABASE ${name} WITH (FORCE)`);
  await rm(migrationsDir, { recursive: true, force: true });
});

async function write(migration: string, sql: string): Promise<void> {
  await mkdir(path.join(migrationsDir, migration), { recursive: true });
  await writeFile(path.join(migrationsDir, migration, "migration.sql"), sql);
}

/** Those of runs that are not over, the locks that they hold included. */
const CONNECTIONS = `SELECT pid FROM pg_stat_activity WHERE datname = $1 AND application_name = 'livedash-migrate'`;

const migrate = () => applyMigrations({ databaseUrl: url, migrationsDir });

async function failure(promise: Promise<unknown>): Promise<LiveDashError> {
  const error = await promise.then(
    () => undefined,
    (reason) => reason,
  );
  expect(error).toBeInstanceOf(LiveDashError);
  expect(error.message).toMatch(/^[^\n]+\.$/);
  return error;
}

describe("applying migrations", () => {
  it("does what is missing, in order, and keeps Prisma's record", async () => {
    const seen: string[] = [];
    const first = await applyMigrations({ databaseUrl: url, migrationsDir, onApplied: (it) => seen.push(it) });
    expect(first).toEqual({ applied: ["20260101000000_first", "20260102000000_second"], already: 0 });
    expect(seen).toEqual(first.applied);
    await write("20260103000000_third", "CREATE INDEX ON one (word) WHERE word IS NOT NULL;");
    expect(await migrate()).toEqual({ applied: ["20260103000000_third"], already: 2 });
    expect(await migrate()).toEqual({ applied: [], already: 3 });

    const { rows } = await client.query("SELECT * FROM _prisma_migrations ORDER BY migration_name");
    expect(rows).toHaveLength(3);
    expect(rows[1]).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      checksum: createHash("sha256").update("ALTER TABLE one ADD COLUMN word text;\n").digest("hex"),
      finished_at: expect.any(Date),
      migration_name: "20260102000000_second",
      logs: null,
      rolled_back_at: null,
      started_at: expect.any(Date),
      applied_steps_count: 1,
    });
  });

  it("is done once by processes that start together", async () => {
    const results = await Promise.all([migrate(), migrate(), migrate()]);
    expect((await client.query(CONNECTIONS, [name])).rows).toEqual([]);
    expect(results.flatMap((result) => result.applied).sort()).toEqual([
      "20260101000000_first",
      "20260102000000_second",
    ]);
    expect((await client.query("SELECT count(*)::int AS n FROM _prisma_migrations")).rows).toEqual([{ n: 2 }]);
  });

  it("rolls a migration that fails back whole, keeps those before it, and goes on when it is put right", async () => {
    await write("20260103000000_third", "CREATE TABLE two (id int);\nSELECT 1/0;");
    const error = await failure(migrate());
    expect(error.code).toBe("migration_failed");
    expect(error.message).toContain("20260103000000_third");
    expect((await client.query("SELECT to_regclass('two') AS two")).rows).toEqual([{ two: null }]);
    await write("20260103000000_third", "CREATE TABLE two (id int);");
    expect(await migrate()).toEqual({ applied: ["20260103000000_third"], already: 2 });
  });

  it("tries again where workers that run meanwhile were in its way, but not for ever", async () => {
    // What a sequence has given is not rolled back: the first attempts are refused, as by a deadlock.
    const refused = (attempts: number) =>
      `DO $$ BEGIN IF nextval('attempts') <= ${attempts} THEN RAISE 'deadlock detected' USING ERRCODE = '40P01'; END IF; END $$;`;
    await client.query("CREATE SEQUENCE attempts");
    await write("20260103000000_third", `CREATE TABLE two (id int);\n${refused(4)}`);
    expect((await migrate()).applied).toContain("20260103000000_third");
    await client.query("ALTER SEQUENCE attempts RESTART");
    await write("20260104000000_fourth", `CREATE TABLE three (id int);\n${refused(100)}`);
    expect((await failure(migrate())).code).toBe("migration_failed");
    expect((await client.query("SELECT last_value::int FROM attempts")).rows).toEqual([{ last_value: 5 }]);
  });

  it("refuses a migration that was edited, but not one whose line ends a checkout turned around", async () => {
    await migrate();
    await write("20260102000000_second", "ALTER TABLE one ADD COLUMN word text;\r\n");
    expect(await migrate()).toEqual({ applied: [], already: 2 });
    await write("20260102000000_second", "ALTER TABLE one ADD COLUMN words text;\n");
    const error = await failure(migrate());
    expect(error.code).toBe("migration_edited");
    expect(error.message).toContain("20260102000000_second");
  });

  it("refuses the database of a newer LiveDash", async () => {
    await migrate();
    await rm(path.join(migrationsDir, "20260102000000_second"), { recursive: true });
    const error = await failure(migrate());
    expect(error.code).toBe("database_newer");
    expect(error.message).toContain("20260102000000_second");
  });

  it("refuses a migration that Prisma left half done, and takes one that was rolled back for not applied", async () => {
    await migrate();
    await client.query("UPDATE _prisma_migrations SET finished_at = NULL WHERE migration_name LIKE '%second'");
    expect((await failure(migrate())).code).toBe("migration_failed_before");
    await client.query("UPDATE _prisma_migrations SET rolled_back_at = now() WHERE migration_name LIKE '%second'");
    await client.query("ALTER TABLE one DROP COLUMN word");
    expect(await migrate()).toEqual({ applied: ["20260102000000_second"], already: 1 });
  });

  it("applies the project's own migrations from their folder", async () => {
    const own = await applyMigrations({ databaseUrl: url });
    expect(own.applied.length).toBeGreaterThan(0);
    await cp(path.resolve("prisma/migrations"), migrationsDir, { recursive: true });
    await rm(path.join(migrationsDir, "20260101000000_first"), { recursive: true });
    await rm(path.join(migrationsDir, "20260102000000_second"), { recursive: true });
    expect(await migrate()).toEqual({ applied: [], already: own.applied.length });
  });

  it("says so when the connection is lost, and leaves nothing half done", async () => {
    await client.query("SELECT pg_advisory_lock(72707369)");
    const waiting = failure(migrate());
    await endConnection();
    expect(await waiting).toMatchObject({ code: "database_connection_lost", retryable: true });
    await client.query("SELECT pg_advisory_unlock(72707369)");

    await write("20260103000000_third", "CREATE TABLE two (id int);\nSELECT pg_sleep(600);");
    const applying = failure(migrate());
    await endConnection("PgSleep");
    expect(await applying).toMatchObject({ code: "database_connection_lost", retryable: true });
    expect((await client.query("SELECT to_regclass('two') AS two")).rows).toEqual([{ two: null }]);

    await write("20260103000000_third", "CREATE TABLE two (id int);");
    expect((await migrate()).applied).toEqual(["20260103000000_third"]);
  });

  /** Has the server end the connection of a run as soon as it waits for this: the lock, or its own migration. */
  async function endConnection(waitsFor = "advisory"): Promise<void> {
    const sql = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                  WHERE datname = $1 AND application_name = 'livedash-migrate' AND wait_event = $2`;
    await expect.poll(async () => (await client.query(sql, [name, waitsFor])).rowCount).toBe(1);
  }

  it("says which folder cannot be read", async () => {
    const error = await failure(applyMigrations({ databaseUrl: url, migrationsDir: "/does/not/exist" }));
    expect(error.code).toBe("migration_unreadable");
    expect(error.message).toContain("/does/not/exist");
  });
});

describe("a database that cannot be used", () => {
  const secret = "s3cr3t-4711";
  const changed = (change: (address: URL) => void) => {
    const address = new URL(url);
    address.password = secret;
    change(address);
    return failure(applyMigrations({ databaseUrl: address.href, migrationsDir }));
  };

  it("is named in one sentence, without the password", async () => {
    const wrongPassword = await changed(() => {});
    expect(wrongPassword.code).toBe("database_access_denied");
    const noPassword = await changed((address) => {
      address.password = "";
    });
    expect(noPassword.code).toBe("database_access_denied");
    const password = new URL(url).password;
    const noDatabase = await changed((address) => {
      address.password = password;
      address.pathname = "/absent";
    });
    expect(noDatabase.code).toBe("database_not_found");
    expect(noDatabase.message).toContain('"absent"');
    const unreachable = await changed((address) => {
      address.hostname = "livedash.invalid";
    });
    expect(unreachable).toMatchObject({ code: "database_unreachable", retryable: true });
    const closed = await changed((address) => {
      address.port = "1";
    });
    expect(closed.message).toContain("127.0.0.1:1");
    const invalid = await failure(applyMigrations({ databaseUrl: `postgresql://u:${secret}%@[::/x`, migrationsDir }));
    expect(invalid.code).toBe("database_url_invalid");

    for (const error of [wrongPassword, noPassword, noDatabase, unreachable, closed, invalid]) {
      expect(error.message).toContain("DATABASE_URL");
      const all = `${error.message} ${error.stack} ${JSON.stringify(error)} ${JSON.stringify(error.cause)}`;
      expect(all).not.toContain(secret);
      expect(all).not.toContain(password);
    }
  });

  it("is told from one that is no PostgreSQL at all", async () => {
    const other = createServer((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const address = other.address();
    const port = typeof address === "object" && address ? address.port : 0;
    const error = await changed((target) => {
      target.port = String(port);
    });
    other.close();
    expect(error.code).toMatch(/^database_(unreachable|connection_failed)$/);
    expect(error.message).toContain(`127.0.0.1:${port}`);
  });

  it("is told from one that only has no room at the moment", () => {
    const full = Object.assign(new Error("sorry, too many clients already"), { code: "53300" });
    expect(explainConnectionError(full)).toMatchObject({ code: "database_unreachable", retryable: true });
  });
});
