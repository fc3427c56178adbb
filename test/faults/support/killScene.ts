import { oneAccount } from "../../../lib/accounts/openAccounts.ts";
import { systemClock } from "../../../lib/clock.ts";
import { readConfig } from "../../../lib/config.ts";
import { createContext, type PipelineContext } from "../../../lib/context.ts";
import type { Sql } from "../../../lib/db/pool.ts";
import { openLog } from "../../../lib/observability/log.ts";
import { openProvider } from "../../../lib/providers/openProvider.ts";
import { runCommand } from "../../support/cli.ts";
import { type OwnDatabase, startOwnDatabase } from "./killDatabase.ts";
import { type EmulatorProcess, startEmulatorProcess } from "./killProvider.ts";
import { type Fleet, startFleet } from "./killWorkers.ts";

/** Real processes over a real database and the emulator over HTTP. */
export interface Scene {
  database: OwnDatabase;
  emulator: EmulatorProcess;
  fleet: Fleet;
  /** For what the test does itself, such as adding sessions. */
  ctx: PipelineContext;
  env: Record<string, string>;
  /** Waits until nothing is pending or in flight. */
  idle(): Promise<void>;
  /** Ends every process, and removes what they wrote. */
  close(): Promise<void>;
}

export const LEASE_MS = 1_500;

const TIMES = { validating: "20ms-80ms", inProgress: "50ms-400ms", finalizing: "20ms-80ms" };
const WORKERS = 4;
const STALLED_AFTER_LOOKS = 600;
/** The workers are processes: that all is done shows in the database alone. */
const LOOK_MS = 200;

export async function openScene(options: { env?: Record<string, string>; faults?: string[] } = {}): Promise<Scene> {
  const closers: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (const closer of closers.reverse()) await closer();
  };
  try {
    // What has to be installed or generated first is done once, not by four processes that are killed at it.
    await runCommand(["--version"]);
    const database = await startOwnDatabase();
    closers.push(database.stop);
    const emulator = await startEmulatorProcess({ times: TIMES, faults: options.faults ?? [] });
    closers.push(emulator.stop);
    const env = {
      DATABASE_URL: database.url,
      OPENAI_API_KEY: "test-key",
      OPENAI_BASE_URL: emulator.url,
      BATCH_CREATION_INTERVAL: "150ms",
      BATCH_POLLING_INTERVAL: "150ms",
      CSV_IMPORT_ENABLED: "false",
      BATCH_LEASE_DURATION: `${LEASE_MS}ms`,
      BATCH_SETTLE_TIME: "500ms",
      REAPER_INTERVAL: "1s",
      BATCH_MAX_LINES: "25",
      LOG_LEVEL: "debug",
      ...options.env,
    };
    const fleet = startFleet(WORKERS, env);
    closers.push(fleet.destroy);
    const parts = { config: readConfig(env), db: database.pool, log: openLog({ level: "fatal", format: "json" }) };
    const ctx = {
      ...createContext(parts),
      ...oneAccount(openProvider("openai", { apiKey: "test-key", baseURL: emulator.url })),
    };
    return { database, emulator, fleet, ctx, env, idle: () => waitUntilIdle(database.pool), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Gives up when nothing at all has moved for a long while. */
async function waitUntilIdle(db: Sql): Promise<void> {
  let before = "";
  for (let still = 0; still < STALLED_AFTER_LOOKS; still++) {
    const { rows } = await db.query(
      `SELECT (SELECT count(*)::int FROM "AIProcessingRequest"
                WHERE "processingStatus" IN ('PENDING_BATCHING', 'BATCHING_IN_PROGRESS')) AS "requests",
              (SELECT count(*)::int FROM "AIBatchRequest"
                WHERE "status" NOT IN ('PROCESSED', 'FAILED', 'CANCELLED')) AS "batches",
              (SELECT count(*)::int FROM "AIRequestAttempt") AS "attempts"`,
    );
    if (rows[0]?.requests === 0 && rows[0]?.batches === 0) return;
    const now = JSON.stringify(rows[0]);
    if (now !== before) still = 0;
    before = now;
    await systemClock.sleep(LOOK_MS);
  }
  const { rows } = await db.query(
    `SELECT * FROM "AIBatchRequest" WHERE "status" NOT IN ('PROCESSED', 'FAILED', 'CANCELLED')`,
  );
  throw new Error(`Nothing moves any more: ${before} ${JSON.stringify(rows, null, 1)}`);
}
