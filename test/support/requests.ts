import type { AIRequestStatus } from "../../lib/db/enums.ts";
import type { Database } from "../../lib/db/pool.ts";
import { rowsIn } from "./rows/index.ts";

/** The moment from which test requests are made, three in each second. */
const START = Date.UTC(2026, 9, 1);
export const moment = (seconds: number) => new Date(START + seconds * 1_000).toISOString();

export interface RequestsToAdd {
  /** How the ids begin; a number follows. */
  prefix?: string;
  companyId?: string;
  model?: string;
  batchId?: string;
  status?: AIRequestStatus;
  errorCode?: string;
  errorMessage?: string;
}

/** Requests with known ids and times, as lists and filters need them; failed unless told. Answers their ids in order. */
export async function addRequests(db: Database, count: number, more: RequestsToAdd = {}): Promise<string[]> {
  const { prefix = "r", status = "PROCESSING_FAILED", ...given } = more;
  const isOver = status === "PROCESSING_FAILED" || status === "PROCESSING_COMPLETE";
  const requests = await rowsIn(db).requests(count, (n) => ({
    ...given,
    id: `${prefix}${n}`,
    processingStatus: status,
    requestedAt: moment(Math.floor(n / 3)),
    completedAt: isOver ? moment(3_600) : null,
    session: { id: `s-${prefix}${n}`, startTime: moment(0) },
  }));
  return requests.map(({ id }) => id);
}
