import type { PipelineContext } from "../context.ts";
import type { Sql } from "../db/pool.ts";
import type { ProviderError } from "../provider/errors.ts";
import { step } from "./step.ts";

/** What only a person can mend. Trying on would at best be refused, at worst lock the account. */
const REFUSED_CALLS = ["provider_key_refused", "provider_quota_exhausted"] as const;
/** A call that goes through says little: no credit may also show at the validation of a batch, or line by line. */
export type StopCode = (typeof REFUSED_CALLS)[number] | "batch_quota_exhausted" | "line_quota_exhausted";

/** What shows that a person has mended it, and the stops that it lifts. */
const LIFTED_BY = {
  call: ["provider_key_refused"],
  create: REFUSED_CALLS,
  validation: [...REFUSED_CALLS, "batch_quota_exhausted"],
  answers: [...REFUSED_CALLS, "batch_quota_exhausted", "line_quota_exhausted"],
} as const satisfies Record<string, readonly StopCode[]>;

/** Why nothing new is sent to the provider. */
export interface ProviderStop {
  code: string;
  message: string;
  stoppedAt: Date;
  /** When it was met last. */
  seenAt: Date;
}

/** The stop that a refused call leads to, if it does. */
export function stopCodeOf(error: ProviderError): StopCode | undefined {
  return REFUSED_CALLS.find((code) => code === error.code);
}

/** Stops new batches, but for one at a time that tries whether the provider takes them again. */
export async function recordStop(ctx: PipelineContext, code: StopCode, message: string): Promise<void> {
  await step(ctx, "stop.record", () =>
    ctx.db.query(
      `INSERT INTO "ProviderStop" ("provider", "code", "message", "stoppedAt", "seenAt") VALUES ($1, $2, $3, $4, $4)
       ON CONFLICT ("provider") DO UPDATE SET "code" = $2, "message" = $3, "seenAt" = $4`,
      [ctx.provider.name, code, message.slice(0, 1_000), ctx.clock.now()],
    ),
  );
  ctx.log.error({ event: "provider.stopped", provider: ctx.provider.name, code, message });
}

/**
 * Lifts the stop after something went through that would not have under its reason.
 * @param sentAt when the batch that it shows by was sent: what was sent before the stop was met last shows nothing
 */
export async function liftStop(ctx: PipelineContext, shownBy: keyof typeof LIFTED_BY, sentAt?: Date): Promise<void> {
  const { rowCount } = await step(ctx, "stop.clear", () =>
    ctx.db.query(
      `DELETE FROM "ProviderStop"
        WHERE "provider" = $1 AND "code" = ANY($2) AND ($3::timestamptz IS NULL OR "seenAt" <= $3)`,
      [ctx.provider.name, LIFTED_BY[shownBy], sentAt ?? null],
    ),
  );
  if (rowCount) ctx.log.info({ event: "provider.resumed", provider: ctx.provider.name });
}

/**
 * Called when a process starts: whoever starts one has perhaps mended what was wrong. Batches that wait because of a
 * stop ask again at once, as if they had met none; if nothing was mended, the stop stays.
 */
export async function askAgain(ctx: PipelineContext): Promise<void> {
  await ctx.db.query(
    `UPDATE "AIBatchRequest" SET "notBefore" = NULL, "errorCode" = NULL, "errorMessage" = NULL
      WHERE "processedAt" IS NULL AND "errorCode" = ANY($1) AND "settlingSince" IS NULL`,
    [REFUSED_CALLS],
  );
}

export async function readStop(ctx: { db: Sql }): Promise<ProviderStop | undefined> {
  const { rows } = await ctx.db.query<ProviderStop>(
    `SELECT "code", "message", "stoppedAt", "seenAt" FROM "ProviderStop" ORDER BY "stoppedAt" LIMIT 1`,
  );
  return rows[0];
}
