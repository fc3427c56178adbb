import type { Sql, Transaction } from "../db/pool.ts";
import { bool, nullable, statement, text, timestamp } from "../db/statement.ts";
import { LIVE } from "./states.ts";

// The decision needs no lease: it takes nothing from the holder, who asks for it before each create, and at each poll.

/** Locks a batch that can be given up: it is in flight, and was not given up before in the same way. False if it cannot. */
export async function lockToGiveUp(tx: Transaction, id: string, requeueNow: boolean): Promise<boolean> {
  return (await LOCK.run(tx, { id, requeueNow })) > 0;
}

const LOCK = statement({
  sql: `SELECT 1 FROM "AIBatchRequest"
         WHERE "id" = $1 AND "status" IN ${LIVE} AND ("givenUpAt" IS NULL OR $2 AND NOT "requeueConfirmed") FOR NO KEY UPDATE`,
  params: { id: text, requeueNow: bool },
});

/** What a person has decided, and when. */
interface GivenUp {
  at: Date;
  by: string | null;
  reason: string;
  /** When what has no answer goes back. */
  requeueAt: Date;
  /** They confirmed that lines may be bought twice. */
  requeueConfirmed: boolean;
}

export async function recordGivenUp(sql: Sql, id: string, givenUp: GivenUp): Promise<void> {
  await RECORD.run(sql, { id, ...givenUp });
}

const RECORD = statement({
  sql: `UPDATE "AIBatchRequest" SET "givenUpAt" = $2, "givenUpBy" = $3, "giveUpReason" = $4, "requeueAt" = $5,
               "requeueConfirmed" = $6, "notBefore" = NULL WHERE "id" = $1`,
  params: { id: text, at: timestamp, by: nullable(text), reason: text, requeueAt: timestamp, requeueConfirmed: bool },
});
