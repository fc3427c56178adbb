import { glob } from "node:fs/promises";
import { join } from "node:path";
import { type RunningEmulator, startEmulator } from "../../emulator/server.ts";
import { oneAccount } from "../../lib/accounts/openAccounts.ts";
import { giveUpFor } from "../../lib/admin/batches/giveUpBatch.ts";
import type { CallContext } from "../../lib/api/operation.ts";
import { readConfig } from "../../lib/config.ts";
import { createContext, type PipelineContext } from "../../lib/context.ts";
import type { Database } from "../../lib/db/pool.ts";
import { findOrCreateCompany } from "../../lib/import/findOrCreateCompany.ts";
import { importCsv } from "../../lib/import/importCsv.ts";
import type { Logger } from "../../lib/observability/log.ts";
import { batchCreator } from "../../lib/pipeline/batchCreator.ts";
import { batchPoller } from "../../lib/pipeline/batchPoller.ts";
import { openProvider } from "../../lib/providers/openProvider.ts";
import { advance, setFaults } from "../../test/support/emulatorControl.ts";
import { asTimeGoesBy, passTime, standingClock } from "../../test/support/testClock.ts";

export const SAMPLES = join(import.meta.dirname, "../../samples");
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const LOGISTICS = { name: "Brackmöller Logistik", file: "brackmoeller-logistik", timeZone: "Europe/Berlin" };
const CARE = { name: "Thuiszorg Merelveld", file: "thuiszorg-merelveld", timeZone: "Europe/Amsterdam" };
const HOTELS = { name: "Maravelle Hotels & Kitchens", file: "maravelle-hotels", timeZone: "Europe/Lisbon" };

export interface PlayedDay {
  logistics: string;
  care: string;
  hotels: string;
  /** The one that somebody has given up. */
  givenUp: string;
}

/**
 * The last 20 hours of an installation, played in a minute on a clock of their own: the samples come in one after the other, some lines
 * fail for good, some are tried again later, one batch is given up, and the last ones are still at the provider.
 */
export async function playDay(db: Database, log: Logger, operator: CallContext["actor"]): Promise<PlayedDay> {
  const started = await openDay(db, log);
  const { emulator, worker, playFor } = started;
  try {
    const hasty = worker({ BATCH_MAX_ATTEMPTS: "1", BATCH_MAX_LINES: "40" });
    const logistics = await importSample(hasty, LOGISTICS);
    await setFaults(emulator, ["line_error:0.05:status=500", "line_refusal:0.03", "line_invalid_json:0.02"]);
    await playFor(hasty, 7 * HOUR);

    const small = worker({ BATCH_MAX_LINES: "40" });
    const care = await importSample(small, CARE);
    await setFaults(emulator, ["stuck_in:once:status=finalizing", "cancel_refused"]);
    await playFor(small, 9 * HOUR);
    const givenUp = await idOfOpenBatch(db);
    await giveUpFor({ ...small, actor: operator, from: "192.0.2.1", requestId: "screenshots" }, givenUp, {
      reason: "Finalizing for nine hours; the provider has an incident",
      requeueNow: false,
    });

    await playFor(small, started.leftMs() - 15 * MINUTE);
    const hotels = await importSample(small, HOTELS);
    await db.query(`UPDATE "Company" SET "requestsPerDay" = 40 WHERE "id" = $1`, [hotels]);
    await setFaults(emulator, ["line_error:0.5:status=503"]);
    await playFor(small, MINUTE, MINUTE);
    await db.query(`UPDATE "Company" SET "requestsPerDay" = 100 WHERE "id" = $1`, [hotels]);
    await setFaults(emulator, ["line_error:0.5:status=503", "slow_batch:factor=4"]);
    await playFor(small, started.leftMs(), MINUTE);
    return { logistics, care, hotels, givenUp };
  } finally {
    await emulator.close();
  }
}

async function openDay(db: Database, log: Logger) {
  const end = Date.now();
  const answers: string[] = [];
  for await (const file of glob(join(SAMPLES, "*/answers.jsonl"))) answers.push(file);
  const { clock, emulatorClock } = standingClock((ms) => advance(emulator, ms), end - 20 * HOUR);
  const emulator: RunningEmulator = await startEmulator({
    clock: emulatorClock,
    seed: 7,
    times: { validating: "1m-2m", inProgress: "3m-5m", perLine: "2s-4s", finalizing: "1m", cancelling: "1m" },
    answers,
  });
  const worker = (env: Record<string, string>): PipelineContext => ({
    ...createContext({ config: readConfig(env), db, log, clock }),
    ...oneAccount(openProvider("openai", { apiKey: "none", baseURL: emulator.url })),
  });
  const playFor = async (ctx: PipelineContext, ms: number, round = 5 * MINUTE) => {
    for (let left = ms; left > 0; left -= round) {
      await asTimeGoesBy(ctx, () => batchCreator(ctx));
      await asTimeGoesBy(ctx, () => batchPoller(ctx));
      await dateFlow(db, new Date(end), clock.now());
      await passTime(ctx, Math.min(left, round));
    }
  };
  return { emulator, worker, playFor, leftMs: () => end - emulatorClock.now() };
}

/** Triggers count by the database's clock, which has not stood still: what was counted since `from` happened at `at`. */
async function dateFlow(db: Database, from: Date, at: Date): Promise<void> {
  await db.query(
    `WITH counted AS (DELETE FROM "StatusFlow" WHERE "minute" >= date_trunc('minute', $1::timestamptz) RETURNING *)
     INSERT INTO "StatusFlow" ("table", "status", "shard", "minute", "entered", "left")
     SELECT "table", "status", 0, date_trunc('minute', $2::timestamptz), sum("entered"), sum("left") FROM counted GROUP BY 1, 2
     ON CONFLICT ("table", "status", "minute", "shard")
     DO UPDATE SET "entered" = "StatusFlow"."entered" + excluded."entered", "left" = "StatusFlow"."left" + excluded."left"`,
    [from, at],
  );
}

async function importSample(ctx: PipelineContext, { name, file, timeZone }: typeof HOTELS): Promise<string> {
  const { id } = await findOrCreateCompany(ctx, { name, timeZone });
  const source = { kind: "file", path: join(SAMPLES, `${file}.csv`) } as const;
  await importCsv(ctx, { companyId: id, source, transcriptsDir: join(SAMPLES, file) });
  return id;
}

async function idOfOpenBatch(db: Database): Promise<string> {
  const { rows } = await db.query<{ id: string }>(`SELECT "id" FROM "AIBatchRequest" WHERE "processedAt" IS NULL`);
  const [open] = rows;
  if (!open || rows.length > 1) throw new Error(`One batch should be open by now, and ${rows.length} are.`);
  return open.id;
}
