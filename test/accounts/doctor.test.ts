import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { withAccountOf } from "../../lib/accounts/inAccount.ts";
import { checkAccounts } from "../../lib/admin/doctor/checkAccounts.ts";
import { checkCopied } from "../../lib/admin/doctor/checkCopied.ts";
import { checkProvider } from "../../lib/admin/doctor/checkProvider.ts";
import { checkStops } from "../../lib/admin/doctor/checkStops.ts";
import { checkWaiting } from "../../lib/admin/doctor/checkWaiting.ts";
import { doctor } from "../../lib/admin/doctor/doctor.ts";
import type { PipelineContext } from "../../lib/context.ts";
import { batchCreator } from "../../lib/pipeline/batchCreator.ts";
import { recordModelRefusal } from "../../lib/throttle/modelStop.ts";
import { recordStop } from "../../lib/throttle/providerStop.ts";
import { EU, startTwoAccounts, type TwoAccounts } from "../support/accounts.ts";
import { setFaults } from "../support/emulatorControl.ts";
import { createAs } from "../support/othersAtProvider.ts";
import { addSessions } from "../support/pipeline.ts";

// What the doctor says of accounts: each by its name, and what it could not ask is not said to be well or ill.

/** Nothing at a provider moves while the doctor looks. */
const SLOW = { validating: 600_000, inProgress: 600_000, finalizing: 600_000, cancelling: 10 };

let two: TwoAccounts;
let ctx: PipelineContext;
beforeEach(async () => {
  two = await startTwoAccounts({ emulator: { times: SLOW }, eu: { times: SLOW } });
  ctx = two.ctx;
});
afterEach(() => two.close());

const LOOK = { fix: false };
const sql = async (text: string, values: unknown[] = []) => (await two.database.owner.query(text, values)).rows;

/** A batch of one request that an account has been sent. */
async function send(account: PipelineContext, model?: string): Promise<{ id: string; inputFileId: string }> {
  await addSessions(account, 1, { company: `For ${model}`, ...(model === undefined ? {} : { model }) });
  await batchCreator(account);
  const [batch] = await sql(`SELECT "id", "inputFileId" FROM "AIBatchRequest" WHERE "provider" = $1`, [
    account.provider.name,
  ]);
  return batch;
}

/** The account, but with calls that fail in a way that is not the provider's. */
const broken = (account: PipelineContext, ...calls: string[]): PipelineContext => {
  const fail = () => {
    throw new TypeError("not a word of the provider's");
  };
  const provider = { ...account.provider, ...Object.fromEntries(calls.map((call) => [call, fail])) };
  return { ...account, provider };
};

describe("what an account has", () => {
  it("is held against what is waited for here, and what is not sent yet is not asked for", async () => {
    const { id } = await send(ctx);
    await two.database.rows.batch({ provider: "openai", status: "PENDING" });
    expect(await checkProvider(ctx, LOOK)).toEqual([]);
    await sql(`UPDATE "AIBatchRequest" SET "openaiBatchId" = 'batch_of_nobody' WHERE "id" = $1`, [id]);
    const found = await checkProvider(ctx, LOOK);
    expect(found.find((one) => one.id === "provider-unknown")).toMatchObject({
      count: 1,
      examples: [id],
      repaired: 0,
      advice: expect.stringContaining("Is this key from another account"),
    });
  });

  it("is named with the account where that is not the default one", async () => {
    const eu = await withAccountOf(ctx, EU.id);
    const { id } = await send(eu, EU.model);
    await sql(`UPDATE "AIBatchRequest" SET "openaiBatchId" = 'batch_of_nobody' WHERE "id" = $1`, [id]);
    const explanations = (await checkProvider(eu, LOOK)).map(({ explanation }) => explanation);
    expect(explanations).toContain(
      'In the account "azure-eu": The provider does not know some batches that we are waiting for.',
    );
  });

  it("is only named, and not cancelled, where nothing is to be repaired", async () => {
    const { id, inputFileId } = await send(ctx);
    const surplus = await createAs(two.emulator, inputFileId, { batch_id: id });
    const found = { id: "3 live-duplicates", count: 1, examples: [surplus.id] };
    expect(await checkProvider(ctx, LOOK)).toMatchObject([{ ...found, repaired: 0 }]);
    expect(await ctx.provider.retrieveBatch(surplus.id)).toMatchObject({ state: "validating" });
    expect(await checkProvider(ctx, { fix: true })).toMatchObject([{ ...found, repaired: 1 }]);
    await expect.poll(() => checkProvider(ctx, LOOK)).toEqual([]);
  });

  it("is not said to be unknown there where the key may not ask", async () => {
    await send(ctx);
    await setFaults(two.emulator, ["http_error:status=401,method=GET,path=/v1/batches/*"]);
    expect(await checkProvider(ctx, LOOK)).toMatchObject([
      { id: "provider-refuses", examples: ["provider_key_refused"], advice: expect.stringContaining("Fix the key") },
    ]);
  });

  it("is not taken for unreachable where the fault is ours", async () => {
    await send(ctx);
    for (const call of ["check", "retrieveBatch"]) {
      await expect(checkProvider(broken(ctx, call), LOOK)).rejects.toThrow("not a word of the provider's");
    }
  });
});

