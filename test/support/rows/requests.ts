import { randomUUID } from "node:crypto";
import type { Sql } from "../../../lib/db/pool.ts";
import { COMPANY, conversationsIn, madeAt, type SessionGiven } from "./conversations.ts";
import { type Given, type Insert, type RowOf, tableOf } from "./table.ts";

export const MODEL = "gpt-6-luna";
const HOUR = 3_600_000;

/** The statuses of a batch that the provider knows of, in the order in which it goes through them. */
const SUBMITTED = ["VALIDATING", "IN_PROGRESS", "FINALIZING", "COMPLETED", "PROCESSED", "FAILED", "CANCELLED"];
const OVER = ["PROCESSED", "FAILED", "CANCELLED"];

export function requestsIn(sql: Sql) {
  const { sessions } = conversationsIn(sql);

  /** Batches, with the ids and times that go with their status. */
  const batches = tableOf(sql, "AIBatchRequest", (given, n, count) => {
    const { id = randomUUID(), status = "PENDING", createdAt = madeAt(n, count) } = given;
    const isSubmitted = SUBMITTED.includes(status);
    const endedAt = new Date(new Date(createdAt).getTime() + HOUR);
    return {
      id,
      companyId: COMPANY,
      model: MODEL,
      endpoint: "/v1/responses",
      requestCount: 1,
      byteSize: 1_000,
      contentHash: "hash",
      createdAt,
      ...(isSubmitted ? { openaiBatchId: `batch_${id}`, inputFileId: `file-${id}`, submittedAt: createdAt } : {}),
      ...(OVER.includes(status) ? { completedAt: endedAt, processedAt: endedAt } : {}),
    };
  });

  const attempts = tableOf(sql, "AIRequestAttempt", () => ({ attempt: 1, outcome: "APPLIED" as const }));

  const bare = tableOf(sql, "AIProcessingRequest", (given, n, count) => {
    const { processingStatus: status, requestedAt = madeAt(n, count) } = given;
    return {
      id: randomUUID(),
      companyId: COMPANY,
      model: MODEL,
      processingType: "session-analysis",
      requestedAt,
      attempt: given.batchId ? 1 : 0,
      ...(status === "PROCESSING_COMPLETE" || status === "PROCESSING_FAILED" ? { completedAt: new Date() } : {}),
      ...(status === "PROCESSING_COMPLETE" ? { success: true } : {}),
      ...(status === "PROCESSING_FAILED"
        ? { errorCode: "line_timed_out", errorMessage: "The line timed out", failedAttempts: 1 }
        : {}),
    };
  });

  /** Requests, pending unless a status is given. One that names no session gets one of its own. */
  const requests: Insert<RequestGiven, Awaited<ReturnType<typeof bare>>[number] & { sessionId: string }> = async (
    givens,
  ) => {
    const own = await sessions(
      givens.flatMap(({ sessionId, companyId, requestedAt, session }) =>
        sessionId === undefined ? [{ companyId, startTime: requestedAt, ...session }] : [],
      ),
    );
    const nextOwn = own.values();
    const companies = await companiesOf(sql, givens);
    const rows = givens.map(({ session: _, ...given }) => {
      const sessionId = given.sessionId ?? nextOwn.next().value?.id ?? "";
      return { ...given, sessionId, companyId: given.companyId ?? companies.get(sessionId) };
    });
    const made = await bare(rows);
    return made.map((row, at) => ({ ...row, sessionId: rows[at]?.sessionId ?? "" }));
  };
  return { requests, batches, attempts };
}

/** A request that names a session and no company is one of that session's. */
async function companiesOf(sql: Sql, givens: readonly Partial<RequestGiven>[]): Promise<Map<string, string>> {
  const sessionIds = givens.flatMap(({ sessionId, companyId }) => (sessionId && !companyId ? [sessionId] : []));
  if (sessionIds.length === 0) return new Map();
  const { rows } = await sql.query<{ id: string; companyId: string }>(
    `SELECT "id", "companyId" FROM "Session" WHERE "id" = ANY($1)`,
    [sessionIds],
  );
  return new Map(rows.map(({ id, companyId }) => [id, companyId]));
}

type FilledIn = Pick<RowOf<"AIProcessingRequest">, "id" | "companyId" | "sessionId" | "model" | "processingType">;
type RequestGiven = Given<"AIProcessingRequest", FilledIn> & {
  /** The session that is made for it. */
  session?: Omit<SessionGiven, "companyId"> | undefined;
};
