-- What Prisma's schema language cannot say: partial indexes and checks.

-- The batch creator's only question: what is pending, by company and model, oldest first.
CREATE INDEX "AIProcessingRequest_pending_idx" ON "AIProcessingRequest" ("companyId", "model", "requestedAt", "id")
  WHERE "processingStatus" = 'PENDING_BATCHING';

-- The batch poller's only question: which batches are not over.
CREATE INDEX "AIBatchRequest_open_idx" ON "AIBatchRequest" ("createdAt")
  WHERE "status" NOT IN ('PROCESSED', 'FAILED', 'CANCELLED');

CREATE UNIQUE INDEX "CompanyAIModel_default_key" ON "CompanyAIModel" ("companyId") WHERE "isDefault";

ALTER TABLE "AIProcessingRequest" ADD CONSTRAINT "AIProcessingRequest_batch_check"
  CHECK ("processingStatus" <> 'BATCHING_IN_PROGRESS' OR "batchId" IS NOT NULL);

ALTER TABLE "AIProcessingRequest" ADD CONSTRAINT "AIProcessingRequest_pending_check"
  CHECK ("processingStatus" <> 'PENDING_BATCHING' OR "batchId" IS NULL);

-- Requests are updated several times each, in bulk: keep their pages roomy and their statistics fresh.
ALTER TABLE "AIProcessingRequest" SET (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.02);
