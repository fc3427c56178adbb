import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";

// Workers of the version before accounts may run on beside new ones (docs/decisions/0018-accounts.md). These are their statements.

const CLAIM = `
  INSERT INTO "AIBatchRequest" ("id", "companyId", "model", "provider", "endpoint", "status", "createdAt",
          "requestCount", "byteSize", "contentHash", "epoch", "leaseOwner", "leaseExpiresAt", "estimatedTokens",
          "estimatedCostEur", "analysisVersions")
        VALUES ($1, 'acme', $2, $3, '/v1/responses', 'PENDING', now(), 1, 1000, 'hash', 1, $4, now(), 10, NULL, '{}')`;
const ACQUIRE = `
  UPDATE "AIBatchRequest" SET "epoch" = "epoch" + 1, "leaseOwner" = $1, "leaseExpiresAt" = now()
         WHERE "id" = (SELECT "id" FROM "AIBatchRequest"
                        WHERE "status" NOT IN ('PROCESSED', 'FAILED', 'CANCELLED')
                          AND ("leaseExpiresAt" IS NULL OR "leaseExpiresAt" <= now())
                          AND ("notBefore" IS NULL OR "notBefore" <= now())
                        ORDER BY "createdAt", "id" LIMIT 1 FOR UPDATE SKIP LOCKED)
        RETURNING "id"`;

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await database.rows.company({ id: "acme" });
  await database.rows.account({ id: "azure-eu" });
  await database.rows.model({ id: "there", name: "gpt-eu", accountId: "azure-eu", providerName: "gpt" });
});
afterAll(() => database.drop());
beforeEach(() => database.pool.query(`DELETE FROM "AIBatchRequest"`));

it("an old worker goes on with what is of the account that it knows", async () => {
  await database.pool.query(CLAIM, ["b1", "gpt-6-luna", "openai", "123-old"]);
  const { rows } = await database.pool.query(ACQUIRE, ["124-old"]);
  expect(rows).toEqual([{ id: "b1" }]);
});

it("it cannot claim requests for a model of another account", async () => {
  const claimed = database.pool.query(CLAIM, ["b1", "gpt-eu", "openai", "123-old"]);
  await expect(claimed).rejects.toThrow("The model gpt-eu belongs to another account than openai.");
});

it("it cannot take a batch of another account; whoever knows the account can", async () => {
  await database.pool.query(CLAIM, ["b1", "gpt-eu", "azure-eu", "azure-eu/123-new"]);
  await database.pool.query(`UPDATE "AIBatchRequest" SET "leaseOwner" = NULL`);
  await expect(database.pool.query(ACQUIRE, ["124-old"])).rejects.toThrow(
    "Batch b1 belongs to the account azure-eu, which 124-old does not know.",
  );
  const { rows } = await database.pool.query(ACQUIRE, ["azure-eu/125-new"]);
  expect(rows).toEqual([{ id: "b1" }]);
});

it("no account is called as the batches of a provider are, and the default one has no key in the database", async () => {
  for (const id of ["openai", "azure", "emulator", "Azure EU", "a/b"]) {
    const added = database.pool.query(`INSERT INTO "ProviderAccount" ("id", "kind") VALUES ($1, 'azure')`, [id]);
    await expect(added).rejects.toThrow("ProviderAccount_id_check");
  }
  const key = database.pool.query(`UPDATE "ProviderAccount" SET "apiKey" = 'sealed' WHERE "id" = 'default'`);
  await expect(key).rejects.toThrow("ProviderAccount_kind_check");
});
