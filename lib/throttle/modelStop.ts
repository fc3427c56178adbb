import type { PipelineContext } from "../context.ts";
import type { Sql } from "../db/pool.ts";
import { arrayOf, bool, int, known, nullable, statement, text, textOf, timestamp } from "../db/statement.ts";
import { step } from "../step.ts";
import { PLACES, type Place, upTo } from "./providerStop.ts";
import { nextTrialAt, type StopTimes } from "./trial.ts";

/** So many batches in a row that were refused whole are no longer the fault of single lines. */
const REFUSALS_IN_A_ROW = 3;
const LINES_OF_FIRST_TRIAL = 8;

/** Why nothing new is sent for a model. Others go on. */
export interface ModelStop extends StopTimes {
  /** Of the account that it was met in. */
  provider: string;
  model: string;
  code: string;
  message: string;
  /** Batches that were refused in a row. */
  refusals: number;
  /** From when on a small batch tries whether it can be lifted. */
  nextTrialAt: Date;
}

/** A batch that was refused as a whole: by the provider at some place, or in each of its lines. */
export interface WholeRefusal {
  code: "provider_model_refused" | "batch_model_refused" | "line_model_refused" | "refused_again";
  message: string;
  metAt: Place;
  /** Whether it is certainly about what all files of the model share. Else only several in a row show that. */
  isCertain: boolean;
}

/** Notes a whole refusal, and stops the model if it is at fault. Answers whether it is stopped. */
export async function recordModelRefusal(
  ctx: PipelineContext,
  batch: { id: string; model: string; createdAt: Date; submittedAt: Date | null },
  { code, message, metAt, isCertain }: WholeRefusal,
): Promise<boolean> {
  const given = {
    provider: ctx.provider.name,
    model: batch.model,
    code,
    message: message.slice(0, 1_000),
    metAt,
    batchId: batch.id,
    sentAt: batch.submittedAt ?? batch.createdAt,
    now: ctx.clock.now(),
    isCertain,
    places: PLACES,
  };
  const recorded = await step(ctx, "stop.record", () => RECORD.first(ctx.db, given));
  const { isStopped = false, refusals = 0 } = recorded ?? {};
  const level = isStopped ? "error" : "warn";
  const event = isStopped ? "model.stopped" : "model.refused";
  ctx.log[level]({ event, model: batch.model, batchId: batch.id, code, message, refusals });
  return isStopped;
}

const RECORD = statement({
  sql: `INSERT INTO "ModelStop" AS s ("provider", "model", "code", "message", "metAt", "refusals", "lastBatchId",
          "firstSentAt", "seenAt", "stoppedAt")
        VALUES ($1, $2, $3, $4, $5, 1, $6, $7, $8, CASE WHEN $9 THEN $8::timestamptz END)
        ON CONFLICT ("provider", "model") DO UPDATE
           SET "code" = CASE WHEN s."stoppedAt" IS NULL OR $9 THEN $3 ELSE s."code" END, "message" = $4,
               "lastBatchId" = $6, "seenAt" = $8,
               "refusals" = s."refusals" + (s."lastBatchId" <> $6)::int,
               "metAt" = CASE WHEN array_position($10::text[], s."metAt") > array_position($10::text[], $5)
                              THEN s."metAt" ELSE $5 END,
               "stoppedAt" = COALESCE(s."stoppedAt",
                 CASE WHEN $9 OR s."refusals" + (s."lastBatchId" <> $6)::int >= ${REFUSALS_IN_A_ROW} THEN $8 END)
        RETURNING "stoppedAt" IS NOT NULL AS "isStopped", "refusals"`,
  params: {
    provider: text,
    model: text,
    code: textOf<WholeRefusal["code"]>(),
    message: text,
    metAt: textOf<Place>(),
    batchId: text,
    sentAt: timestamp,
    now: timestamp,
    isCertain: bool,
    places: arrayOf(textOf<Place>()),
  },
  row: { isStopped: known(bool), refusals: int },
});

/**
 * Lifts the stop of a model, or the suspicion against it, after a batch of it got as far as this.
 * @param sentAt when that batch was sent. What was sent before a stop was met last shows nothing; against a mere
 * suspicion, all that was sent since the first refusal speaks: the other half of a file that was sent in two
 */
export async function liftModelStop(ctx: PipelineContext, model: string, shownBy: Place, sentAt: Date): Promise<void> {
  const given = { provider: ctx.provider.name, model, places: upTo(shownBy), sentAt };
  const lifted = await step(ctx, "stop.clear", () => LIFT.first(ctx.db, given));
  if (lifted?.wasStopped) ctx.log.info({ event: "model.resumed", model });
}

const LIFT = statement({
  sql: `DELETE FROM "ModelStop"
         WHERE "provider" = $1 AND "model" = $2 AND "metAt" = ANY($3)
           AND CASE WHEN "stoppedAt" IS NULL THEN "firstSentAt" ELSE "seenAt" END <= $4
        RETURNING "stoppedAt" IS NOT NULL AS "wasStopped"`,
  params: { provider: text, model: text, places: arrayOf(textOf<Place>()), sentAt: timestamp },
  row: { wasStopped: known(bool) },
});

/**
 * Whether the model answered others after the requests of this batch had been refused for the first time: then they are at
 * fault themselves, and not the model that is stopped because of them.
 */
export async function hasAnsweredSince(sql: Sql, batch: { id: string; model: string }): Promise<boolean> {
  return (await FIND_ANSWERED.run(sql, { batchId: batch.id, model: batch.model })) > 0;
}

const FIND_ANSWERED = statement({
  sql: `SELECT 1 FROM "AIBatchRequest" b
         WHERE b."model" = $2 AND b."appliedCount" > 0 AND b."submittedAt" > (
           SELECT min(a."createdAt") FROM "AIProcessingRequest" r JOIN "AIRequestAttempt" a ON a."requestId" = r."id"
            WHERE r."batchId" = $1)
         LIMIT 1`,
  params: { batchId: text, model: text },
});

/** The models that are stopped, the longest first. */
export async function readModelStops(ctx: { db: Sql }): Promise<ModelStop[]> {
  const rows = await LIST.rows(ctx.db, {});
  return rows.map((row) => ({ ...row, nextTrialAt: nextTrialAt(row) }));
}

const LIST = statement({
  sql: `SELECT s."provider", s."model", s."code", s."message", s."stoppedAt", s."seenAt", s."wantedAt", s."refusals",
               b."submittedAt" AS "lastSentAt"
          FROM "ModelStop" s LEFT JOIN "AIBatchRequest" b ON b."id" = s."lastBatchId"
         WHERE s."stoppedAt" IS NOT NULL ORDER BY s."stoppedAt", s."model"`,
  row: {
    provider: known(text),
    model: known(text),
    code: known(text),
    message: known(text),
    stoppedAt: known(timestamp),
    seenAt: known(timestamp),
    wantedAt: nullable(timestamp),
    refusals: known(int),
    lastSentAt: nullable(timestamp),
  },
});

/** How many lines the next batch has that tries whether a stop can be lifted: few, and ever fewer. */
export function linesOfTrial(refusals: number): number {
  return Math.max(1, Math.floor(LINES_OF_FIRST_TRIAL / 2 ** Math.min(refusals, 30)));
}
