import { randomUUID } from "node:crypto";
import { Client } from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it, onTestFinished } from "vitest";
import { dryRunImport } from "../../lib/admin/imports/dryRunImport.ts";
import { tryNow } from "../../lib/admin/pipeline/tryNow.ts";
import { callOperation } from "../../lib/api/operation.ts";
import { type Clock, systemClock } from "../../lib/clock.ts";
import { listSessions } from "../../lib/company/sessions/listSessions.ts";
import { applyMigrations, prepareDatabase } from "../../lib/db/migrate.ts";
import { openPool } from "../../lib/db/pool.ts";
import { LiveDashError } from "../../lib/errors.ts";
import { readCompanyToImport } from "../../lib/import/companyToImport.ts";
import { importCsv } from "../../lib/import/importCsv.ts";
import { startSchedulers } from "../../lib/schedulers.ts";
import { openCompanies } from "../company/support.ts";
import { countsOf, csv, openBench } from "../import/support.ts";
import { callerOf } from "../support/caller.ts";
import { type RunningPgBouncer, startPgBouncer } from "../support/pgbouncer.ts";
import { addSessions, startPipeline } from "../support/pipeline.ts";
import { addressOf, onServer, withClient } from "../support/testServer.ts";

describe.each(["session", "transaction"] as const)("a PgBouncer in %s mode", (mode) => {
  describe("before an empty database", () => {
    const name = `pooler_${randomUUID().replaceAll("-", "")}`;
    const direct = () => addressOf(inject("serverUrl"), name);
    let pooler: RunningPgBouncer;

    beforeEach(async () => {
      await onServer(inject("serverUrl"), `CREATE DATABASE ${name} TEMPLATE template0`);
      pooler = await startPgBouncer(mode, [direct()]);
    });
    afterEach(async () => {
      await pooler.stop();
      await onServer(inject("serverUrl"), `DROP DATABASE ${name} WITH (FORCE)`);
    });

    it("lets it be migrated, by several at once, and keeps no lock of theirs", async () => {
      const databaseUrl = pooler.through(direct());
      const migrate = () => prepareDatabase({ databaseUrl, renew: true });
      const results = await Promise.all([migrate(), migrate(), migrate()]);
      const applied = results.flatMap((result) => result.applied);
      expect(applied).toHaveLength(new Set(applied).size);
      expect(await withClient(direct(), (client) => readLocks(client))).toEqual([]);
      expect((await migrate()).applied).toEqual([]);
    });
  });

  describe("before an installation", () => {
    let pooler: RunningPgBouncer;
    beforeAll(async () => {
      const { app, tenant, password } = inject("logins");
      const addresses = [app, tenant].map((name) => addressOf(inject("serverUrl"), "", { name, password }));
      // In session mode each connection to the pooler is one of the server's; in transaction mode a few serve all.
      pooler = await startPgBouncer(mode, addresses, { default_pool_size: mode === "session" ? "30" : "3" });
    });
    afterAll(() => pooler?.stop());

    it("lets files be imported at the same time, changed rows and dry runs included", async () => {
      const bench = await openBench({}, pooler.through);
      onTestFinished(bench.close);
      const [one, two] = [await bench.newCompany(), await bench.newCompany()];
      const ids = Array.from({ length: 300 }, (_, index) => `s${index}`);
      const sourceOf = async (message: string) => {
        const path = await bench.writeFile(`${message}.csv`, csv(...ids.map((id) => ({ id, message }))));
        return { kind: "file", path } as const;
      };
      const [before, after] = [await sourceOf("before"), await sourceOf("after")];
      const read = async (companyId: string, source: typeof before) =>
        countsOf(await importCsv(bench.ctx, { companyId, source }));
      const dry = async (companyId: string, source: typeof before) =>
        dryRunImport(bench.ctx, await readCompanyToImport(bench.ctx, companyId), { source });
      expect(await Promise.all([read(one, before), read(two, before), dry(one, after)])).toMatchObject([
        [300, 300, 0, 0, 0],
        [300, 300, 0, 0, 0],
        { rows: 300 },
      ]);
      expect(await Promise.all([read(one, after), read(two, after), dry(two, after), dry(one, before)])).toMatchObject([
        [300, 0, 300, 0, 0],
        [300, 0, 300, 0, 0],
        { rows: 300 },
        { rows: 300 },
      ]);
      expect(await readLocks(bench.owner)).toEqual([]);
    });

    it("keeps companies that read at the same time apart, over their own login and over the application's", async () => {
      const companies = await openCompanies({ through: pooler.through });
      onTestFinished(companies.close);
      const read = async (company: "acme" | "bolt", isShared: boolean) => {
        const { tenantDb: _, ...shared } = companies.as(company);
        const ctx = isShared ? shared : companies.as(company);
        const { sessions } = await callOperation(ctx, listSessions, { limit: 200 });
        return new Set(sessions.map(({ id }) => id[0]));
      };
      const all = Array.from({ length: 40 }, (_, n) => {
        const company = n % 2 ? "acme" : "bolt";
        return Promise.all([company[0], read(company, n % 4 < 2)]);
      });
      for (const [own, seen] of await Promise.all(all)) expect([...seen]).toEqual([own]);
      const who = `SELECT DISTINCT current_user::text = session_user::text AS "isItself" FROM generate_series(1, 2)`;
      const after = await Promise.all(Array.from({ length: 8 }, () => companies.database.pool.query(who)));
      expect(after.flatMap(({ rows }) => rows.map(({ isItself }) => isItself))).toEqual(after.map(() => true));
    });

    it("lets schedulers analyse sessions, two workers of two connections each, which hear of what somebody wants", async () => {
      // Nothing is due by the clock: what is not heard of would wait for a minute.
      const env = { BATCH_CREATION_INTERVAL: "24h", BATCH_POLLING_INTERVAL: "100ms", DATABASE_POOL_SIZE: "2" };
      const pipeline = await startPipeline({ env, through: pooler.through });
      onTestFinished(pipeline.close);
      const { ctx, database } = pipeline;
      const direct = {
        DATABASE_URL: database.url,
        ...(mode === "transaction" && { DIRECT_DATABASE_URL: database.ownerUrl }),
      };
      for (const worker of [pipeline.anotherWorker(direct), pipeline.anotherWorker(direct)]) {
        const db = openPool(database.url, { max: 2 });
        const { stop } = await startSchedulers({ ...worker, db }, database.url);
        onTestFinished(() => db.end());
        onTestFinished(() => stop());
      }
      await addSessions(ctx, 20);
      await database.owner.query(`UPDATE "AIProcessingRequest" SET "notBefore" = now() + interval '1 hour'`);
      await callOperation(callerOf(ctx, "ADMIN"), tryNow, { what: "requests" });
      const complete = `SELECT FROM "AIProcessingRequest" WHERE "processingStatus" = 'PROCESSING_COMPLETE'`;
      await expect.poll(async () => (await database.owner.query(complete)).rowCount).toBe(20);
      expect(pipeline.logged().filter(({ event }) => event === "scheduler.queue_warning")).toEqual([]);
      expect(await readLocks(database.owner)).toEqual([]);
    });
  });
});

