-- AlterTable
ALTER TABLE "AIBatchRequest" ADD COLUMN     "costEur" DECIMAL(18,10),
ADD COLUMN     "estimatedCostEur" DECIMAL(18,10);

UPDATE "AIBatchRequest" b SET "costEur" = counted."costEur"
  FROM (SELECT "batchId", sum("costEur") AS "costEur" FROM "AIRequestAttempt" GROUP BY "batchId") counted
 WHERE counted."batchId" = b."id" AND b."status" IN ('PROCESSED', 'FAILED', 'CANCELLED');
