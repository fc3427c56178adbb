import type { AIBatchRequestStatus } from "../db/generated/enums.ts";
import type { Sql } from "../db/pool.ts";
import { LiveDashError } from "../errors.ts";

/** The columns of a batch that the pipeline works with. */
export interface Batch {
  id: string;
  companyId: string;
  openaiBatchId: string | null;
  inputFileId: string | null;
  status: AIBatchRequestStatus;
  createdAt: Date;
  submittedAt: Date | null;
  model: string;
  requestCount: number;
  contentHash: string;
  epoch: number;
  callFailures: number;
  failedCalls: number;
  failingSince: Date | null;
  settlingSince: Date | null;
  submissions: number;
  providerStatus: string | null;
  completedAt: Date | null;
  expiresAt: Date | null;
  /** Its input file has lines of other requests too. */
  isPartial: boolean;
  /** Set once a person has given it up. */
  givenUpAt: Date | null;
  giveUpReason: string | null;
  requeueAt: Date | null;
  requeueConfirmed: boolean;
  cancelAnsweredAt: Date | null;
  /** Why the last call about it did not get through. */
  errorCode: string | null;
}

export const BATCH_COLUMNS = `"id", "companyId", "openaiBatchId", "inputFileId", "status", "createdAt", "submittedAt", "model",
  "requestCount", "contentHash", "epoch", "callFailures", "failedCalls", "failingSince", "settlingSince", "submissions",
  "providerStatus", "completedAt", "expiresAt", "givenUpAt", "giveUpReason", "requeueAt", "requeueConfirmed",
  "cancelAnsweredAt", "isPartial", "errorCode"`;

/** Statuses in which a batch is over: nothing of it changes any more. As SQL, to stand in a condition. */
export const OVER = `('PROCESSED', 'FAILED', 'CANCELLED')`;

/** The others: those of which something is still to come. */
export const LIVE = `('PENDING', 'UPLOADING', 'VALIDATING', 'IN_PROGRESS', 'FINALIZING', 'COMPLETED')`;

/** What is recorded when a call about a batch got through. */
export const GOT_THROUGH = { callFailures: 0, failedCalls: 0, failingSince: null };

/** @throws LiveDashError `batch_unknown` */
export async function readBatch(sql: Sql, id: string): Promise<Batch> {
  const { rows } = await sql.query<Batch>(`SELECT ${BATCH_COLUMNS} FROM "AIBatchRequest" WHERE "id" = $1`, [id]);
  if (!rows[0]) throw new LiveDashError("batch_unknown", `Batch ${id} no longer exists.`);
  return rows[0];
}