describe("whether this is a copy", () => {
  it("is left open, and is no finding, where an account answers but does not list its files", async () => {
    await setFaults(two.emulator, ["http_error:status=403,method=GET,path=/v1/files"]);
    expect((await doctor(ctx, LOOK)).findings).toEqual([]);
    expect(await checkCopied(ctx, true)).toEqual([]);
  });

  it("is not left open in silence where the fault is ours", async () => {
    await expect(checkCopied(broken(ctx, "listInputFiles"), true)).rejects.toThrow("not a word of the provider's");
  });
});

describe("what keeps batches back", () => {
  it("is named with its reason and when it is tried next: a stopped account, and stopped models", async () => {
    expect(await checkStops(ctx)).toEqual([]);
    const now = ctx.clock.now();
    await recordStop(await withAccountOf(ctx, EU.id), "provider_key_refused", "The key was withdrawn.");
    const message = "No such model.";
    for (const model of ["gpt-6-luna", "gpt-6-sol"]) {
      const batch = { id: `batch of ${model}`, model, createdAt: now, submittedAt: now };
      await recordModelRefusal(ctx, batch, {
        code: "provider_model_refused",
        message,
        metAt: "validation",
        isCertain: true,
      });
    }
    const [account, models, ...others] = await checkStops(ctx);
    expect(others).toEqual([]);
    expect(account).toMatchObject({
      id: "provider-stopped",
      explanation: expect.stringMatching(/^Nothing new has been sent to azure-eu since \S+Z: The key was withdrawn\.$/),
      examples: ["provider_key_refused"],
      advice: expect.stringContaining("LiveDash tries again with a small batch after"),
    });
    expect(models).toMatchObject({ id: "models-stopped", count: 2, examples: ["gpt-6-luna", "gpt-6-sol"] });
    expect(models?.details?.[0]).toMatch(/^gpt-6-luna, since \S+Z, tried next after \S+Z: No such model\.$/);
    expect((await doctor(ctx, LOOK)).findings.map(({ id }) => id)).toEqual(["provider-stopped", "models-stopped"]);
  });

  it("is an account that cannot be opened, whose batches are not said to be of none besides", async () => {
    await two.database.rows.batch({ provider: EU.id, status: "IN_PROGRESS" });
    await two.database.rows.batch({ provider: "azure", status: "IN_PROGRESS" });
    await sql(`UPDATE "ProviderAccount" SET "apiKey" = 'sealed:v1:nothing' WHERE "id" = $1`, [EU.id]);
    expect(await checkAccounts(ctx)).toMatchObject([
      { id: "account-broken", examples: [EU.id] },
      { id: "account-missing", examples: ["azure"] },
    ]);
  });

  it("is a batch of which the provider has never said anything, and that is what is said", async () => {
    const createdAt = new Date(ctx.clock.now().getTime() - 3 * 86_400_000);
    const { id } = await two.database.rows.batch({ provider: "openai", status: "PENDING", createdAt });
    const [found] = await checkWaiting(ctx);
    expect(found).toMatchObject({ id: "stuck-batches", count: 1, examples: [id] });
    expect(found?.details?.[0]).toMatch(
      /not been started for more than a day\. Since \S+Z\. The provider has not reported a status\.$/,
    );
  });
});
