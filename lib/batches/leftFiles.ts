import type { Sql } from "../db/pool.ts";
import { bigint, nullable, type RowOf, statement, text, timestamp } from "../db/statement.ts";
import { OVER } from "./states.ts";

/** A batch that is over, with what it left at the provider. */
export type LeftFiles = RowOf<typeof READ>;

const LEFT = { id: text, inputFileId: nullable(text), outputFileId: nullable(text), errorFileId: nullable(text) };

export async function readLeftFiles(sql: Sql, id: string): Promise<LeftFiles | undefined> {
  return await READ.first(sql, { id });
}

const READ = statement({
  sql: `SELECT "id", "inputFileId", "outputFileId", "errorFileId" FROM "AIBatchRequest" WHERE "id" = $1`,
  params: { id: text },
  row: LEFT,
});

/**
 * Batches of an account that have been over for a minute and whose files are still there, those first that have been so for longest.
 * @param createdAfter where it is given, those alone that were created since
 */
export async function listUndeleted(
  sql: Sql,
  given: { now: Date; limit: number; createdAfter: Date | null; provider: string },
): Promise<LeftFiles[]> {
  return await LIST_UNDELETED.rows(sql, given);
}

const LIST_UNDELETED = statement({
  sql: `SELECT "id", "inputFileId", "outputFileId", "errorFileId" FROM "AIBatchRequest"
         WHERE "status" IN ${OVER} AND "filesDeletedAt" IS NULL AND "processedAt" < $1::timestamptz - interval '1 minute'
           AND COALESCE("inputFileId", "outputFileId", "errorFileId") IS NOT NULL
           AND ($3::timestamptz IS NULL OR "createdAt" > $3) AND "provider" = $4
         ORDER BY "processedAt" LIMIT $2`,
  params: { now: timestamp, limit: bigint, createdAfter: nullable(timestamp), provider: text },
  row: LEFT,
});

export async function recordDeletion(sql: Sql, id: string, now: Date): Promise<void> {
  await RECORD_DELETION.run(sql, { id, now });
}

const RECORD_DELETION = statement({
  sql: `UPDATE "AIBatchRequest" SET "filesDeletedAt" = $2 WHERE "id" = $1`,
  params: { id: text, now: timestamp },
});
