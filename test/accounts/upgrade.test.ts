import type { Pool } from "pg";
import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { applyMigrations } from "../../lib/db/migrate.ts";
import { openPool } from "../../lib/db/pool.ts";
import { migrateBefore } from "../support/migrateBefore.ts";
import { addressOf, onServer } from "../support/testServer.ts";

const name = `${inject("template")}_accounts`;

let pool: Pool;
beforeAll(async () => {
  const server = inject("serverUrl");
  await onServer(server, `CREATE DATABASE ${name} TEMPLATE template0`);
  const databaseUrl = addressOf(server, name);
  pool = openPool(databaseUrl);
  await migrateBefore(databaseUrl, "_provider_accounts");
  await pool.query(`
    INSERT INTO "Company" ("id", "name") VALUES ('acme', 'Acme');
    INSERT INTO "AIModel" ("id", "name") VALUES ('m', 'deployment');
    INSERT INTO "AIBatchRequest" ("id", "companyId", "provider", "model", "endpoint", "requestCount", "byteSize", "contentHash", "epoch",
        "leaseOwner", "leaseExpiresAt", "status", "openaiBatchId")
      VALUES ('b1', 'acme', 'azure', 'deployment', '/v1/responses', 1, 100, 'hash', 3, '1-old', now() + interval '1 minute', 'IN_PROGRESS', 'batch_1');
    INSERT INTO "ProviderStop" ("provider", "code", "message", "stoppedAt", "seenAt")
      VALUES ('azure', 'provider_key_refused', 'No.', now(), now())`);
  await applyMigrations({ databaseUrl });
});
afterAll(async () => {
  await pool?.end();
  await onServer(inject("serverUrl"), `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
});

it("after an upgrade with work in flight, all there is belongs to the account of the variables", async () => {
  const { rows: models } = await pool.query(`SELECT DISTINCT "accountId", "providerName" FROM "AIModel"`);
  expect(models).toEqual([{ accountId: "default", providerName: null }]);
  const { rows: accounts } = await pool.query(`SELECT "id", "kind", "apiKey", "disabledAt" FROM "ProviderAccount"`);
  expect(accounts).toEqual([{ id: "default", kind: null, apiKey: null, disabledAt: null }]);
  const { rows: batches } = await pool.query(`SELECT "provider", "epoch", "leaseOwner" FROM "AIBatchRequest"`);
  expect(batches).toEqual([{ provider: "azure", epoch: 3, leaseOwner: "1-old" }]);
});

it("a worker of the version before goes on with its batch, and lets go of it", async () => {
  const change = `UPDATE "AIBatchRequest" SET "leaseOwner" = $2, "epoch" = "epoch" + 1 WHERE "id" = $1`;
  await pool.query(change, ["b1", "2-old"]);
  await pool.query(change, ["b1", null]);
  const { rows } = await pool.query(`SELECT "epoch" FROM "AIBatchRequest"`);
  expect(rows).toEqual([{ epoch: 5 }]);
});
