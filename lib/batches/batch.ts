import { AIBatchRequestStatus } from "../db/enums.ts";
import type { Sql } from "../db/pool.ts";
import { bool, int, json, nullable, oneOf, type RowOf, statement, text, timestamp } from "../db/statement.ts";
import { LiveDashError } from "../errors.ts";

/** The versions of analyses, by their names. */
export type AnalysisVersions = Readonly<Record<string, number>>;

/** The columns of a batch that the pipeline works with. */
export const BATCH = {
  id: text,
  companyId: text,
  openaiBatchId: nullable(text),
  inputFileId: nullable(text),
  status: oneOf("AIBatchRequestStatus", AIBatchRequestStatus),
  createdAt: timestamp,
  submittedAt: nullable(timestamp),
  model: text,
  /** What its lines are addressed to. */
  endpoint: text,
  requestCount: int,
  contentHash: text,
  analysisVersions: nullable(json<AnalysisVersions>()),
  epoch: int,
  callFailures: int,
  failedCalls: int,
  failingSince: nullable(timestamp),
  settlingSince: nullable(timestamp),
  submissions: int,
  providerStatus: nullable(text),
  completedAt: nullable(timestamp),
  expiresAt: nullable(timestamp),
  /** Set once a person has given it up. */
  givenUpAt: nullable(timestamp),
  giveUpReason: nullable(text),
  requeueAt: nullable(timestamp),
  requeueConfirmed: bool,
  cancelAnsweredAt: nullable(timestamp),
  /** Its input file has lines of other requests too. */
  isPartial: bool,
  /** Why the last call about it did not get through. */
  errorCode: nullable(text),
};

/** The same as SQL, to stand in SELECT or RETURNING. */
export const BATCH_COLUMNS = Object.keys(BATCH)
  .map((column) => `"${column}"`)
  .join(", ");

/** A batch, as the pipeline works with it. */
export type Batch = RowOf<typeof READ>;

/** What is recorded when a call about a batch got through. */
export const GOT_THROUGH = { callFailures: 0, failedCalls: 0, failingSince: null };

/** @throws LiveDashError `batch_unknown` */
export async function readBatch(sql: Sql, id: string): Promise<Batch> {
  const batch = await READ.first(sql, { id });
  if (!batch) throw new LiveDashError("batch_unknown", `Batch ${id} no longer exists.`);
  return batch;
}

const READ = statement({
  sql: `SELECT ${BATCH_COLUMNS} FROM "AIBatchRequest" WHERE "id" = $1`,
  params: { id: text },
  row: BATCH,
});
