import { type CopyValue, copyRows } from "../db/copy.ts";
import type { AIRequestStatus } from "../db/enums.ts";
import type { Transaction } from "../db/pool.ts";

/** What is wanted for each of some sessions of a company. */
export interface Wanted {
  companyId: string;
  /** The name of the analysis. */
  analysis: string;
  model: string;
  newId(): string;
}

const COLUMNS = ["id", "companyId", "sessionId", "model", "processingType", "processingStatus", "requestedAt"];
const FIRST: AIRequestStatus = "PENDING_BATCHING";

/**
 * Creates one request a session, pending, by COPY.
 * @param requestedAt ISO 8601
 */
export async function createRequests(
  tx: Transaction,
  { companyId, analysis, model, newId }: Wanted,
  sessionIds: readonly string[],
  requestedAt: string,
): Promise<void> {
  function* values(): Generator<CopyValue[]> {
    for (const sessionId of sessionIds) yield [newId(), companyId, sessionId, model, analysis, FIRST, requestedAt];
  }
  await copyRows(tx, "AIProcessingRequest", COLUMNS, values());
}
