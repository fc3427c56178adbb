import { afterEach, expect, it } from "vitest";
import { withAccountOf } from "../../lib/accounts/inAccount.ts";
import { openAccounts } from "../../lib/accounts/openAccounts.ts";
import { openStored } from "../../lib/accounts/openStored.ts";
import { sealKey } from "../../lib/accounts/sealKey.ts";
import { checkAccounts } from "../../lib/admin/doctor/checkAccounts.ts";
import { readHeldAccounts } from "../../lib/admin/overview/heldAccounts.ts";
import { isIdle, readProgress } from "../../lib/admin/overview/readProgress.ts";
import { readConfig } from "../../lib/config.ts";
import { batchCreator } from "../../lib/pipeline/batchCreator.ts";
import { batchPoller } from "../../lib/pipeline/batchPoller.ts";
import { reaper } from "../../lib/pipeline/reap/reaper.ts";
import { listStops, readStop } from "../../lib/throttle/providerStop.ts";
import { EU, isComplete, playUntil, startTwoAccounts, type TwoAccounts } from "../support/accounts.ts";
import { setFaults } from "../support/emulatorControl.ts";
import { inEachAccount } from "../support/inEachAccount.ts";
import { expectInvariants } from "../support/invariants.ts";
import { addSessions } from "../support/pipeline.ts";

const OWN = "gpt-6-luna";

let two: TwoAccounts;
afterEach(async () => two.close());

const query = async (sql: string, values: unknown[] = []) => (await two.ctx.db.query(sql, values)).rows;

/** Requests for both accounts, by one company each. */
async function addBoth(count = 5): Promise<void> {
  await addSessions(two.ctx, count, { company: "Here", model: OWN });
  await addSessions(two.ctx, count, { company: "There", model: EU.model });
}

async function expectAllWell(): Promise<void> {
  await expectInvariants(two);
  await expectInvariants({ ...two, emulator: two.eu });
}

it("each request goes to the account of its model, and is named there as the account knows it", async () => {
  two = await startTwoAccounts();
  await addBoth();
  await playUntil(two.ctx, () => isComplete(two.ctx));
  await inEachAccount(two.ctx, reaper);
  expect(await query(`SELECT "provider", "model", "appliedCount" FROM "AIBatchRequest" ORDER BY 1`)).toEqual([
    { provider: EU.id, model: EU.model, appliedCount: 5 },
    { provider: "openai", model: OWN, appliedCount: 5 },
  ]);
  expect(await expectInvariants({ ...two, emulator: two.eu })).toMatchObject({ linesExecuted: 5 });
  expect(await expectInvariants(two)).toMatchObject({ linesExecuted: 5, files: { live: 0 } });
  expect(await query(`SELECT DISTINCT "model" FROM "AnalysisResult" ORDER BY 1`)).toEqual([
    { model: OWN },
    { model: EU.model },
  ]);
  expect(two.hidden).toEqual([EU.key]);
});

it.each(["insufficient_quota", "http_error:status=401"])(
  "an account that is refused (%s) holds back its own requests alone",
  async (fault) => {
    two = await startTwoAccounts({ eu: { faults: [fault] } });
    await addBoth();
    await playUntil(two.ctx, () => isComplete(two.ctx, OWN));
    const eu = await withAccountOf(two.ctx, EU.id);
    expect(await readStop(two.ctx)).toBeUndefined();
    expect(await readStop(eu)).toMatchObject({ provider: EU.id });
    expect(await readHeldAccounts(two.ctx, two.ctx.db, 0)).toMatchObject([]);
    const { heldBatches, openBatches } = await readProgress(two.ctx);
    expect(heldBatches).toBe(openBatches);

    await setFaults(two.eu, []);
    await playUntil(two.ctx, () => isComplete(two.ctx));
    expect(await listStops(two.ctx)).toEqual([]);
    await expectAllWell();
  },
);

it("the stop of the one account is not lifted by what gets through in the other", async () => {
  two = await startTwoAccounts({ eu: { faults: ["http_error:status=401"] } });
  await addSessions(two.ctx, 2, { company: "There", model: EU.model });
  await inEachAccount(two.ctx, batchCreator);
  await addSessions(two.ctx, 2, { company: "Here", model: OWN });
  await playUntil(two.ctx, () => isComplete(two.ctx, OWN));
  expect(await listStops(two.ctx)).toMatchObject([{ provider: EU.id }]);
});

it("a disabled account gets nothing new, what runs there is collected, and nothing else waits", async () => {
  two = await startTwoAccounts();
  await addSessions(two.ctx, 3, { company: "There", model: EU.model });
  await inEachAccount(two.ctx, batchCreator);
  await query(`UPDATE "ProviderAccount" SET "disabledAt" = now(), "disabledReason" = 'Moving' WHERE "id" = $1`, [
    EU.id,
  ]);
  await addBoth(2);
  await playUntil(two.ctx, async () => isIdle(await readProgress(two.ctx)));
  expect(
    await query(
      `SELECT "model", "processingStatus" AS "is", count(*)::int FROM "AIProcessingRequest" GROUP BY 1, 2 ORDER BY 1, 2`,
    ),
  ).toEqual([
    { model: OWN, is: "PROCESSING_COMPLETE", count: 2 },
    { model: EU.model, is: "PENDING_BATCHING", count: 2 },
    { model: EU.model, is: "PROCESSING_COMPLETE", count: 3 },
  ]);
  expect(await readHeldAccounts(two.ctx, two.ctx.db, 2)).toMatchObject([
    { kind: "account_disabled", subject: EU.id, count: 2, reason: "Moving" },
  ]);
  expect(await checkAccounts(two.ctx)).toMatchObject([{ id: "account-disabled", examples: [EU.id] }]);

  await query(`UPDATE "ProviderAccount" SET "disabledAt" = NULL`);
  await playUntil(two.ctx, () => isComplete(two.ctx));
  await expectAllWell();
});

