import { PassThrough } from "node:stream";
import { type EmulatorOptions, type RunningEmulator, startEmulator } from "../../emulator/server.ts";
import { oneAccount } from "../../lib/accounts/openAccounts.ts";
import { systemClock } from "../../lib/clock.ts";
import { readConfig } from "../../lib/config.ts";
import { createContext, type PipelineContext } from "../../lib/context.ts";
import { findOrCreateCompany } from "../../lib/import/findOrCreateCompany.ts";
import { openLog } from "../../lib/observability/log.ts";
import { batchCreator } from "../../lib/pipeline/batchCreator.ts";
import { batchPoller } from "../../lib/pipeline/batchPoller.ts";
import { openProvider } from "../../lib/providers/openProvider.ts";
import { createTestDatabase, type TestDatabase } from "./database.ts";
import { advance } from "./emulatorControl.ts";
import { rowsIn } from "./rows/index.ts";
import { asTimeGoesBy, passTime, standingClock } from "./testClock.ts";

export interface TestPipeline {
  ctx: PipelineContext;
  database: TestDatabase;
  emulator: RunningEmulator;
  /** Every log line so far, parsed. */
  logged(): Record<string, unknown>[];
  /** Another worker over the same database and emulator, with a configuration of its own if need be. */
  anotherWorker(env?: Record<string, string>): PipelineContext;
  close(): Promise<void>;
}

/**
 * Waits and back-offs that take few rounds. A create may take half a lease in everybody's time, so that is not short: to be
 * late as a loaded machine is must be no fault.
 */
const QUICK = {
  BATCH_CREATION_INTERVAL: "100ms",
  BATCH_POLLING_INTERVAL: "100ms",
  BATCH_LEASE_DURATION: "10s",
  BATCH_SETTLE_TIME: "300ms",
  LOG_LEVEL: "debug",
};

/** What goes by between two rounds. */
const ROUND_MS = 50;
const FAST_TIMES = { validating: 30, inProgress: 60, finalizing: 30, cancelling: 30, processing: 30 };

interface PipelineOptions {
  env?: Record<string, string>;
  /** The way to the database, such as by a pooler. */
  through?: (address: string) => string;
  emulator?: EmulatorOptions;
}

/** The whole pipeline on real parts: its own database, the emulator over HTTP, the real SDK. */
export const startPipeline = (options: PipelineOptions = {}) => start(options, false);

/**
 * The same, but its time, and the emulator's, stands still until the test lets it pass (`passTime`, `runUntilIdle`): nobody
 * waits for anything. Not for workers side by side: while one works, another would hurry past its lease.
 */
export const startPipelineInOwnTime = (options: PipelineOptions = {}) => start(options, true);

async function start(options: PipelineOptions, inOwnTime: boolean): Promise<TestPipeline> {
  const database = await createTestDatabase(options.through && { through: options.through });
  const { clock, emulatorClock } = standingClock((ms) => advance(emulator, ms));
  const time = inOwnTime ? { clock: emulatorClock } : {};
  const emulator = await startEmulator({ times: FAST_TIMES, ...time, ...options.emulator });
  const lines: string[] = [];
  const destination = new PassThrough();
  destination.on("data", (chunk) => lines.push(...String(chunk).split("\n").filter(Boolean)));

  const worker = (env: Record<string, string> = {}): PipelineContext => {
    const config = readConfig({ ...QUICK, ...options.env, ...env });
    const context = createContext({
      config,
      db: database.pool,
      log: openLog({ level: "debug", format: "json", destination }),
      clock: inOwnTime ? clock : systemClock,
    });
    const given = { apiKey: "test-key", baseURL: emulator.url, endpoint: config.OPENAI_ENDPOINT };
    const provider = openProvider(options.emulator?.shape ?? "openai", { ...given, sleep: context.clock.sleep });
    return { ...context, ...oneAccount(provider) };
  };

  return {
    ctx: worker(),
    database,
    emulator,
    logged: () => lines.map((line) => JSON.parse(line)),
    anotherWorker: worker,
    close: async () => {
      await emulator.close();
      await database.drop();
    },
  };
}

/** Puts sessions with a message and a pending request each into the database: requested by now, a millisecond apart. Answers their ids, in order. */
export async function addSessions(
  ctx: PipelineContext,
  count: number,
  options: { company?: string; model?: string; text?: (index: number) => string } = {},
): Promise<{ companyId: string; sessionIds: string[]; requestIds: string[] }> {
  const { company = "Acme", model, text = (index) => `How do I ask for leave in week ${index}?` } = options;
  const { id: companyId } = await findOrCreateCompany(ctx, { name: company });
  const now = ctx.clock.now().getTime();
  const requests = await rowsIn(ctx.db).requests(count, (n) => ({
    companyId,
    model,
    requestedAt: new Date(now - count + n),
    session: { messages: [text(n - 1)] },
  }));
  return {
    companyId,
    sessionIds: requests.map(({ sessionId }) => sessionId),
    requestIds: requests.map(({ id }) => id),
  };
}

/** Lets creator and poller take turns until nothing is left to do, as the schedulers would. */
export async function runUntilIdle(ctx: PipelineContext, rounds = 400): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    await asTimeGoesBy(ctx, () => batchCreator(ctx));
    await asTimeGoesBy(ctx, () => batchPoller(ctx));
    const { rows } = await ctx.db.query<{ busy: boolean }>(
      `SELECT EXISTS (SELECT 1 FROM "AIProcessingRequest"
                       WHERE "processingStatus" IN ('PENDING_BATCHING', 'BATCHING_IN_PROGRESS'))
           OR EXISTS (SELECT 1 FROM "AIBatchRequest"
                       WHERE "status" NOT IN ('PROCESSED', 'FAILED', 'CANCELLED')) AS "busy"`,
    );
    if (!rows[0]?.busy) return;
    await passTime(ctx, ROUND_MS);
  }
  throw new Error(`The pipeline was not idle after ${rounds} rounds.`);
}

/** Polls, once in a round, until it is done. */
export async function pollUntil(ctx: PipelineContext, isDone: () => Promise<boolean>, rounds = 2_000): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    await asTimeGoesBy(ctx, () => batchPoller(ctx));
    if (await isDone()) return;
    await passTime(ctx, ROUND_MS);
  }
  throw new Error(`What was waited for did not come in ${rounds} rounds.`);
}

/** Polls until all batches that there are now are over; creates none. */
export async function pollUntilOver(ctx: PipelineContext): Promise<void> {
  await pollUntil(ctx, async () => {
    const open = await ctx.db.query(`SELECT 1 FROM "AIBatchRequest" WHERE "processedAt" IS NULL LIMIT 1`);
    return open.rows.length === 0;
  });
}
