import { OVER } from "../../batches/states.ts";
import type { PipelineContext } from "../../context.ts";
import { arrayOf, known, nullable, statement, text, timestamp } from "../../db/statement.ts";
import { messageOf } from "../../errors.ts";
import type { ProviderBatch } from "../../providers/contract/batch.ts";
import { step } from "../../step.ts";
import { liftStop } from "../../throttle/providerStop.ts";

/** Of some batches, what the provider's list says of them, by the provider's ids. */
export type Listed = ReadonlyMap<string, ProviderBatch>;

/** The list must take no more than this share of the calls that retrieving each batch takes. */
const SHARE_OF_CALLS = 1 / 4;
/** How far the provider's clock may be behind ours. */
const CLOCK_MARGIN_MS = 10 * 60_000;

/**
 * Reads the provider's list until it has shown all that a round asks about, where that takes far fewer calls than retrieving each.
 * What it does not show, or when it fails, is retrieved one by one: nothing depends on it.
 */
export async function listInFlight(ctx: PipelineContext): Promise<Listed> {
  const listed = new Map<string, ProviderBatch>();
  const { name, capabilities } = ctx.provider;
  const asked = await FIND_ASKED.first(ctx.db, { now: ctx.clock.now(), provider: name });
  const pages = Math.floor((asked?.ids.length ?? 0) * SHARE_OF_CALLS);
  if (!asked?.since || pages === 0) return listed;
  const missing = new Set(asked.ids);
  const since = new Date(asked.since.getTime() - CLOCK_MARGIN_MS);
  try {
    await step(ctx, "poll.list", async () => {
      let seen = 0;
      for await (const theirs of ctx.provider.listBatches(since)) {
        if (missing.delete(theirs.id)) listed.set(theirs.id, theirs);
        if (missing.size === 0 || ++seen >= pages * capabilities.listedAtOnce) break;
      }
    });
    await liftStop(ctx, "call");
  } catch (error) {
    ctx.log.warn({ event: "batches.not_listed", provider: name, reason: messageOf(error) });
  }
  return listed;
}

/** Nobody's, due, running there as far as we know, and without a failed call behind them: those wait for what a call of their own says. */
const FIND_ASKED = statement({
  sql: `SELECT COALESCE(array_agg("openaiBatchId"), '{}') AS "ids", min(COALESCE("submittedAt", "createdAt")) AS "since"
          FROM "AIBatchRequest"
         WHERE "status" NOT IN ${OVER} AND "status" <> 'COMPLETED' AND "provider" = $2 AND "openaiBatchId" IS NOT NULL
           AND "givenUpAt" IS NULL AND "failedCalls" = 0 AND ("notBefore" IS NULL OR "notBefore" <= $1)
           AND ("leaseExpiresAt" IS NULL OR "leaseExpiresAt" <= $1)`,
  params: { now: timestamp, provider: text },
  row: { ids: known(arrayOf(text)), since: nullable(timestamp) },
});
