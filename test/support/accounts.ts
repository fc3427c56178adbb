import { type EmulatorOptions, type RunningEmulator, startEmulator } from "../../emulator/server.ts";
import { openAccounts } from "../../lib/accounts/openAccounts.ts";
import { openStored } from "../../lib/accounts/openStored.ts";
import { sealKey } from "../../lib/accounts/sealKey.ts";
import type { PipelineContext } from "../../lib/context.ts";
import { batchCreator } from "../../lib/pipeline/batchCreator.ts";
import { batchPoller } from "../../lib/pipeline/batchPoller.ts";
import { inEachAccount } from "./inEachAccount.ts";
import { addSessions, startPipeline, type TestPipeline } from "./pipeline.ts";
import { rowsIn } from "./rows/index.ts";
import { passTime } from "./testClock.ts";

/** The account beside the default one, what a model of it is called here, and there. */
export const EU = { id: "azure-eu", model: "gpt-eu", deployment: "gpt-6-luna", key: "the-key-of-azure-eu" };

/** Everything short but what waits for a person. */
const TIMES = { validating: 30, inProgress: 60, finalizing: 30, cancelling: 30, processing: 30 };
/** What its key is sealed with. */
export const SECRET = "kX9-only-these-tests-know-it-4Qz7Wm2Lr8";

/** Options of an emulator that stands for it. */
export const AS_EU = { shape: "azure", apiKey: EU.key } as const satisfies EmulatorOptions;

export interface TwoAccounts extends TestPipeline {
  /** Of Azure's shape. */
  eu: RunningEmulator;
  /** What the log was told to hide. */
  hidden: string[];
}

/** As for the pipeline with one account, and of the emulator of the second. */
type Options = Parameters<typeof startPipeline>[0] & { eu?: EmulatorOptions };

/** A pipeline with two accounts, each an emulator of its own: OpenAI's, of the variables, and one of Azure's shape. */
export async function startTwoAccounts(options: Options = {}): Promise<TwoAccounts> {
  const pipeline = await startPipeline({ ...options, env: { LIVEDASH_SECRET: SECRET, ...options.env } });
  const eu = await startEmulator({ times: TIMES, ...AS_EU, ...options.eu });
  const { ctx } = pipeline;
  const hidden: string[] = [];
  const accounts = openAccounts(ctx, {
    provider: ctx.provider,
    open: openStored(ctx.config, (key) => hidden.push(key)),
  });
  await addAccount(ctx, eu.url);
  return {
    ...pipeline,
    ctx: { ...ctx, accounts },
    eu,
    hidden,
    close: async () => {
      await accounts.close();
      await eu.close();
      await pipeline.close();
    },
  };
}

/** Puts it and its model into a database. @param address of its emulator */
export async function addAccount(
  { config, db }: Pick<PipelineContext, "config" | "db">,
  address: string,
): Promise<void> {
  const rows = rowsIn(db);
  await rows.account({ id: EU.id, kind: "azure", address, apiKey: sealKey(config, EU.id, EU.key) });
  await rows.model({ name: EU.model, accountId: EU.id, providerName: EU.deployment });
}

/** Adds so many requests of a company, half of them for each account. */
export async function addToBoth(ctx: PipelineContext, count: number, company: string): Promise<void> {
  await addSessions(ctx, Math.ceil(count / 2), { company });
  await addSessions(ctx, Math.floor(count / 2), { company, model: EU.model });
}

/** Creator and poller in each account, as the schedulers run them, until `isDone`. */
export async function playUntil(ctx: PipelineContext, isDone: () => Promise<boolean>, rounds = 400): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    await inEachAccount(ctx, batchCreator);
    await inEachAccount(ctx, batchPoller);
    if (await isDone()) return;
    await passTime(ctx, 50);
  }
  throw new Error(`What was waited for did not come in ${rounds} rounds.`);
}

/** Whether every request for this model has its answer; of all models, if none is named. */
export async function isComplete({ db }: PipelineContext, model?: string): Promise<boolean> {
  const { rows } = await db.query(
    `SELECT 1 FROM "AIProcessingRequest"
      WHERE "processingStatus" <> 'PROCESSING_COMPLETE' AND ($1::text IS NULL OR "model" = $1) LIMIT 1`,
    [model ?? null],
  );
  return rows.length === 0;
}
