import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { createTestDatabase } from "../support/database.ts";
import { migrateBefore } from "../support/migrateBefore.ts";
import { addressOf, onServer, withClient } from "../support/testServer.ts";

// Workers of version 0.1.0 may run on beside new ones (docs/versions.md): what they write and read has to stay possible.

/** The first migration after version 0.1.0. */
const FIRST_NEW = "_stuck_and_stopped";
/** Those make no keys any more: a key without an owner and an end would be one that nobody answers for. */
const NO_LONGER_WRITTEN = ["ApiKey.expiresAt"];

const name = `${inject("template")}_old_workers`;
const old = addressOf(inject("serverUrl"), name);

interface Column {
  name: string;
  type: string;
  /** An insert that does not name it fails. */
  demanded: boolean;
}

const COLUMNS = `
  SELECT format('%s.%s', c.relname, a.attname) AS "name", format_type(a.atttypid, NULL) AS "type",
         a.attnotnull AND NOT a.atthasdef AND a.attidentity = '' AND a.attgenerated = '' AS "demanded"
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
   WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'`;
const VALUES = `SELECT format('%s.%s', t.typname, e.enumlabel) AS "name" FROM pg_enum e JOIN pg_type t ON t.oid = e.enumtypid`;

let before: { columns: Column[]; values: { name: string }[] };
let now: typeof before;
beforeAll(async () => {
  await onServer(inject("serverUrl"), `CREATE DATABASE ${name} TEMPLATE template0`);
  await migrateBefore(old, FIRST_NEW);
  const read = (url: string) =>
    withClient(url, async (client) => ({
      columns: (await client.query<Column>(COLUMNS)).rows,
      values: (await client.query<{ name: string }>(VALUES)).rows,
    }));
  before = await read(old);
  const database = await createTestDatabase();
  now = await read(database.ownerUrl);
  await database.drop();
});
afterAll(() => onServer(inject("serverUrl"), `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));

it("every column and value of an enum that version 0.1.0 knows is still there, of the same type", () => {
  expect(before.columns.length).toBeGreaterThan(100);
  const types = new Map(now.columns.map((column) => [column.name, column.type]));
  expect(before.columns.filter((column) => types.get(column.name) !== column.type)).toEqual([]);
  const values = new Set(now.values.map((value) => value.name));
  expect(before.values.filter((value) => !values.has(value.name))).toEqual([]);
});

it("an insert that names the columns of version 0.1.0 alone goes through", () => {
  const knew = new Map(before.columns.map((column) => [column.name, column.demanded]));
  const tables = new Set(before.columns.map((column) => column.name.split(".")[0]));
  const demanded = now.columns.filter(
    (column) => tables.has(column.name.split(".")[0]) && column.demanded && !knew.get(column.name),
  );
  expect(demanded.map((column) => column.name)).toEqual(NO_LONGER_WRITTEN);
});
