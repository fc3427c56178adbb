import { randomUUID } from "node:crypto";
import type { Client } from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it, onTestFinished } from "vitest";
import { dryRunImport } from "../../lib/admin/imports/dryRunImport.ts";
import { prepareDatabase } from "../../lib/db/migrate.ts";
import { readCompanyToImport } from "../../lib/import/companyToImport.ts";
import { importCsv } from "../../lib/import/importCsv.ts";
import { countsOf, csv, openBench } from "../import/support.ts";
import { type RunningPgBouncer, startPgBouncer } from "../support/pgbouncer.ts";
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
      pooler = await startPgBouncer(mode, addresses);
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
  });
});

/** The locks that belong to no statement, in the database of this connection. */
async function readLocks(client: Pick<Client, "query">): Promise<unknown[]> {
  const sql = `SELECT l.* FROM pg_locks l JOIN pg_database d ON d.oid = l.database
                WHERE l.locktype = 'advisory' AND d.datname = current_database()`;
  return (await client.query(sql)).rows;
}
