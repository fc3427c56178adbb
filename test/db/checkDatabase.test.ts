import { randomUUID } from "node:crypto";
import { readdirSync } from "node:fs";
import { resolve } from "node:path";
import { afterEach, beforeEach, expect, inject, it } from "vitest";
import { checkDatabase } from "../../lib/db/checkDatabase.ts";
import { prepareDatabase } from "../../lib/db/migrate.ts";
import { migrateBefore } from "../support/migrateBefore.ts";
import { addressOf, onServer, withClient } from "../support/testServer.ts";

const ALL = readdirSync(resolve(import.meta.dirname, "../../prisma/migrations"), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .sort();
const [LAST = ""] = ALL.slice(-1);

let url: string;
let name: string;
beforeEach(async () => {
  name = `check_${randomUUID().replaceAll("-", "")}`;
  await onServer(inject("serverUrl"), `CREATE DATABASE ${name} TEMPLATE template0`);
  url = addressOf(inject("serverUrl"), name);
});
afterEach(() => onServer(inject("serverUrl"), `DROP DATABASE ${name} WITH (FORCE)`));

const check = () => checkDatabase(url, "DATABASE_URL");
const countTables = () =>
  withClient(url, async (client) => {
    const { rows } = await client.query(
      `SELECT count(*)::int AS "tables" FROM pg_tables WHERE schemaname !~ '^(pg_|information)'`,
    );
    return rows[0].tables;
  });

it("lists everything for an empty database, and makes nothing there", async () => {
  expect(await check()).toEqual({ migrations: ALL, queue: true });
  expect(await countTables()).toBe(0);
});

it("lists what an older database lacks, and nothing once it is migrated", async () => {
  await migrateBefore(url, LAST);
  const before = await countTables();
  expect(await check()).toEqual({ migrations: [LAST], queue: true });
  expect(await countTables()).toBe(before);
  await prepareDatabase({ databaseUrl: url, renew: true });
  expect(await check()).toEqual({ migrations: [], queue: false });
});

it("tells the schedulers' tables of an older release", async () => {
  await prepareDatabase({ databaseUrl: url, renew: true });
  await withClient(url, (client) => client.query("UPDATE pgboss.version SET version = version - 1"));
  expect(await check()).toEqual({ migrations: [], queue: true });
});

it("says that the database is of a newer release", async () => {
  await prepareDatabase({ databaseUrl: url, renew: true });
  await withClient(url, (client) =>
    client.query(`UPDATE _prisma_migrations SET migration_name = '99990101000000_later' WHERE migration_name = $1`, [
      LAST,
    ]),
  );
  await expect(check()).rejects.toMatchObject({ code: "database_newer" });
});
