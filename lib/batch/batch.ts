import type { AIBatchRequestStatus } from "../db/generated/enums.ts";

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
  settlingSince: Date | null;
  submissions: number;
  providerStatus: string | null;
  completedAt: Date | null;
  expiresAt: Date | null;
  /** Why the last call about it did not get through. */
  errorCode: string | null;
}

export const BATCH_COLUMNS = `"id", "companyId", "openaiBatchId", "inputFileId", "status", "createdAt", "submittedAt", "model",
  "requestCount", "contentHash", "epoch", "callFailures", "settlingSince", "submissions", "providerStatus", "completedAt", "expiresAt", "errorCode"`;

/** Statuses in which a batch is over: nothing of it changes any more. As SQL, to stand in a condition. */
export const OVER = `('PROCESSED', 'FAILED', 'CANCELLED')`;
