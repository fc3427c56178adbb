import { analysesToSend } from "../../analysis/registry.ts";
import type { Batch } from "../../batches/batch.ts";
import type { PipelineContext } from "../../context.ts";
import type { Transaction } from "../../db/pool.ts";
import { arrayOf, bool, int, known, nullable, type RowOf, statement, text, timestamp } from "../../db/statement.ts";
import { isWanted } from "../../requests/toSend.ts";
import { DRAWS, findAllowance } from "../../throttle/companyLimit.ts";
import { mostOfOneFile, readFileSizeLimit } from "../../throttle/fileSize.ts";
import { calibrate, findRoom } from "../../throttle/tokenBudget.ts";
import type { InputLimit } from "./writeInput.ts";

/** Requests that can share a batch file. */
export type Group = Pick<Batch, "companyId" | "model">;

/** How much may be claimed. */
export interface ClaimLimit {
  /** The part of the room left in the model's token budget that this group may use. */
  share?: number;
  /** Lines of a batch that tries whether a stop can be lifted: those requests that were sent least often. */
  trialLines?: number | undefined;
}

/** What one claim may take. Holds as long as the transaction that it was read in. */
export interface Allowed {
  bytes: InputLimit;
  lines: number;
  /** How many requests may draw on their company's limit. */
  draws: number;
  tokensPerByte: number;
}

export async function readAllowed(
  ctx: PipelineContext,
  tx: Transaction,
  { companyId, model }: Group,
  { share = 1, trialLines }: ClaimLimit,
): Promise<Allowed> {
  const { tokensPerByte } = await calibrate(tx, model);
  const room = await findRoom(ctx, tx, model, tokensPerByte);
  const size = await readFileSizeLimit(ctx, tx);
  // One request may use what the other groups would share: in a small share it might never find room.
  const first = !room || room.nothingInFlight ? Number.POSITIVE_INFINITY : room.bytes;
  return {
    bytes: { budget: Math.min(size.bytes, room ? room.bytes * share : Number.POSITIVE_INFINITY), first },
    lines: Math.min(mostOfOneFile(ctx).lines, size.lines, trialLines ?? Number.POSITIVE_INFINITY),
    draws: await findAllowance(ctx, tx, companyId),
    tokensPerByte,
  };
}

/** A request that may go into a batch, as it was when it was chosen. */
export type Pending = RowOf<typeof CHOOSE>;

/** Pending requests of a group in the order of their lines: by time, as whoever counts the lines of a file later has them. */
export async function choosePending(
  ctx: PipelineContext,
  tx: Transaction,
  { companyId, model }: Group,
  { lines, draws }: Allowed,
  isTrial: boolean,
): Promise<Pending[]> {
  const rows = await (isTrial ? CHOOSE_LEAST_SENT : CHOOSE).rows(tx, {
    companyId,
    model,
    now: ctx.clock.now(),
    analyses: analysesToSend(ctx.config),
    mayDraw: draws > 0,
    lines,
  });
  return takeFitting(rows, draws);
}

const SWITCH = `(SELECT "questionTopics" FROM "Company" WHERE "id" = $1)`;

const choose = (order: string) => {
  const due = `"companyId" = $1 AND "model" = $2 AND "processingStatus" = 'PENDING_BATCHING'
    AND ("notBefore" IS NULL OR "notBefore" <= $3) AND "processingType" = ANY($4) AND ${isWanted(SWITCH)} AND ($5 OR NOT ${DRAWS})`;
  return statement({
    // xmin names the transaction that wrote the row: while it is the same, nobody has changed anything of it.
    sql: `SELECT "id", "maxBatchLines", ${DRAWS} AS "draws", "version" FROM (
            SELECT "id", "requestedAt", "maxBatchLines", "attempt", xmin::text AS "version"
              FROM "AIProcessingRequest" WHERE ${due} ORDER BY ${order}
             LIMIT LEAST($6::int, (SELECT "maxBatchLines" FROM "AIProcessingRequest" WHERE ${due} ORDER BY ${order} LIMIT 1))
          ) AS chosen
          ORDER BY "requestedAt", "id"`,
    params: {
      companyId: text,
      model: text,
      now: timestamp,
      analyses: arrayOf(text),
      mayDraw: bool,
      lines: int,
    },
    row: { id: text, maxBatchLines: nullable(int), draws: known(bool), version: known(text) },
  });
};
const CHOOSE = choose(`"requestedAt", "id"`);
const CHOOSE_LEAST_SENT = choose(`"attempt", "requestedAt", "id"`);

/**
 * As many as go into one file: the narrowest limit of those that are in it holds for all.
 * @param draws how many of them may draw on their company's limit
 */
function takeFitting(pending: readonly Pending[], draws: number): Pending[] {
  const taken: Pending[] = [];
  let most = Number.POSITIVE_INFINITY;
  let drawn = 0;
  for (const request of pending) {
    if (request.draws && drawn >= draws) continue;
    const within = Math.min(most, request.maxBatchLines ?? Number.POSITIVE_INFINITY);
    if (taken.length >= within) continue;
    taken.push(request);
    if (request.draws) drawn++;
    most = within;
  }
  return taken;
}
