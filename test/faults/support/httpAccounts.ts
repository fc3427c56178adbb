import { openAccounts } from "../../../lib/accounts/openAccounts.ts";
import { systemClock } from "../../../lib/clock.ts";
import type { PipelineContext } from "../../../lib/context.ts";
import { openProvider, type ProviderOptions } from "../../../lib/providers/openProvider.ts";
import { EU, startTwoAccounts } from "../../support/accounts.ts";
import { addSessions } from "../../support/pipeline.ts";
import { MODEL } from "../../support/rows/requests.ts";

/** An account with an emulator of its own. */
export interface HttpAccount {
  ctx: PipelineContext;
  /** Of its API. */
  url: string;
  /** What its requests are for. */
  model: string;
}

/** The account that faults hit, and one that they do not; both have work. */
export interface HttpAccounts {
  hit: HttpAccount;
  other: HttpAccount;
  /** Moves the clock of the pipeline, so that nobody has to sit out a wait of minutes. */
  skip(ms: number): void;
  close(): Promise<void>;
}

export interface Outage {
  lease: string;
  timeouts: NonNullable<ProviderOptions["timeouts"]>;
  /** Of the emulator of the account that is hit. */
  rules: string[];
  atAzure?: boolean | undefined;
  /** Its time stands still until it is moved. */
  manual?: boolean | undefined;
}

const TIMES = { validating: 20, inProgress: 30, finalizing: 20, cancelling: 20, processing: 20 };
// Calls that are given up in the middle are what these cases are made of.
const logger = { error: () => {} };

/** The default account, and one of Azure's shape. */
export async function openHttpAccounts({ lease, timeouts, rules, atAzure, manual }: Outage): Promise<HttpAccounts> {
  const quiet = { times: TIMES, logger };
  // A duplicate must not run while it cannot be cancelled: that would be bought twice by the test itself.
  const troubled = { ...quiet, faults: rules, manualClock: manual ?? false };
  const pipeline = await startTwoAccounts({
    env: { BATCH_LEASE_DURATION: lease, BATCH_SETTLE_TIME: "300ms" },
    emulator: atAzure ? quiet : troubled,
    eu: atAzure ? troubled : quiet,
  });
  const { emulator, eu } = pipeline;
  let offset = 0;
  const clock = { ...systemClock, now: () => new Date(Date.now() + offset) };
  // Between two looks at an upload.
  const sleep = () => systemClock.sleep(TIMES.processing);
  const provider = openProvider("openai", { apiKey: "test-key", baseURL: emulator.url, timeouts });
  const azure = openProvider("azure", { name: EU.id, apiKey: EU.key, baseURL: eu.url, timeouts, sleep });
  const ctx = {
    ...pipeline.ctx,
    clock,
    provider,
    accounts: openAccounts(pipeline.ctx, { provider, open: () => azure }),
  };
  const standard = { ctx, url: emulator.url, model: MODEL };
  const second = { ctx: { ...ctx, accountId: EU.id, provider: azure }, url: eu.url, model: EU.model };
  const [hit, other] = atAzure ? [second, standard] : [standard, second];
  return {
    hit,
    other,
    skip: (ms) => {
      offset += ms;
    },
    close: pipeline.close,
  };
}

export async function addRequests({ ctx, model }: HttpAccount, count: number, text?: string): Promise<void> {
  await addSessions(ctx, count, { model, ...(text === undefined ? {} : { text: () => text }) });
}
