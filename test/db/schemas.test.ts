import { randomUUID } from "node:crypto";
import { escapeIdentifier } from "pg";
import { afterAll, beforeAll, expect, inject, it, onTestFinished } from "vitest";
import { askForImports } from "../../lib/admin/imports/askForImports.ts";
import { checkDatabase } from "../../lib/db/checkDatabase.ts";
import { grantsScript } from "../../lib/db/grantsScript.ts";
import { applyMigrations, prepareDatabase } from "../../lib/db/migrate.ts";
import { openPool } from "../../lib/db/pool.ts";
import { QUEUE_VERSION, readQueue } from "../../lib/db/queueSchema.ts";
import { assertRights } from "../../lib/db/rights.ts";
import { APP_ROLE, TENANT_ROLE } from "../../lib/db/roles.ts";
import { openLog } from "../../lib/observability/log.ts";
import { consoleContext } from "../support/consoleContext.ts";
import { rowsIn } from "../support/rows/index.ts";
import { addressOf, onServer, withClient } from "../support/testServer.ts";

// Installations that share a database, each in the schema that its address names.

const SCHEMAS = ["one", "user"];
const name = `schemas_${randomUUID().replaceAll("-", "")}`;
const login = `${name}_app`;
const owner = () => addressOf(inject("serverUrl"), name);
const app = () => addressOf(inject("serverUrl"), name, { name: login, password: "pw" });
const inSchema = (address: string, schema: string) => {
  const url = new URL(address);
  url.searchParams.set("schema", schema);
  return url.href;
};

beforeAll(async () => {
  await onServer(inject("serverUrl"), `CREATE DATABASE ${name} TEMPLATE template0`);
  await onServer(inject("serverUrl"), `CREATE ROLE ${login} LOGIN PASSWORD 'pw' IN ROLE ${APP_ROLE}`);
});
afterAll(async () => {
  await onServer(inject("serverUrl"), `DROP DATABASE ${name} WITH (FORCE)`);
  await onServer(inject("serverUrl"), `DROP ROLE ${login}`);
});

function openAs(address: string, schema: string) {
  const pool = openPool(inSchema(address, schema));
  onTestFinished(() => pool.end());
  return pool;
}

it("each has its own tables and queue, made by who migrates, and sees nothing of the other", async () => {
  for (const schema of SCHEMAS) {
    const check = () => checkDatabase(inSchema(owner(), schema), "DATABASE_URL");
    expect(await check()).toMatchObject({ migrations: { length: expect.any(Number) }, queue: true });
    const { tables } = await prepareDatabase({ databaseUrl: inSchema(owner(), schema), renew: true });
    expect((await applyMigrations({ databaseUrl: inSchema(owner(), schema) })).applied).toEqual([]);
    expect(await check()).toEqual({ migrations: [], queue: false });
    const db = openAs(app(), schema);
    await assertRights(db, tables);
    expect(await readQueue(db)).toEqual({ schema: `${schema}_pgboss`, version: QUEUE_VERSION, owns: false });
    await rowsIn(db).company({ id: schema, csvUrl: "https://example.com/sessions.csv" });
    await askForImports(consoleContext(db, openLog({ level: "fatal", format: "json" })));
  }
  for (const schema of SCHEMAS) {
    const db = openAs(app(), schema);
    expect((await db.query(`SELECT "id" FROM "Company"`)).rows).toEqual([{ id: schema }]);
    const queue = escapeIdentifier(`${schema}_pgboss`);
    expect((await db.query(`SELECT FROM ${queue}.job`)).rowCount).toBe(1);
  }
});

it("a schema that is not there, and that the user may not make, is asked of an administrator", async () => {
  const sentence = /^The schema "three" .* may not create it .* `livedash migrate --print-grants` prints\.$/;
  const migrate = () => applyMigrations({ databaseUrl: inSchema(app(), "three") });
  await expect(migrate()).rejects.toMatchObject({
    code: "database_rights_missing",
    message: expect.stringMatching(sentence),
  });
  const script = grantsScript({ app: inSchema(app(), "three"), owner: inSchema(app(), "three") });
  // Of what is printed, what makes no logins: these would be the whole server's.
  const ofSchema = script.split("\n").filter((line) => /"three(_pgboss)?"/.test(line));
  const grant = `GRANT ${TENANT_ROLE} TO "${login}";`;
  expect(script).toContain(grant);
  await withClient(owner(), (client) => client.query([...ofSchema, grant].join("\n")));
  expect((await migrate()).applied).not.toEqual([]);
});
