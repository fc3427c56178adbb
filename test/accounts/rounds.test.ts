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

it("what comes after its run is told by the next one: what was counted, and what failed", async () => {
  two = await startTwoAccounts({ env: { BATCH_CREATION_INTERVAL: "100ms" } });
  const rounds = openAccountRounds();
  const inEu = (answer: () => Promise<{ batches: number }>) => (ctx: { accountId: string }) =>
    ctx.accountId === EU.id ? answer() : Promise.resolve({ batches: 1 });
  await expect(
    rounds.run(
      two.ctx,
      NAME,
      inEu(() => Promise.reject(new Error("refused"))),
    ),
  ).rejects.toThrow("refused");

  const counted = Promise.withResolvers<{ batches: number }>();
  expect(
    await rounds.run(
      two.ctx,
      NAME,
      inEu(() => counted.promise),
    ),
  ).toEqual({ batches: 1 });
  counted.resolve({ batches: 5 });
  await rounds.settled();
  const late = Promise.withResolvers<{ batches: number }>();
  expect(
    await rounds.run(
      two.ctx,
      NAME,
      inEu(() => late.promise),
    ),
  ).toEqual({ batches: 6 });
  late.reject(new Error("too late"));
  await rounds.settled();
  await expect(
    rounds.run(
      two.ctx,
      NAME,
      inEu(() => Promise.resolve({ batches: 1 })),
    ),
  ).rejects.toThrow("too late");
});

it("a run for which no account is free ends at once, with nothing", async () => {
  two = await startTwoAccounts({ env: { BATCH_CREATION_INTERVAL: "100ms" } });
  const rounds = openAccountRounds();
  const { promise, resolve } = Promise.withResolvers<{ batches: number }>();
  let begun = 0;
  const round = () => {
    begun++;
    return promise;
  };
  const first = rounds.run(two.ctx, NAME, round);
  await expect.poll(() => begun).toBe(2);
  expect(await rounds.run(two.ctx, NAME, round)).toEqual({});
  resolve({ batches: 1 });
  expect(await first).toEqual({ batches: 2 });
  expect(begun).toBe(2);
});
