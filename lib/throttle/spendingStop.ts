import { disabledReason } from "../accounts/disabled.ts";
import { BEING_SENT } from "../batches/states.ts";
import type { Context } from "../context.ts";
import type { Sql } from "../db/pool.ts";
import { bool, known, nullable, statement, text, timestamp } from "../db/statement.ts";
import { LiveDashError } from "../errors.ts";
import { SERVED } from "./suspended.ts";

/** A person's word that nothing new is to be sent to any provider. What runs is collected. */
export interface SpendingStop {
  stoppedAt: Date;
  /** Who; null if they have no name. */
  stoppedBy: string | null;
  reason: string;
}

/** Nothing may be bought for this batch now. It is no failure: the batch waits as it is. */
export class PurchaseHeldError extends LiveDashError {
  /** Whether others may be bought all the same. */
  readonly isOfBatch: boolean;

  constructor(code: "spending_stopped" | "account_disabled" | "company_suspended" | "batch_given_up", message: string) {
    super(code, message);
    this.name = "PurchaseHeldError";
    this.isOfBatch = code === "company_suspended" || code === "batch_given_up";
  }
}

/** Longer than a create may take. */
const PATIENCE_MS = 35_000;
const LOOK_AGAIN_MS = 200;

export async function readSpendingStop(sql: Sql): Promise<SpendingStop | undefined> {
  return await READ.first(sql, {});
}

const READ = statement({
  sql: `SELECT "stoppedAt", "stoppedBy", "reason" FROM "SpendingStop" ORDER BY "stoppedAt" LIMIT 1`,
  row: { stoppedAt: timestamp, stoppedBy: nullable(text), reason: text },
});

/**
 * Asked before each upload, and once more right before each create: what is committed by then holds, be it that all spending
 * is stopped, that its account is disabled, that its company is suspended, or that a person has given up this batch.
 * @throws PurchaseHeldError
 */
export async function assertMayBuy(sql: Sql, batchId: string): Promise<void> {
  const { stopped, disabled, suspended, givenUp } = (await MAY_BUY.first(sql, { batchId })) ?? NOT_HELD;
  if (stopped !== null) throw new PurchaseHeldError("spending_stopped", `All spending is stopped: ${stopped}`);
  if (disabled !== null) throw new PurchaseHeldError("account_disabled", `The account is disabled: ${disabled}`);
  if (suspended) throw new PurchaseHeldError("company_suspended", "The company is suspended.");
  if (givenUp) throw new PurchaseHeldError("batch_given_up", "The batch was given up.");
}

const MAY_BUY = statement({
  sql: `SELECT (SELECT "reason" FROM "SpendingStop" LIMIT 1) AS "stopped",
               ${disabledReason('b."provider"')} AS "disabled", b."givenUpAt" IS NOT NULL AS "givenUp",
               EXISTS (SELECT 1 FROM "Company" c WHERE c."id" = b."companyId" AND c."status" NOT IN ${SERVED}) AS "suspended"
          FROM "AIBatchRequest" b WHERE b."id" = $1`,
  params: { batchId: text },
  row: { stopped: nullable(text), disabled: nullable(text), givenUp: known(bool), suspended: known(bool) },
});

const NOT_HELD = { stopped: null, disabled: null, givenUp: false, suspended: false };

/** Answers whether it was not stopped before. */
export async function recordSpendingStop(sql: Sql, stop: SpendingStop): Promise<boolean> {
  return (await RECORD.run(sql, stop)) === 1;
}

const RECORD = statement({
  sql: `INSERT INTO "SpendingStop" ("scope", "stoppedAt", "stoppedBy", "reason") VALUES ('all', $1, $2, $3)
        ON CONFLICT DO NOTHING`,
  params: { stoppedAt: timestamp, stoppedBy: nullable(text), reason: text },
});

/** Answers whether it was stopped before. */
export async function liftSpendingStop(sql: Sql): Promise<boolean> {
  return (await LIFT.run(sql, {})) > 0;
}

const LIFT = statement({ sql: `DELETE FROM "SpendingStop"` });

/**
 * To be called once a stop is committed: waits for creates that had asked before. From then on nothing is sent any more.
 * False if one did not come to its end: its worker is gone, or its call hangs.
 */
export async function waitForCreates(ctx: Context): Promise<boolean> {
  const end = ctx.clock.now().getTime() + PATIENCE_MS;
  for (let underWay = await listUnderWay(ctx); underWay.length > 0; ) {
    if (ctx.clock.now().getTime() >= end || ctx.stopping.aborted) return false;
    await ctx.clock.sleep(LOOK_AGAIN_MS, ctx.stopping);
    // One that comes to be under way later asks for the stop, and finds it.
    const now = await listUnderWay(ctx);
    underWay = underWay.filter((held) => now.includes(held));
  }
  return true;
}

/**
 * Batches with their epoch in which a worker may be between its last question and the record of what it created: one that
 * stands still, too, whose lease has expired since.
 */
async function listUnderWay(ctx: Context): Promise<string[]> {
  const rows = await LIST_UNDER_WAY.rows(ctx.db, {});
  return rows.map(({ held }) => held);
}

const LIST_UNDER_WAY = statement({
  sql: `SELECT "id" || ' ' || "epoch" AS "held" FROM "AIBatchRequest"
         WHERE "status" IN ${BEING_SENT} AND "openaiBatchId" IS NULL AND "inputFileId" IS NOT NULL
           AND "leaseExpiresAt" IS NOT NULL`,
  row: { held: known(text) },
});