it("a batch that was claimed before its account was disabled is not sent", async () => {
  two = await startTwoAccounts({ eu: { faults: ["http_error:once:status=503,method=POST"] } });
  await addSessions(two.ctx, 3, { company: "There", model: EU.model });
  await inEachAccount(two.ctx, batchCreator);
  await query(`UPDATE "ProviderAccount" SET "disabledAt" = now() WHERE "id" = $1`, [EU.id]);
  // It is looked at once its pause is over: what failed before counts no more then.
  const isHeld = async () => (await query(`SELECT 1 FROM "AIBatchRequest" WHERE "failedCalls" = 0`)).length > 0;
  await playUntil(two.ctx, isHeld);
  expect(await query(`SELECT "openaiBatchId" FROM "AIBatchRequest"`)).toEqual([{ openaiBatchId: null }]);
  expect(isIdle(await readProgress(two.ctx))).toBe(true);
  expect((await readProgress(two.ctx)).disabledBatches).toBe(1);
});

it("the reaper of an account leaves the files of the other to it", async () => {
  two = await startTwoAccounts({ eu: { faults: ["http_error:status=500,method=DELETE"] } });
  await addBoth();
  await playUntil(two.ctx, () => isComplete(two.ctx));
  await query(`UPDATE "AIBatchRequest" SET "processedAt" = "processedAt" - interval '1 hour'`);
  await setFaults(two.eu, []);
  await reaper(two.ctx);
  const left = `SELECT "provider" FROM "AIBatchRequest" WHERE "filesDeletedAt" IS NULL`;
  expect(await query(left)).toEqual([{ provider: EU.id }]);
  await inEachAccount(two.ctx, reaper);
  expect(await query(left)).toEqual([]);
});

it("a batch is worked on with its own account alone, whoever asks", async () => {
  two = await startTwoAccounts();
  await addSessions(two.ctx, 2, { company: "There", model: EU.model });
  const eu = await withAccountOf(two.ctx, EU.id);
  expect(await batchCreator(two.ctx)).toEqual({ batches: 0, requests: 0 });
  expect(await batchCreator(eu)).toEqual({ batches: 1, requests: 2 });
  expect(await batchPoller(two.ctx)).toEqual({ visited: 0, failed: 0 });
  expect((await batchPoller(eu)).visited).toBeGreaterThan(0);
});

it("after a change of its key, an account is opened anew", async () => {
  two = await startTwoAccounts();
  const give = (key: string) =>
    query(`UPDATE "ProviderAccount" SET "apiKey" = $2, "version" = "version" + 1 WHERE "id" = $1`, [
      EU.id,
      sealKey(two.ctx.config, EU.id, key),
    ]);
  await give("one-that-is-not-right");
  await addSessions(two.ctx, 2, { company: "There", model: EU.model });
  await inEachAccount(two.ctx, batchCreator);
  const [stop] = await listStops(two.ctx);
  expect(stop).toMatchObject({ provider: EU.id, code: "provider_key_refused" });
  expect(stop?.message).not.toContain("one-that-is-not-right");
  await give(EU.key);
  await playUntil(two.ctx, () => isComplete(two.ctx));
  expect(two.hidden).toEqual(["one-that-is-not-right", EU.key]);
  await expectAllWell();
});

it("an account that cannot be opened keeps no other from its work, and the doctor says why", async () => {
  two = await startTwoAccounts();
  await query(`UPDATE "ProviderAccount" SET "apiKey" = $2 WHERE "id" = $1`, [
    EU.id,
    sealKey(readConfig({ LIVEDASH_SECRET: "another-pL3-Zx8-secret-Qw7-Kd2-Rt6-Vb9" }), EU.id, EU.key),
  ]);
  await addBoth(2);
  await playUntil(two.ctx, () => isComplete(two.ctx, OWN));
  expect(await checkAccounts(two.ctx)).toMatchObject([
    { id: "account-broken", examples: [EU.id], explanation: expect.stringContaining("cannot be decrypted") },
  ]);
  expect(two.logged().filter(({ event }) => event === "account.not_opened")).toHaveLength(1);
});

it("batches of a provider that is not configured any more are left alone, and the doctor names them", async () => {
  two = await startTwoAccounts();
  await two.database.rows.batch({ provider: "azure", status: "IN_PROGRESS" });
  expect(await batchPoller(two.ctx)).toEqual({ visited: 0, failed: 0 });
  expect(await checkAccounts(two.ctx)).toMatchObject([{ id: "account-missing", examples: ["azure"] }]);
  await expect(withAccountOf(two.ctx, "azure")).rejects.toThrow(/The account "azure" cannot be used here/);
});

it("the emulator's own account and real ones are opened as they are stored", async () => {
  two = await startTwoAccounts();
  const { ctx } = two;
  const accounts = openAccounts(ctx, { provider: ctx.provider, open: openStored(ctx.config, () => {}) });
  const { accounts: open } = await accounts.list(ctx.db);
  expect(open.map(({ accountId, provider }) => [accountId, provider.name])).toEqual([
    ["default", "openai"],
    [EU.id, EU.id],
  ]);
  await accounts.close();
});
