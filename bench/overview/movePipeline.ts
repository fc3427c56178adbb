import type { Pool } from "pg";

/** What a pipeline under load writes: a batch comes on at the provider, a request goes into one, one is completed. */
const CHANGES = [
  `UPDATE "AIBatchRequest" SET "providerCounts" = jsonb_set("providerCounts"::jsonb, '{completed}', to_jsonb(1 + $1::int % 1000))
    WHERE "id" = 'live' || 1 + $1::int % 200`,
  `UPDATE "AIProcessingRequest" SET "processingStatus" = 'BATCHING_IN_PROGRESS', "batchId" = 'live' || 1 + $1::int % 200
    WHERE "id" = (SELECT "id" FROM "AIProcessingRequest" WHERE "processingStatus" = 'PENDING_BATCHING' LIMIT 1)`,
  `UPDATE "AIProcessingRequest" SET "processingStatus" = 'PROCESSING_COMPLETE', "completedAt" = now()
    WHERE $1::int >= 0 AND "id" = (SELECT "id" FROM "AIProcessingRequest"
                                    WHERE "processingStatus" = 'BATCHING_IN_PROGRESS' LIMIT 1)`,
];

/** Commits so many changes a second, each in a transaction of its own, until it is stopped. */
export function movePipeline(db: Pool, aSecond: number): { changes(): number; stop(): Promise<void> } {
  let begun = 0;
  let committed = 0;
  let failure: unknown;
  const under: Set<Promise<void>> = new Set();
  const change = async (number: number) => {
    try {
      await db.query(CHANGES[number % CHANGES.length] ?? "", [number]);
      committed++;
    } catch (error) {
      failure = error;
    }
  };
  const timer = setInterval(() => {
    const work = change(begun++).finally(() => under.delete(work));
    under.add(work);
  }, 1_000 / aSecond);
  return {
    changes: () => committed,
    stop: async () => {
      clearInterval(timer);
      await Promise.all(under);
      if (failure) throw failure;
    },
  };
}
