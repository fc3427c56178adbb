import { PassThrough } from "node:stream";
import { type EmulatorOptions, type RunningEmulator, startEmulator } from "../../emulator/server.ts";
import { batchCreator } from "../../lib/batch/batchCreator.ts";
import { batchPoller } from "../../lib/batch/batchPoller.ts";
import { systemClock } from "../../lib/clock.ts";
import { readConfig } from "../../lib/config.ts";
import { createContext, type PipelineContext } from "../../lib/context.ts";
import { findOrCreateCompany } from "../../lib/import/findOrCreateCompany.ts";
import { openLog } from "../../lib/observability/log.ts";
import { openaiProvider } from "../../lib/provider/openai/openaiProvider.ts";
import { createTestDatabase, type TestDatabase } from "./database.ts";
import { rowsIn } from "./rows/index.ts";

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

/** A clock of which sleeping is short, so that waits and back-offs do not slow the tests down. */
const QUICK = {
  BATCH_CREATION_INTERVAL: "100ms",
  BATCH_POLLING_INTERVAL: "100ms",
  BATCH_LEASE_DURATION: "3s",
  BATCH_SETTLE_TIME: "300ms",
  LOG_LEVEL: "debug",
};

const FAST_TIMES = { validating: 30, inProgress: 60, finalizing: 30, cancelling: 30 };

/** The whole pipeline on real parts: its own database, the emulator over HTTP, the real SDK. */
export async function startPipeline(
  options: { env?: Record<string, string>; emulator?: EmulatorOptions } = {},
): Promise<TestPipeline> {
  const database = await createTestDatabase();
  const emulator = await startEmulator({ times: FAST_TIMES, ...options.emulator });
  const lines: string[] = [];
  const destination = new PassThrough();
  destination.on("data", (chunk) => lines.push(...String(chunk).split("\n").filter(Boolean)));

  const worker = (env: Record<string, string> = {}): PipelineContext => ({
    ...createContext({
      config: readConfig({ ...QUICK, ...options.env, ...env }),
      db: database.pool,
      log: openLog({ level: "debug", format: "json", destination }),
    }),
    provider: openaiProvider({ apiKey: "test-key", baseURL: emulator.url }),
  });

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

/** Puts sessions with a message and a pending request each into the database. Answers their ids, in order. */
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
    requestedAt: new Date(now + n - 1),
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
    await batchCreator(ctx);
    await batchPoller(ctx);
    const { rows } = await ctx.db.query<{ busy: boolean }>(
      `SELECT EXISTS (SELECT 1 FROM "AIProcessingRequest"
                       WHERE "processingStatus" IN ('PENDING_BATCHING', 'BATCHING_IN_PROGRESS'))
           OR EXISTS (SELECT 1 FROM "AIBatchRequest"
                       WHERE "status" NOT IN ('PROCESSED', 'FAILED', 'CANCELLED')) AS "busy"`,
    );
    if (!rows[0]?.busy) return;
    await systemClock.sleep(50);
  }
  throw new Error(`The pipeline was not idle after ${rounds} rounds.`);
}

/** Polls until all batches that there are now are over; creates none. */
export async function pollUntilOver(ctx: PipelineContext): Promise<void> {
  for (let open: unknown[] = [1]; open.length > 0; await systemClock.sleep(30)) {
    await batchPoller(ctx);
    open = (await ctx.db.query(`SELECT 1 FROM "AIBatchRequest" WHERE "processedAt" IS NULL LIMIT 1`)).rows;
  }
}