it("a PgBouncer that takes LISTEN and hands nothing on is said to, and schedulers look for jobs themselves", async () => {
  const { app, password } = inject("logins");
  const pooler = await startPgBouncer("transaction", [addressOf(inject("serverUrl"), "", { name: app, password })]);
  onTestFinished(pooler.stop);
  const env = { BATCH_CREATION_INTERVAL: "100ms", BATCH_POLLING_INTERVAL: "100ms" };
  const pipeline = await startPipeline({ env, through: pooler.through });
  onTestFinished(pipeline.close);
  const sleep: Clock["sleep"] = (ms, signal) => systemClock.sleep(Math.min(ms, 500), signal);
  const { stop } = await startSchedulers({ ...pipeline.ctx, clock: { ...systemClock, sleep } }, pipeline.database.url);
  onTestFinished(() => stop());
  await addSessions(pipeline.ctx, 3);
  const complete = `SELECT FROM "AIProcessingRequest" WHERE "processingStatus" = 'PROCESSING_COMPLETE'`;
  await expect.poll(async () => (await pipeline.database.owner.query(complete)).rowCount).toBe(3);
  expect(pipeline.logged().filter(({ event }) => event === "scheduler.queue_warning")).toMatchObject([
    { reason: expect.stringMatching(/pooler in transaction mode. Set DIRECT_DATABASE_URL/) },
  ]);
});

it("what a PgBouncer refuses is said in one sentence with the remedy, without the password", async () => {
  const { app, password } = inject("logins");
  const address = addressOf(inject("serverUrl"), "postgres", { name: app, password });
  const few = { default_pool_size: "1", max_client_conn: "3", query_wait_timeout: "1" };
  const pooler = await startPgBouncer("transaction", [address], few);
  onTestFinished(pooler.stop);
  const refusalOf = async (change: (url: URL) => void) => {
    const url = new URL(pooler.through(address));
    change(url);
    const error = await applyMigrations({ databaseUrl: url.href }).then(
      () => expect.fail("It was let in"),
      (refused: unknown) => refused,
    );
    expect(error).toBeInstanceOf(LiveDashError);
    expect(String(error)).toMatch(/^[^\n]+\.$/);
    expect(String(error)).not.toContain(url.password);
    return error;
  };
  const set = (name: string, value: string) => (url: URL) => url.searchParams.set(name, value);
  expect(await refusalOf(set("options", "-c work_mem=1GB"))).toMatchObject({
    code: "database_url_refused",
    message: expect.stringMatching(/startup parameter: options.*ALTER ROLE/),
  });
  expect(await refusalOf((url) => Object.assign(url, { pathname: "/absent" }))).toMatchObject({
    code: "database_not_found",
    message: expect.stringContaining('"absent"'),
  });
  expect(await refusalOf((url) => Object.assign(url, { password: "wrong" }))).toMatchObject({
    code: "database_access_denied",
  });
  const open = async () => {
    const client = new Client({ connectionString: pooler.through(address) });
    onTestFinished(() => client.end());
    await client.connect();
    return client;
  };
  const held = await open();
  await held.query("BEGIN; SELECT 1");
  const busy = { code: "database_unreachable", retryable: true, message: expect.stringMatching(/no connection free/) };
  expect(await refusalOf(() => {})).toMatchObject(busy);
  await open();
  await open();
  expect(await refusalOf(() => {})).toMatchObject(busy);
});

/** The locks that belong to no statement, in the database of this connection. */
async function readLocks(client: Pick<Client, "query">): Promise<unknown[]> {
  const sql = `SELECT l.* FROM pg_locks l JOIN pg_database d ON d.oid = l.database
                WHERE l.locktype = 'advisory' AND d.datname = current_database()`;
  return (await client.query(sql)).rows;
}
