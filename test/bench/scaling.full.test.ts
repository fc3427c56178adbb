import { afterEach, beforeEach, expect, it } from "vitest";
import type { Scenario } from "../../bench/scaling/scenarios.ts";
import { simulate } from "../../bench/scaling/simulate.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";

/** Six rows a minute: three of one company, one of each of the others. */
const SMALL: Scenario = {
  name: "small",
  sessionsPerDay: 6 * 1_440 * 100,
  companies: 4,
  accounts: 1,
  workers: 1,
  perRow: 100,
  enqueuedTokens: Number.POSITIVE_INFINITY,
  comeWithinHours: 24,
  hours: { warmUp: 1, measured: 1 },
};
const ROUNDS_AN_HOUR = 6;

let database: TestDatabase;

beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

const numberOf = async (sql: string) => (await database.pool.query<{ n: number }>(sql)).rows[0]?.n;

/** Whatever happened, each request is pending, in a batch or complete, and in order. */
async function expectNoneLost() {
  expect(
    await numberOf(
      `SELECT count(*)::int AS "n" FROM "AIProcessingRequest" WHERE "processingStatus" = 'PROCESSING_FAILED'`,
    ),
  ).toBe(0);
  expect(
    await numberOf(`SELECT count(*)::int AS "n" FROM "AIProcessingRequest" r LEFT JOIN "AIBatchRequest" b ON b."id" = r."batchId"
                     WHERE r."processingStatus" = 'BATCHING_IN_PROGRESS' AND b."processedAt" IS NOT NULL`),
  ).toBe(0);
  const served = await numberOf(
    `SELECT count(DISTINCT "companyId")::int AS "n" FROM "AIBatchRequest" WHERE "submittedAt" IS NOT NULL`,
  );
  expect(served).toBe(SMALL.companies);
}

it("in each round of creation, each company with something to send gets one batch", async () => {
  const simulated = await simulate(database.url, SMALL);
  expect(simulated).toMatchObject({ came: 360, batches: SMALL.companies * ROUNDS_AN_HOUR, failed: 0 });
  expect(simulated.mostLines).toBeLessThanOrEqual(3 * 11);
  // What came after the last round.
  expect(simulated.pending).toBeLessThanOrEqual(6 * 10);
  expect(simulated.accounts).toMatchObject([{ refusedCreates: 0, refusedForTokens: 0 }]);
  await expectNoneLost();
});

it("with more companies than the provider takes batches an hour, each is served in turn and files grow fuller", async () => {
  const batchesPerHour = 12;
  const simulated = await simulate(database.url, SMALL, batchesPerHour);
  expect(simulated.batches).toBeLessThanOrEqual(batchesPerHour);
  expect(simulated.batches).toBeGreaterThan(0);
  expect(simulated.accounts, "the planner keeps to the limit by itself").toMatchObject([{ refusedCreates: 0 }]);
  await expectNoneLost();
});

it("the planner learns how many tokens may be enqueued, and keeps to it", async () => {
  const enqueuedTokens = 3_000_000;
  const simulated = await simulate(database.url, { ...SMALL, enqueuedTokens });
  const [account] = simulated.accounts;
  expect(account?.mostTokens).toBeLessThanOrEqual(enqueuedTokens);
  expect(account?.refusedForTokens).toBeGreaterThan(0);
  expect(account?.refusedForTokens).toBeLessThan((account?.created ?? 0) / 4);
  await expectNoneLost();
});

it("accounts are filled side by side", async () => {
  const simulated = await simulate(database.url, { ...SMALL, accounts: 2, workers: 2 });
  expect(simulated.batches).toBe(SMALL.companies * ROUNDS_AN_HOUR);
  expect(simulated.accounts.map(({ created }) => created > 0)).toEqual([true, true]);
  await expectNoneLost();
});
