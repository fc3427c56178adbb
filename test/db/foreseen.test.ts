import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { afterAll, afterEach, beforeAll, expect, inject, it, vi } from "vitest";
import { runMain } from "../../cli/runMain.ts";
import { inTransaction, openPool, type Transaction } from "../../lib/db/pool.ts";
import { explainForeseen } from "../../lib/foreseen.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { withHeld } from "../support/held.ts";
import { onServer } from "../support/testServer.ts";

let database: TestDatabase;
const role = `limited_${randomUUID().slice(0, 8)}`;
beforeAll(async () => {
  database = await createTestDatabase();
  await onServer(inject("serverUrl"), `CREATE ROLE ${role} LOGIN PASSWORD '${role}' CONNECTION LIMIT 0`);
});
afterAll(async () => {
  await database.drop();
  await onServer(inject("serverUrl"), `DROP ROLE ${role}`);
});
afterEach(() => vi.restoreAllMocks());

/** What a command says that this happens to. */
async function saidOf(work: () => Promise<unknown>): Promise<string> {
  const before = process.exitCode;
  let said = "";
  vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    said += text;
    return true;
  });
  await runMain(work);
  expect(process.exitCode).toBe(1);
  process.exitCode = before;
  return said;
}

const inOne = (sql: string) => () =>
  inTransaction(database.pool, async (tx: Transaction) => {
    for (const statement of sql.split("; ")) await tx.query(statement);
  });

it.each([
  ["a right is missing", inOne(`DELETE FROM "TenantKey"`), /permission denied .* `livedash migrate`/],
  [
    "a query takes longer than it may",
    inOne("SET LOCAL statement_timeout = 20; SELECT pg_sleep(60)"),
    /statement_timeout/,
  ],
  ["the server is a replica", inOne(`SET TRANSACTION READ ONLY; DELETE FROM "Job"`), /primary server/],
  ["the server ends an idle transaction", idle, /PostgreSQL/],
  ["there is no connection left", full, /too many connections .* DATABASE_POOL_SIZE/],
  ["somebody else holds a lock", locked, /Another process holds/],
])("when %s, a command says so in one sentence with the remedy", async (_, work, sentence) => {
  const said = await saidOf(work);
  expect(said).toMatch(/^livedash: [^\n]+\.\n$/);
  expect(said).toMatch(sentence);
  expect(said).not.toContain("unexpected");
});

async function idle(): Promise<void> {
  await inTransaction(database.pool, async (tx) => {
    const ended = new Promise((resolve) => tx.once("end", resolve));
    await tx.query("SET LOCAL idle_in_transaction_session_timeout = 20");
    await ended;
    await tx.query("SELECT 1");
  });
}

async function full(): Promise<void> {
  const url = new URL(database.url);
  url.username = role;
  url.password = role;
  const pool = openPool(url.href);
  await pool.query("SELECT 1").finally(() => pool.end());
}

async function locked(): Promise<void> {
  await withHeld(database.owner, async (held) => {
    await held.query(`LOCK TABLE "Job"`);
    await inOne(`SET LOCAL lock_timeout = 20; SELECT FROM "Job"`)();
  });
}

it.each([
  ["EACCES", "/var/livedash", /may not use \/var\/livedash \(EACCES\)/],
  ["EROFS", "/var/livedash", /may not use/],
  ["ENOSPC", undefined, /disk that holds a file is full/],
  ["EMFILE", undefined, /ulimit -n/],
])("what the system refuses with %s is one sentence", (code, path, sentence) => {
  const error = explainForeseen(Object.assign(new Error(`${code}: open`), { code, path }));
  expect(error?.code).toMatch(/^system_/);
  expect(error?.message).toMatch(sentence);
});

it("what nobody foresaw keeps its stack", async () => {
  expect(explainForeseen(new TypeError("x is not a function"))).toBeUndefined();
  const said = await saidOf(() => readFile("/does/not/exist").then(() => Promise.reject(new TypeError("x"))));
  expect(said).toMatch(/^livedash: unexpected error: /);
});
