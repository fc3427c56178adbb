import { accountOf, accountOfModel, DEFAULT_ACCOUNT } from "../../../lib/accounts/account.ts";
import { oneAccount } from "../../../lib/accounts/openAccounts.ts";
import { systemClock } from "../../../lib/clock.ts";
import { readConfig } from "../../../lib/config.ts";
import { createContext, type PipelineContext } from "../../../lib/context.ts";
import type { Sql } from "../../../lib/db/pool.ts";
import { openLog } from "../../../lib/observability/log.ts";
import { openProvider } from "../../../lib/providers/openProvider.ts";
import { AS_EU, addAccount, EU, SECRET } from "../../support/accounts.ts";
import { runCommand } from "../../support/cli.ts";
import { type OwnDatabase, startOwnDatabase } from "./killDatabase.ts";
import { type EmulatorProcess, startEmulatorProcess } from "./killProvider.ts";
import { type Fleet, startFleet } from "./killWorkers.ts";

/** Real processes over a real database, with two accounts: emulators over HTTP, each a process as well. */
export interface Scene {
  database: OwnDatabase;
  /** Of the account that the variables configure, and of the one of Azure's shape. */
  emulators: readonly [AccountEmulator, AccountEmulator];
  fleet: Fleet;
  /** For what the test does itself, such as adding sessions. */
  ctx: PipelineContext;
  /** Waits until nothing is pending or in flight; in one account, if it is named. */
  idle(account?: string): Promise<void>;
  /** Ends every process, and removes what they wrote. */
  close(): Promise<void>;
}

type AccountEmulator = EmulatorProcess & { account: string };

export const LEASE_MS = 1_500;

const TIMES = { validating: "20ms-80ms", inProgress: "50ms-400ms", finalizing: "20ms-80ms" };
const WORKERS = 4;
const STALLED_AFTER_LOOKS = 600;
/** The workers are processes: that all is done shows in the database alone. */
const LOOK_MS = 200;

export async function openScene(): Promise<Scene> {
  const closers: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (const closer of closers.reverse()) await closer();
  };
  try {
    // What has to be installed or generated first is done once, not by four processes that are killed at it.
    await runCommand(["--version"]);
    const database = await startOwnDatabase();
    closers.push(database.stop);
    const emulator = await startEmulatorProcess({ times: TIMES });
    closers.push(emulator.stop);
    const eu = await startEmulatorProcess({ times: TIMES, ...AS_EU });
    closers.push(eu.stop);
    const env = {
      DATABASE_URL: database.url,
      OPENAI_API_KEY: "test-key",
      OPENAI_BASE_URL: emulator.url,
      LIVEDASH_SECRET: SECRET,
      BATCH_CREATION_INTERVAL: "150ms",
      BATCH_POLLING_INTERVAL: "150ms",
      CSV_IMPORT_ENABLED: "false",
      BATCH_LEASE_DURATION: `${LEASE_MS}ms`,
      BATCH_SETTLE_TIME: "500ms",
      REAPER_INTERVAL: "1s",
      BATCH_MAX_LINES: "25",
      LOG_LEVEL: "debug",
    };
    const parts = { config: readConfig(env), db: database.pool, log: openLog({ level: "fatal", format: "json" }) };
    const ctx = {
      ...createContext(parts),
      ...oneAccount(openProvider("openai", { apiKey: "test-key", baseURL: emulator.url })),
    };
    await addAccount(ctx, eu.url);
    const fleet = startFleet(WORKERS, env);
    closers.push(fleet.destroy);
    return {
      database,
      emulators: [
        { account: DEFAULT_ACCOUNT, ...emulator },
        { account: EU.id, ...eu },
      ],
      fleet,
      ctx,
      idle: (account) => waitUntilIdle(database.pool, account),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

const OPEN_REQUESTS = `r."processingStatus" IN ('PENDING_BATCHING', 'BATCHING_IN_PROGRESS')
  AND ($1::text IS NULL OR ${accountOfModel('r."model"')} = $1)`;
const OPEN_BATCHES = `b."status" NOT IN ('PROCESSED', 'FAILED', 'CANCELLED')
  AND ($1::text IS NULL OR ${accountOf('b."provider"')} = $1)`;

/** Gives up when nothing at all has moved for a long while. */
async function waitUntilIdle(db: Sql, account: string | null = null): Promise<void> {
  let before = "";
  for (let still = 0; still < STALLED_AFTER_LOOKS; still++) {
    const { rows } = await db.query(
      `SELECT (SELECT count(*)::int FROM "AIProcessingRequest" r WHERE ${OPEN_REQUESTS}) AS "requests",
              (SELECT count(*)::int FROM "AIBatchRequest" b WHERE ${OPEN_BATCHES}) AS "batches",
              (SELECT count(*)::int FROM "AIRequestAttempt") AS "attempts"`,
      [account],
    );
    if (rows[0]?.requests === 0 && rows[0]?.batches === 0) return;
    const now = JSON.stringify(rows[0]);
    if (now !== before) still = 0;
    before = now;
    await systemClock.sleep(LOOK_MS);
  }
  const { rows } = await db.query(`SELECT * FROM "AIBatchRequest" b WHERE ${OPEN_BATCHES}`, [account]);
  throw new Error(`Nothing moves any more: ${before} ${JSON.stringify(rows, null, 1)}`);
}
