import { afterEach, expect, it } from "vitest";
import { batchCreator } from "../../lib/pipeline/batchCreator.ts";
import { openAccountRounds } from "../../lib/schedulers/accountRounds.ts";
import { EU, startTwoAccounts, type TwoAccounts } from "../support/accounts.ts";
import { addSessions } from "../support/pipeline.ts";

const DAY = 86_400_000;
const NAME = "batch-creation";

let two: TwoAccounts;
afterEach(async () => two.close());

it("an account that is busy for longer than the interval keeps no other from its next round, and is not begun twice", async () => {
  // It looks through what is uploaded to it for a day.
  two = await startTwoAccounts({
    env: { BATCH_CREATION_INTERVAL: "100ms" },
    eu: { times: { validating: 0, inProgress: 0, finalizing: 0, cancelling: 0, processing: DAY } },
  });
  const stopping = new AbortController();
  const ctx = { ...two.ctx, stopping: stopping.signal };
  const rounds = openAccountRounds();
  await addSessions(ctx, 2, { company: "There", model: EU.model });
  for (const count of [3, 4]) {
    await addSessions(ctx, count, { company: "Here" });
    expect(await rounds.run(ctx, NAME, batchCreator)).toMatchObject({ batches: 1 });
  }
  const { rows } = await ctx.db.query(
    `SELECT "provider", "status"::text, count(*)::int AS "batches" FROM "AIBatchRequest" GROUP BY 1, 2 ORDER BY 1`,
  );
  expect(rows).toMatchObject([
    { provider: EU.id, status: "UPLOADING", batches: 1 },
    { provider: "openai", batches: 2 },
  ]);
  stopping.abort();
  await rounds.settled();
});

it("the failure of an account is thrown in its run, and logged when it comes later", async () => {
  two = await startTwoAccounts({ env: { BATCH_CREATION_INTERVAL: "100ms" } });
  const rounds = openAccountRounds();
  const late = Promise.withResolvers<never>();
  const failAt = (account: string) => (ctx: { accountId: string }) => {
    if (ctx.accountId !== account) return Promise.resolve({ batches: 1 });
    return account === EU.id ? late.promise : Promise.reject(new Error("refused"));
  };
  await expect(rounds.run(two.ctx, NAME, failAt("default"))).rejects.toThrow("refused");
  expect(await rounds.run(two.ctx, NAME, failAt(EU.id))).toEqual({ batches: 1 });
  expect(await rounds.run(two.ctx, NAME, failAt(EU.id))).toEqual({ batches: 1 });
  late.reject(new Error("too late"));
  await rounds.settled();
  const failures = two.logged().filter(({ event }) => event === "scheduler.failed");
  expect(failures).toMatchObject([{ scheduler: NAME, account: EU.id }]);
});
