import { accountOf } from "../accounts/account.ts";
import { forgetErrors } from "../batches/wake.ts";
import type { Context, PipelineContext } from "../context.ts";
import type { Sql } from "../db/pool.ts";
import { arrayOf, nullable, statement, text, textOf, timestamp } from "../db/statement.ts";
import type { ProviderError } from "../providers/contract/errors.ts";
import { step } from "../step.ts";
import { nextTrialAt, type StopTimes, tryAccountNow, tryModelsNow } from "./trial.ts";

/**
 * How far things had got when a refusal was met: any call, the upload or the create, the validation, the lines, or the
 * reading of what they hold. What gets as far as that shows that it is mended; less shows nothing.
 */
export const PLACES = ["call", "submission", "validation", "answers", "reading"] as const;
export type Place = (typeof PLACES)[number];

/** What only a person can mend, and where each shows. Trying on would at best be refused, at worst lock the account. */
const MET_AT = {
  provider_key_refused: "call",
  provider_quota_exhausted: "submission",
  provider_storage_full: "submission",
  batch_access_refused: "validation",
  batch_quota_exhausted: "validation",
  batch_storage_full: "validation",
  line_access_refused: "answers",
  line_storage_full: "answers",
  line_quota_exhausted: "answers",
} as const satisfies Record<string, Place>;
export type StopCode = keyof typeof MET_AT;

/** Versions before this column left it empty. */
const MET_AT_OF_ROW = `COALESCE(s."metAt", CASE ${Object.entries(MET_AT)
  .map(([code, place]) => `WHEN s."code" = '${code}' THEN '${place}'`)
  .join(" ")} ELSE 'call' END)`;

/** Those that a single call meets, and a batch that waits because of it has as its error. */
export const REFUSED_CALLS = [
  "provider_key_refused",
  "provider_quota_exhausted",
  "provider_storage_full",
] as const satisfies readonly StopCode[];

/** Why nothing new is sent to an account. */
export interface ProviderStop extends StopTimes {
  provider: string;
  code: string;
  message: string;
  /** From when on a small batch tries whether it can be lifted. */
  nextTrialAt: Date;
}

/** The stop that a refused call leads to, if it does. */
export function stopCodeOf(error: ProviderError): StopCode | undefined {
  return REFUSED_CALLS.find((code) => code === error.code);
}

/**
 * Stops new batches, but for one at a time that tries whether the provider takes them again.
 * @param met where it was met; in a batch, also when that was sent
 */
export async function recordStop(
  ctx: PipelineContext,
  code: StopCode,
  message: string,
  met: { at?: Place; sentAt?: Date | null } = {},
): Promise<void> {
  const { at = MET_AT[code], sentAt = null } = met;
  const provider = ctx.provider.name;
  const given = { provider, code, message: message.slice(0, 1_000), at, now: ctx.clock.now(), places: PLACES, sentAt };
  await step(ctx, "stop.record", () => RECORD.run(ctx.db, given));
  ctx.log.error({ event: "provider.stopped", provider, code, message });
}

/** A reason that shows further on stays: a call that is refused meanwhile says less, and is lifted by less. */
const STAYS = `array_position($6::text[], ${MET_AT_OF_ROW}) > array_position($6::text[], $4)`;

const RECORD = statement({
  sql: `INSERT INTO "ProviderStop" AS s ("provider", "code", "message", "metAt", "stoppedAt", "seenAt", "lastSentAt")
        VALUES ($1, $2, $3, $4, $5, $5, $7)
        ON CONFLICT ("provider") DO UPDATE
           SET "code" = CASE WHEN ${STAYS} THEN s."code" ELSE $2 END,
               "message" = CASE WHEN ${STAYS} THEN s."message" ELSE $3 END,
               "metAt" = CASE WHEN ${STAYS} THEN s."metAt" ELSE $4 END, "seenAt" = $5, "lastSentAt" = $7`,
  params: {
    provider: text,
    code: textOf<StopCode>(),
    message: text,
    at: textOf<Place>(),
    now: timestamp,
    places: arrayOf(textOf<Place>()),
    sentAt: nullable(timestamp),
  },
});

/**
 * Lifts the stop after something went through that would not have under its reason.
 * @param sentAt when the batch that it shows by was sent: what was sent before the stop was met last shows nothing
 */
export async function liftStop(ctx: PipelineContext, shownBy: Place, sentAt?: Date): Promise<void> {
  const given = { provider: ctx.provider.name, places: upTo(shownBy), sentAt: sentAt ?? null };
  const isLifted = await step(ctx, "stop.clear", () => LIFT.run(ctx.db, given));
  if (isLifted) ctx.log.info({ event: "provider.resumed", provider: ctx.provider.name });
}

const LIFT = statement({
  sql: `DELETE FROM "ProviderStop" s
         WHERE s."provider" = $1 AND ${MET_AT_OF_ROW} = ANY($2) AND ($3::timestamptz IS NULL OR s."seenAt" <= $3)`,
  params: { provider: text, places: arrayOf(textOf<Place>()), sentAt: nullable(timestamp) },
});

/** The places of refusals that are shown to be mended by what gets as far as this. */
export function upTo(place: Place): Place[] {
  return PLACES.slice(0, PLACES.indexOf(place) + 1);
}

/**
 * Called when a process starts: whoever starts one has perhaps mended what was wrong. Batches that wait because of a
 * stop ask again at once, as if they had met none, and stops are tried; if nothing was mended, they stay.
 */
export async function askAgain(ctx: PipelineContext): Promise<void> {
  await askAgainForAccount(ctx, ctx.db);
  await tryModelsNow(ctx, ctx.db);
}

/** The same for the account alone. Answers how many batches wait because of its stop, and stops there are. */
export async function askAgainForAccount(ctx: Pick<Context, "clock">, sql: Sql): Promise<number> {
  return (await forgetErrors(sql, REFUSED_CALLS)) + (await tryAccountNow(ctx, sql));
}

export async function readStop(ctx: Pick<PipelineContext, "db" | "provider">): Promise<ProviderStop | undefined> {
  return (await listStops(ctx)).find(({ provider }) => provider === ctx.provider.name);
}

/** The accounts that are stopped. As SQL, to stand after IN. */
export const STOPPED = `(SELECT ${accountOf('s."provider"')} FROM "ProviderStop" s)`;

/** The same with why, the longest first. */
export async function listStops(ctx: { db: Sql }): Promise<ProviderStop[]> {
  return (await LIST.rows(ctx.db, {})).map((row) => ({ ...row, nextTrialAt: nextTrialAt(row) }));
}

const LIST = statement({
  sql: `SELECT "provider", "code", "message", "stoppedAt", "seenAt", "lastSentAt", "wantedAt" FROM "ProviderStop"
         ORDER BY "stoppedAt", "provider"`,
  row: {
    provider: text,
    code: text,
    message: text,
    stoppedAt: timestamp,
    seenAt: timestamp,
    lastSentAt: nullable(timestamp),
    wantedAt: nullable(timestamp),
  },
});
