import type { PipelineContext } from "../context.ts";
import type { Sql } from "../db/pool.ts";
import type { ProviderError, ProviderErrorCode } from "../provider/errors.ts";
import { step } from "./step.ts";

/** What only a person can mend. Trying on would at best be refused, at worst lock the account. */
const STOPPING: readonly ProviderErrorCode[] = ["provider_key_refused", "provider_quota_exhausted"];

/** Why nothing new is sent to the provider. */
export interface ProviderStop {
  code: string;
  message: string;
  stoppedAt: Date;
  /** When it was met last. */
  seenAt: Date;
}

export function isStopping(error: ProviderError): boolean {
  return STOPPING.includes(error.code);
}

/** Stops new batches until the provider takes calls again; the batch that met the refusal goes on asking, rarely. */
export async function recordStop(ctx: PipelineContext, error: ProviderError): Promise<void> {
  const { code, message } = error;
  await step(ctx, "stop.record", () =>
    ctx.db.query(
      `INSERT INTO "ProviderStop" ("provider", "code", "message", "stoppedAt", "seenAt") VALUES ($1, $2, $3, $4, $4)
       ON CONFLICT ("provider") DO UPDATE SET "code" = $2, "message" = $3, "seenAt" = $4`,
      [ctx.provider.name, code, message.slice(0, 1_000), ctx.clock.now()],
    ),
  );
  ctx.log.error({ event: "provider.stopped", provider: ctx.provider.name, code, message });
}

/** Lifts the stop after a call went through that would not have under these reasons. */
export async function clearStop(ctx: PipelineContext, reasons: readonly ProviderErrorCode[] = STOPPING): Promise<void> {
  const { rowCount } = await step(ctx, "stop.clear", () =>
    ctx.db.query(`DELETE FROM "ProviderStop" WHERE "provider" = $1 AND "code" = ANY($2)`, [ctx.provider.name, reasons]),
  );
  if (rowCount) ctx.log.info({ event: "provider.resumed", provider: ctx.provider.name });
}

/**
 * Called when a process starts: whoever starts one has perhaps mended what was wrong. Submissions that wait because of a
 * stop ask again at once; if nothing was mended, the stop stays.
 */
export async function askAgain(ctx: PipelineContext): Promise<void> {
  await ctx.db.query(
    `UPDATE "AIBatchRequest" SET "notBefore" = NULL
      WHERE "openaiBatchId" IS NULL AND "processedAt" IS NULL AND "errorCode" = ANY($1) AND "settlingSince" IS NULL`,
    [STOPPING],
  );
}

export async function readStop(ctx: { db: Sql }): Promise<ProviderStop | undefined> {
  const { rows } = await ctx.db.query<ProviderStop>(
    `SELECT "code", "message", "stoppedAt", "seenAt" FROM "ProviderStop" ORDER BY "stoppedAt" LIMIT 1`,
  );
  return rows[0];
}
