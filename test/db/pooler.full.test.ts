import { randomUUID } from "node:crypto";
import type { Client } from "pg";
import { afterEach, beforeEach, describe, expect, inject, it } from "vitest";
import { prepareDatabase } from "../../lib/db/migrate.ts";
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
      expect(await withClient(direct(), readLocks)).toEqual([]);
      expect((await migrate()).applied).toEqual([]);
    });
  });
});

/** The locks that belong to no statement, in the database of this connection. */
async function readLocks(client: Client): Promise<unknown[]> {
  const sql = `SELECT l.* FROM pg_locks l JOIN pg_database d ON d.oid = l.database
                WHERE l.locktype = 'advisory' AND d.datname = current_database()`;
  return (await client.query(sql)).rows;
}
