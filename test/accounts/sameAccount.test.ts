import { afterEach, expect, it } from "vitest";
import { atCommandLine } from "../../cli/commandActor.ts";
import { contextsOf } from "../../lib/accounts/inAccount.ts";
import { openAccounts } from "../../lib/accounts/openAccounts.ts";
import { openStored } from "../../lib/accounts/openStored.ts";
import { sealKey } from "../../lib/accounts/sealKey.ts";
import { createProviderAccount } from "../../lib/admin/accounts/createProviderAccount.ts";
import { replaceProviderKey } from "../../lib/admin/accounts/replaceProviderKey.ts";
import { adoptCopy } from "../../lib/admin/copies/adoptCopy.ts";
import { checkProvider } from "../../lib/admin/doctor/checkProvider.ts";
import { callOperation } from "../../lib/api/operation.ts";
import type { PipelineContext } from "../../lib/context.ts";
import { readInstallation } from "../../lib/installation/installation.ts";
import { batchCreator } from "../../lib/pipeline/batchCreator.ts";
import { reaper } from "../../lib/pipeline/reap/reaper.ts";
import { isComplete, playUntil } from "../support/accounts.ts";
import { callerOf } from "../support/caller.ts";
import { setFaults } from "../support/emulatorControl.ts";
import { inEachAccount } from "../support/inEachAccount.ts";
import { expectInvariants } from "../support/invariants.ts";
import { addSessions, startPipeline, type TestPipeline } from "../support/pipeline.ts";
import { refusal } from "../support/refusal.ts";

// Two accounts here may be one there: two keys of one project. Each then sees all that the other has made.

const LIVEDASH_SECRET = "kX9-only-these-tests-know-it-4Qz7Wm2Lr8";
const SLOW = { validating: 20, inProgress: 3_000, finalizing: 20, cancelling: 20 };

let pipeline: TestPipeline;
let ctx: PipelineContext;
afterEach(async () => pipeline.close());

async function start(emulator: object = {}): Promise<void> {
  pipeline = await startPipeline({ env: { LIVEDASH_SECRET, BATCH_SETTLE_TIME: "100ms" }, emulator });
  const { config, provider } = pipeline.ctx;
  const accounts = openAccounts(pipeline.ctx, { provider, open: openStored(config, () => {}) });
  await pipeline.database.rows.account({
    id: "again",
    kind: "openai",
    address: pipeline.emulator.url,
    apiKey: sealKey(config, "again", "another-key-of-it"),
  });
  await pipeline.database.rows.model({ name: "gpt-again", accountId: "again", providerName: "gpt-6-luna" });
  ctx = { ...pipeline.ctx, accounts };
}

async function addBoth(): Promise<void> {
  await addSessions(ctx, 3, { company: "One" });
  await addSessions(ctx, 3, { company: "Other", model: "gpt-again" });
}

it("neither touches what the other has made, nor takes it for a copy's", async () => {
  await start({ times: SLOW });
  await addBoth();
  await inEachAccount(ctx, batchCreator);
  for (const account of await contextsOf(ctx, "all")) {
    expect(await reaper(account)).toEqual({ batches: 0, files: 0 });
    expect(await checkProvider(account, { fix: true })).toEqual([]);
  }
  expect((await readInstallation(ctx.db))?.copied).toBeNull();
  await playUntil(ctx, () => isComplete(ctx));
  await inEachAccount(ctx, reaper);
  expect(await expectInvariants(pipeline)).toMatchObject({ linesExecuted: 6 });
});

it("each recovers its own, where replies to creates are lost in both", async () => {
  await start({ faults: ["lost_reply_create:2x"] });
  await addBoth();
  await playUntil(ctx, () => isComplete(ctx));
  expect(await expectInvariants(pipeline)).toMatchObject({ linesExecuted: 6 });
});

it("what was forgotten in both is adopted once, each by the account of its model", async () => {
  await start({ times: SLOW });
  await addBoth();
  await inEachAccount(ctx, batchCreator);
  // As a database that was set back to before anything was sent.
  await setFaults(pipeline.emulator, []);
  await pipeline.database.owner.query(
    `UPDATE "AIProcessingRequest" SET "processingStatus" = 'PENDING_BATCHING', "batchId" = NULL, "attempt" = 0;
     DELETE FROM "AIBatchRequest"`,
  );
  const { forgotten } = await adoptCopy(atCommandLine(ctx));
  expect(forgotten).toEqual({ batches: 2, requests: 6 });
  const { rows } = await ctx.db.query(`SELECT "provider", "model" FROM "AIBatchRequest" ORDER BY 1`);
  expect(rows).toEqual([
    { provider: "again", model: "gpt-again" },
    { provider: "openai", model: "gpt-6-luna" },
  ]);
  await playUntil(ctx, () => isComplete(ctx));
  expect(await expectInvariants(pipeline)).toMatchObject({ linesExecuted: 6 });
});

it("an account is not given the key of the one that the variables configure, or of another", async () => {
  await start();
  const config = { ...ctx.config, OPENAI_API_KEY: "key-of-the-variables" };
  const add = (key: string) =>
    callOperation(callerOf({ ...ctx, config }, "SUPER_ADMIN"), createProviderAccount, {
      id: "third",
      kind: "openai",
      key,
    });
  await expect(add("key-of-the-variables")).rejects.toEqual(refusal("conflict", 'the key of the account "default"'));
  await expect(add("another-key-of-it")).rejects.toEqual(refusal("conflict", 'the key of the account "again"'));
  expect((await add("a-new-key")).account.id).toBe("third");
  const replace = (key: string) =>
    callOperation(callerOf({ ...ctx, config }, "SUPER_ADMIN"), replaceProviderKey, { id: "third", key });
  await expect(replace("key-of-the-variables")).rejects.toEqual(refusal("conflict", 'of the account "default"'));
  await expect(replace("another-key-of-it")).rejects.toEqual(refusal("conflict", 'of the account "again"'));
  expect((await replace("a-new-key")).account.id).toBe("third");
});
