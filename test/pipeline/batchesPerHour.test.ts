import { afterEach, expect, it } from "vitest";
import { inTransaction } from "../../lib/db/pool.ts";
import { batchCreator } from "../../lib/pipeline/batchCreator.ts";
import { lockRoomOfHour } from "../../lib/throttle/batchesPerHour.ts";
import { expectInvariants } from "../support/invariants.ts";
import {
  addSessions,
  pollUntilOver,
  runUntilIdle,
  startPipeline,
  startPipelineInOwnTime,
  type TestPipeline,
} from "../support/pipeline.ts";
import { passTime } from "../support/testClock.ts";
import { untilOneWaits } from "../support/untilOneWaits.ts";

const HOUR_MS = 3_600_000;
const ONE_LANE = 1;

let pipeline: TestPipeline;
afterEach(async () => pipeline.close());

async function addToEach(companies: readonly string[]): Promise<void> {
  for (const company of companies) await addSessions(pipeline.ctx, 1, { company });
}

const named = (count: number) => Array.from({ length: count }, (_, n) => `Company ${n}`);

/** Whose batches there are, in the order in which they were created. */
async function served(): Promise<string[]> {
  const { rows } = await pipeline.ctx.db.query<{ name: string }>(
    `SELECT c."name" FROM "AIBatchRequest" b JOIN "Company" c ON c."id" = b."companyId" ORDER BY b."createdAt", b."id"`,
  );
  return rows.map(({ name }) => name);
}

it("no more batches are created within an hour than may be, and the rest after it", async () => {
  pipeline = await startPipelineInOwnTime({ env: { BATCH_MAX_PER_HOUR: "3" } });
  const { ctx } = pipeline;
  await addToEach(named(5));
  expect(await batchCreator(ctx)).toMatchObject({ batches: 3 });
  await pollUntilOver(ctx);
  expect(await batchCreator(ctx), "those that have ended count as well").toMatchObject({ batches: 0 });
  await passTime(ctx, HOUR_MS);
  expect(await batchCreator(ctx)).toMatchObject({ batches: 2 });
  await runUntilIdle(ctx);
  expect(await expectInvariants(pipeline)).toMatchObject({ linesExecuted: 5 });
});

it("two workers together keep to it", async () => {
  pipeline = await startPipeline({ env: { BATCH_MAX_PER_HOUR: "5" } });
  await addToEach(named(12));
  const workers = [pipeline.ctx, pipeline.anotherWorker()];
  const rounds = await Promise.all(workers.map((worker) => batchCreator(worker)));
  expect(rounds.reduce((sum, { batches }) => sum + batches, 0)).toBe(5);
  expect(await batchCreator(pipeline.ctx)).toMatchObject({ batches: 0 });
});

it("who claims waits while another claims in the same account, and counts what that one has claimed", async () => {
  pipeline = await startPipeline({ env: { BATCH_MAX_PER_HOUR: "1" } });
  const { ctx, database } = pipeline;
  const { companyId } = await addSessions(ctx, 1);
  const locked = Promise.withResolvers<void>();
  const claimed = Promise.withResolvers<void>();
  const ours = inTransaction(ctx.db, async (tx) => {
    expect(await lockRoomOfHour(ctx, tx)).toBe(1);
    locked.resolve();
    await claimed.promise;
  });
  await locked.promise;
  const theirs = batchCreator(pipeline.anotherWorker());
  const first = await Promise.race([
    untilOneWaits(database.owner).then(() => "they wait"),
    theirs.then(() => "they create"),
  ]);
  await database.rows.batch({ companyId, status: "UPLOADING", requestCount: 1 });
  claimed.resolve();
  await ours;
  expect(first).toBe("they wait");
  expect(await theirs).toMatchObject({ batches: 0 });
});

it.each<[string | undefined, string]>([
  ["0", "as configured"],
  [undefined, "where the provider names none"],
])("there is no limit with %s, %s", async (given, _why) => {
  pipeline = await startPipelineInOwnTime({ env: given === undefined ? {} : { BATCH_MAX_PER_HOUR: given } });
  const { provider } = pipeline.ctx;
  const limits = given === undefined ? { batchesPerHour: null } : { batchesPerHour: 2 };
  const ctx = { ...pipeline.ctx, provider: { ...provider, capabilities: { ...provider.capabilities, ...limits } } };
  await addToEach(named(4));
  expect(await batchCreator(ctx, ONE_LANE)).toMatchObject({ batches: 4 });
});

it("a round creates no more than its interval's part of the hour, and who was left out is first in the next one", async () => {
  pipeline = await startPipelineInOwnTime({ env: { BATCH_MAX_PER_HOUR: "60", BATCH_CREATION_INTERVAL: "4m" } });
  const { ctx } = pipeline;
  const companies = named(7);
  await addToEach(companies);
  expect(await batchCreator(ctx, ONE_LANE), "60 an hour are 4 in 4 minutes").toMatchObject({ batches: 4 });
  const first = await served();
  // Nothing of those that were served is in flight any more, and they have more to send; of the others something is.
  await pollUntilOver(ctx);
  const leftOut = companies.filter((name) => !first.includes(name));
  expect(leftOut).toHaveLength(3);
  await ctx.db.query(
    `INSERT INTO "AIBatchRequest" ("id", "companyId", "openaiBatchId", "status", "createdAt", "submittedAt", "provider", "model",
                                   "endpoint", "requestCount", "byteSize", "contentHash", "estimatedTokens")
     SELECT 'slow ' || "name", "id", 'slow ' || "name", 'IN_PROGRESS', $2, $2, $3, 'gpt-6-luna', '', 1, 1, '', 1000
       FROM "Company" WHERE "name" = ANY($1)`,
    [leftOut, new Date(ctx.clock.now().getTime() - 2 * HOUR_MS), ctx.provider.name],
  );
  await passTime(ctx, 4 * 60_000);
  await addToEach(companies);
  expect(await batchCreator(ctx, ONE_LANE)).toMatchObject({ batches: 4 });
  const { rows } = await ctx.db.query<{ name: string }>(
    `SELECT c."name" FROM "AIBatchRequest" b JOIN "Company" c ON c."id" = b."companyId"
      WHERE b."createdAt" > $1`,
    [new Date(ctx.clock.now().getTime() - 60_000)],
  );
  expect(rows.map(({ name }) => name)).toEqual(expect.arrayContaining(leftOut));
});

it("a round creates as many batches as there are lanes, however short its interval is", async () => {
  pipeline = await startPipelineInOwnTime({ env: { BATCH_CREATION_INTERVAL: "100ms" } });
  await addToEach(named(8));
  expect(await batchCreator(pipeline.ctx, 5)).toMatchObject({ batches: 5 });
  expect(await batchCreator(pipeline.ctx, 5)).toMatchObject({ batches: 3 });
});
